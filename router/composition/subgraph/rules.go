package subgraph

// checkRules applies the rules that concern one subgraph alone. It applies all of them, to report
// all errors.
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
