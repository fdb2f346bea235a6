package main_test

import (
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/packages"
)

// readingOrders lists the files of packages whose data flow is hard to see from imports, in the
// order in which one reads them: a file uses mostly what later files declare. A use of what an
// earlier file declares is a backward use.
func readingOrders() map[string]readingOrder {
	return map[string]readingOrder{
		"./router/query/planner": {
			files: "planner emit render select conditions selection schedule search extend draft " +
				"explore per_type entity_fetch context explorer serve candidates field refusal doc",
			most: 1, // the inputs of an entity fetch are explored as any field
		},
		"./router/execution/executor": {
			files: "executor run steps body walk contexts represent merge entities disclose call ask " +
				"answer lookup state levels numbering request failure resized",
		},
		"./router/execution/response": {
			files: "complete sort scope data repeat shape parse share token reader tree leaf " +
				"tape limit error mark grow scan doc",
		},
		"./subgraphs/order/sales": {
			files: "watch read draft place advance settle cancel learn change find service store " +
				"page command claim refusals order invoice product doc",
		},
		"./subgraphs/user/account": {
			files: "register social sessions login change_password role page throttle mail_text " +
				"service store password limit names mail session provider user refusals doc",
		},
	}
}

type readingOrder struct {
	files string
	// most is how many pairs of files may have backward uses. Lower it when you can; do not raise
	// it.
	most int
}

// TestBackwardUses checks that the data of a package flows one way: only few files use a name, a
// method or a field that an earlier file declares.
func TestBackwardUses(t *testing.T) {
	t.Parallel()
	names := slices.Sorted(maps.Keys(readingOrders()))
	loaded, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedSyntax | packages.NeedTypes |
			packages.NeedTypesInfo | packages.NeedImports | packages.NeedExportFile,
		Context: t.Context(), Dir: "..",
	}, names...)
	require.NoError(t, err)
	require.Len(t, loaded, len(names))
	for _, p := range loaded {
		require.Empty(t, p.Errors)
		order := readingOrders()["./"+strings.TrimPrefix(p.PkgPath, module)]
		files := strings.Fields(order.files)
		var all []string
		for _, path := range p.GoFiles {
			all = append(all, strings.TrimSuffix(filepath.Base(path), ".go"))
		}
		require.ElementsMatch(t, all, files, "the files of %s", p.PkgPath)
		backward := backwardUses(p, files)
		require.LessOrEqual(t, len(backward), order.most, "backward uses of %s:\n%s",
			p.PkgPath, strings.Join(slices.Sorted(maps.Keys(backward)), "\n"))
	}
}

// backwardUses returns the pairs of files of which the first uses what the second declares and comes
// later in the order.
func backwardUses(p *packages.Package, files []string) map[string]bool {
	backward := map[string]bool{}
	for use, object := range p.TypesInfo.Uses {
		if object.Pkg() != p.Types || !isShared(p.Types, object) {
			continue
		}
		user := strings.TrimSuffix(filepath.Base(p.Fset.Position(use.Pos()).Filename), ".go")
		used := strings.TrimSuffix(filepath.Base(p.Fset.Position(object.Pos()).Filename), ".go")
		if slices.Index(files, user) > slices.Index(files, used) {
			backward[user+" uses "+used] = true
		}
	}
	return backward
}

// isShared reports whether an object can be used in all files of its package: a name of the
// package, a method or a field.
func isShared(p *types.Package, object types.Object) bool {
	switch o := object.(type) {
	case *types.Func:
		return true
	case *types.Var:
		return o.IsField() || o.Parent() == p.Scope()
	default:
		return o.Parent() == p.Scope()
	}
}
