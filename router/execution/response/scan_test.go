package response

import (
	"testing"

	"pgregory.net/rapid"
)

func TestNextSpecial(t *testing.T) {
	t.Parallel()
	some := rapid.SampledFrom([]byte{'"', '\\', 0, 1, 0x1f, ' ', '!', '#', '[', ']', 'a', 0x7f, 0x80, 0xa2, 0xdc, 0xff})
	rapid.Check(t, func(t *rapid.T) {
		text := append(rapid.SliceOfN(rapid.SampledFrom([]byte("ab é")), 0, 20).Draw(t, "plain"), rapid.SliceOfN(some, 0, 20).Draw(t, "any")...)
		at := rapid.IntRange(0, len(text)).Draw(t, "at")
		got, seen := nextSpecial(text, at)
		want, high := nextSpecialSlow(text, at)
		if got != want || high != 0 && seen == 0 {
			t.Fatalf("%q from %d: %d, %x, not %d, %x", text, at, got, seen, want, high)
		}
	})
}
