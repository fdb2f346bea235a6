// Package golden runs tests whose cases are txtar files. A section of a case is an input of the
// test or an expected result. The flag -update of the test rewrites the expected results:
//
//	testdata/*.txtar ──Run──▶ Case ──Text, Texts──▶ test ──Section──▶ Compare
package golden

import (
	"flag"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Updating reports whether the test rewrites its golden files.
func Updating() bool { return *update }

// Case is one golden file.
type Case struct {
	path    string
	archive *txtar.Archive
}

// Section is a part of a case: its name and its text.
type Section struct{ Name, Text string }

// Run checks each case that the pattern matches in a parallel subtest, which has the file's name.
func Run(t *testing.T, pattern string, check func(*testing.T, *Case)) {
	t.Helper()
	for _, c := range ReadAll(t, pattern) {
		t.Run(c.Name(), func(t *testing.T) {
			t.Parallel()
			check(t, c)
		})
	}
}

// ReadAll reads the cases that the pattern matches. There must be one.
func ReadAll(t testing.TB, pattern string) []*Case {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.NotEmpty(t, paths, "no file is %s", pattern)
	var cases []*Case
	for _, path := range paths {
		cases = append(cases, Read(t, path))
	}
	return cases
}

// Read reads one case.
func Read(t testing.TB, path string) *Case {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	require.NoError(t, err)
	return &Case{path, archive}
}

// Parse returns a case that is in no file.
func Parse(text string) *Case { return &Case{archive: txtar.Parse([]byte(text))} }

// Name returns the file's name without its extension.
func (c *Case) Name() string { return strings.TrimSuffix(filepath.Base(c.path), ".txtar") }

// Text returns the text of a section; empty if the case does not have the section.
func (c *Case) Text(name string) string {
	if at := c.index(name); at >= 0 {
		return string(c.archive.Files[at].Data)
	}
	return ""
}

// Texts yields the sections whose names end in the suffix, each with its name without the suffix
// and its text.
func (c *Case) Texts(suffix string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, f := range c.archive.Files {
			name, has := strings.CutSuffix(f.Name, suffix)
			if has && !yield(name, string(f.Data)) {
				return
			}
		}
	}
}

// Compare compares results with the sections of the same names, or rewrites the sections. A
// result without text has no section.
func (c *Case) Compare(t testing.TB, got ...Section) {
	t.Helper()
	for _, section := range got {
		if *update {
			c.put(section)
		}
		if diff := cmp.Diff(c.Text(section.Name), section.Text); diff != "" {
			t.Errorf("%s, section %s (-want +got):\n%s", c.path, section.Name, diff)
		}
	}
	if *update {
		require.NoError(t, os.WriteFile(c.path, txtar.Format(c.archive), 0o644))
	}
}

func (c *Case) put(section Section) {
	at := c.index(section.Name)
	switch {
	case section.Text == "" && at >= 0:
		c.archive.Files = slices.Delete(c.archive.Files, at, at+1)
	case section.Text == "":
	case at >= 0:
		c.archive.Files[at].Data = []byte(section.Text)
	default:
		file := txtar.File{Name: section.Name, Data: []byte(section.Text)}
		c.archive.Files = append(c.archive.Files, file)
	}
}

func (c *Case) index(name string) int {
	return slices.IndexFunc(c.archive.Files, func(f txtar.File) bool { return f.Name == name })
}
