// Package paint makes the pictures of the seed's products: flat illustrations as small SVG files,
// the same to the byte each time.
//
//	seed.Product ──motif, tint──▶ Portrait   the product alone on a coloured ground
//	                         └──▶ Scene      the product in its place: a kitchen, a meadow …
//
// A motif draws one product into a square; portrait and scene put that drawing somewhere. The
// pictures lie in ../images. The package's test compares them with what is painted now, and with
// the flag -update writes them.
package paint

import (
	"fmt"
	"hash/fnv"

	"github.com/trefoil-graph/trefoil/subgraphs/product/seed"
)

// subject is what a motif has to know of the product.
type subject struct {
	palette
	title string
}

// motif draws a product.
type motif func(*canvas, subject)

// Portrait paints the product alone.
func Portrait(p seed.Product) ([]byte, error) {
	draw, s, err := sitter(p)
	if err != nil {
		return nil, err
	}
	c := &canvas{}
	c.rect(0, 0, side, side, 0, s.ground)
	backdrop(c, s.palette, p.Slug)
	c.element(`<ellipse cx="204" cy="%s" rx="128" ry="13" fill="#1a1430" fill-opacity=".14"/>`, float64(floor+1))
	draw(c, s)
	return document(c), nil
}

// Scene paints the product in a place.
func Scene(p seed.Product, place string) ([]byte, error) {
	draw, s, err := sitter(p)
	if err != nil {
		return nil, err
	}
	set, err := sceneOf(place)
	if err != nil {
		return nil, err
	}
	c := &canvas{}
	set.paint(c, s.palette)
	x, y, scale := set.x, set.y, set.scale
	if p.Motif == "clock" { // it hangs on the wall
		x, y, scale = 212, 196, .5
	} else {
		c.element(`<ellipse cx="%s" cy="%s" rx="%s" ry="8" fill="#1a1430" fill-opacity=".18"/>`, x+4, y+1, 128*scale)
	}
	c.in(fmt.Sprintf("translate(%s %s) scale(%.2f)", n(x-200*scale), n(y-floor*scale), scale), func() { draw(c, s) })
	return document(c), nil
}

func sitter(p seed.Product) (motif, subject, error) {
	draw, err := motifOf(p.Motif)
	if err != nil {
		return nil, subject{}, err
	}
	colours, err := tint(p.Tint)
	return draw, subject{palette: colours, title: p.Title}, err
}

// backdrop puts a large soft shape behind the product, another one for each neighbour in a list.
func backdrop(c *canvas, p palette, slug string) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(slug)) // it never fails
	dice := h.Sum32()
	switch dice % 4 {
	case 0:
		c.disc(200, 190, 152, p.halo)
	case 1:
		c.path(p.halo, "M52 400V190a148 148 0 0 1 296 0V400Z")
	case 2:
		c.path(p.halo, "M60 200C40 110 120 40 210 48C310 56 362 130 344 220C328 304 250 350 170 334C100 320 74 268 60 200Z")
	case 3:
		c.in("rotate(-8 200 195)", func() { c.rect(62, 58, 276, 276, 64, p.halo) })
	}
	for i := range uint32(5) {
		spot := dice >> (5 * i)
		x, y := float64(30+(spot*37+i*71)%340), float64(24+(spot*53)%70)
		c.element(`<circle cx="%s" cy="%s" r="%s" fill="%s" fill-opacity=".55"/>`, x, y, float64(3+spot%4), p.light)
	}
}

func document(c *canvas) []byte {
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d">
%s</svg>
`, seed.ImageSize, seed.ImageSize, side, side, c.out.String())
}
