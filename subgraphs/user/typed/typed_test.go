package typed_test

import (
	"fmt"
	"strings"
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
	require.Equal(t, "A\nda", typed.Name("A\nda"), "IsPrintable refuses line ends")
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

// Composition and punycode take time that grows with the square of the length.
func TestLongTextIsNotNormalised(t *testing.T) {
	t.Parallel()
	functions := map[string]func(string) string{
		"Login": typed.Login, "Fold": typed.Fold, "Email": typed.Email, "Name": typed.Name,
		"Password": typed.Password, "MailAddress": typed.MailAddress,
	}
	const decomposed = "\u0344" // NFC replaces it by two characters
	for name, change := range functions {
		for _, long := range []string{
			strings.Repeat(decomposed, 1<<19),
			"a@" + strings.Repeat("\u4e2d\u6587", 20_000) + ".com",
			"a@" + decomposed + strings.Repeat("A", typed.Longest),
		} {
			require.True(t, change(long) == long, "%s changes %d bytes", name, len(long))
		}
	}
	require.False(t, typed.IsDomain(strings.Repeat("a.", 1<<19)+"com"))
	longest := strings.Repeat(decomposed, typed.Longest/len(decomposed))
	for _, name := range []string{"Login", "Fold", "Email", "Name", "Password"} {
		require.NotEqual(t, longest, functions[name](longest), "%s changes what may be long", name)
	}
}
