package paint_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/product/seed"
	"github.com/trefoil-graph/trefoil/subgraphs/product/seed/paint"
)

var update = flag.Bool("update", false, "write the pictures into ../images")

// TestPicturesAreThosePainted compares each committed picture with what is painted now; it also
// finds pictures of products that are no more.
func TestPicturesAreThosePainted(t *testing.T) {
	t.Parallel()
	painted := paintAll(t)
	folder := filepath.Join("..", "images")
	if *update {
		for name, picture := range painted {
			require.NoError(t, os.WriteFile(filepath.Join(folder, name), picture, 0o644))
		}
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.svg"))
	require.NoError(t, err)
	require.Len(t, files, len(painted))
	for _, file := range files {
		committed, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, string(painted[filepath.Base(file)]), string(committed), "%s; run with -update", file)
	}
}

func TestPicturesAreSmallWellFormedAndDistinct(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for name, picture := range paintAll(t) {
		require.Less(t, len(picture), 16<<10, name)
		require.Empty(t, seen[string(picture)], "%s is the same as another", name)
		seen[string(picture)] = name
		requireWellFormed(t, name, picture)
	}
}

// requireWellFormed also refuses what could run or load something, and text left by a verb that
// fmt could not use.
func requireWellFormed(t *testing.T, name string, picture []byte) {
	t.Helper()
	decoder := xml.NewDecoder(bytes.NewReader(picture))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err, name)
		if element, ok := token.(xml.StartElement); ok {
			require.NotContains(t, []string{"script", "image", "use", "foreignObject", "style", "a"}, element.Name.Local, name)
		}
	}
	require.NotContains(t, string(picture), "%!", name)
	require.NotContains(t, string(picture), "NaN", name)
}

func TestUnknownNamesAreErrors(t *testing.T) {
	t.Parallel()
	_, err := paint.Portrait(seed.Product{Motif: "unicorn", Tint: "sea"})
	require.ErrorContains(t, err, `no motif "unicorn"`)
	_, err = paint.Portrait(seed.Product{Motif: "mug", Tint: "octarine"})
	require.ErrorContains(t, err, `no tint "octarine"`)
	_, err = paint.Scene(seed.Product{Motif: "mug", Tint: "sea"}, "moon")
	require.ErrorContains(t, err, `no scene "moon"`)
}

func paintAll(t *testing.T) map[string][]byte {
	t.Helper()
	catalogue, err := seed.Read()
	require.NoError(t, err)
	painted := map[string][]byte{}
	for _, category := range catalogue.Categories {
		for _, p := range category.Products {
			portrait, err := paint.Portrait(p)
			require.NoError(t, err, p.Slug)
			scene, err := paint.Scene(p, category.Scene)
			require.NoError(t, err, p.Slug)
			painted[p.File(1)], painted[p.File(2)] = portrait, scene
		}
	}
	return painted
}
