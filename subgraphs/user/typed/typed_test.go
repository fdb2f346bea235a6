package typed_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/user/typed"
)

func ExampleLogin() {
	fmt.Println(typed.Login(" Ada"), typed.Login("zoe\u0308@BÜCHER.example"))
	// Output: ada zoë@xn--bcher-kva.example
}

func TestNameAndPassword(t *testing.T) {
	t.Parallel()
	require.Equal(t, "Zo\u00eb Ada", typed.Name("\t Zoe\u0308 \u00a0 Ada "))
	require.Equal(t, "A\nda", typed.Name("A\nda"), "a line's end is for IsPrintable to refuse")
	require.Equal(t, " Zo\u00eb  b ", typed.Password(" Zoe\u0308\u3000\u00a0b "))
	require.Equal(t, "\x00\u200b", typed.Password("\x00\u200b"), "nothing is refused")
}

func TestLinks(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"Ada": false, "St. John": false, "J.R. Tolkien": false, "Dr.": false,
		"evil.example": true, "www.evil.de": true, "mailto:x": true, "a@b": true, "evil。example": true,
	} {
		require.Equal(t, want, typed.LooksLikeLink(text), text)
	}
}

func TestDomains(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"example.org": true, "bücher.example": true, "xn--bcher-kva.example": true, "my_host.example": true,
		"localhost": false, "": false, "xn--\u00fc.example": false,
	} {
		require.Equal(t, want, typed.IsDomain(text), text)
	}
	require.Equal(t, "Zoë@xn--bcher-kva.example", typed.MailAddress("Zoë@Bücher.example"))
	require.Equal(t, "ada@Example.ORG", typed.MailAddress("ada@Example.ORG"))
}
