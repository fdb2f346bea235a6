package paint

import "fmt"

// motifOf finds a motif by its name in the catalogue.
func motifOf(name string) (motif, error) {
	for _, list := range []map[string]motif{
		kitchenMotifs(), homeMotifs(), bookMotifs(), pantryMotifs(), outdoorMotifs(), deskMotifs(),
	} {
		if draw, found := list[name]; found {
			return draw, nil
		}
	}
	return nil, fmt.Errorf("no motif %q", name)
}

// steam rises from something hot.
func steam(c *canvas, x, y float64) {
	for i := range 3 {
		c.element(`<path d="M%s %sc-10-14 10-22 0-38" fill="none" stroke="#fff" stroke-opacity=".85" stroke-width="6" stroke-linecap="round"/>`,
			x+float64(i-1)*24, y-float64(i%2)*8)
	}
}

// leaf is a single leaf that grows from a point in a direction, in degrees.
func leaf(c *canvas, x, y, length, turn float64, fill string) {
	c.in(fmt.Sprintf("translate(%s %s) rotate(%s) scale(%.2f)", n(x), n(y), n(turn), length/40), func() {
		c.path(fill, "M0 0C-14-10-14-30 0-40C14-30 14-10 0 0Z")
		c.shade("M0 0C14-10 14-30 0-40Z")
	})
}
