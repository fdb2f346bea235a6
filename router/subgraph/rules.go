package subgraph

// checkRules applies the rules that a subgraph can break by itself. All are applied, so that all errors are reported.
func (l *loader) checkRules() {
	for _, rule := range []func(*loader){
		(*loader).checkKeys,
		(*loader).checkRequires,
		(*loader).checkProvides,
		(*loader).checkExternals,
		(*loader).checkShareables,
		(*loader).checkInterfaceKeys,
		(*loader).checkInterfaceObjects,
		(*loader).checkContexts,
		(*loader).checkAccess,
		(*loader).checkCosts,
	} {
		rule(l)
	}
}
