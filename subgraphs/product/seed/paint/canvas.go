package paint

import (
	"fmt"
	"strconv"
	"strings"
)

// canvas collects the elements of a drawing in a square of 400 by 400. Everything that stands,
// stands on the line y = floor.
type canvas struct{ out strings.Builder }

const (
	side  = 400
	floor = 322
)

// n writes a number as short as it can be with one decimal.
func n(v float64) string {
	text := strconv.FormatFloat(v, 'f', 1, 64)
	text = strings.TrimSuffix(text, ".0")
	if text == "-0" {
		return "0"
	}
	return text
}

func (c *canvas) element(format string, args ...any) {
	for i, arg := range args {
		if v, ok := arg.(float64); ok {
			args[i] = n(v)
		}
	}
	fmt.Fprintf(&c.out, format+"\n", args...)
}

func (c *canvas) rect(x, y, w, h, round float64, fill string) {
	c.element(`<rect x="%s" y="%s" width="%s" height="%s" rx="%s" fill="%s"/>`, x, y, w, h, round, fill)
}

func (c *canvas) disc(x, y, r float64, fill string) {
	c.element(`<circle cx="%s" cy="%s" r="%s" fill="%s"/>`, x, y, r, fill)
}

func (c *canvas) oval(x, y, rx, ry float64, fill string) {
	c.element(`<ellipse cx="%s" cy="%s" rx="%s" ry="%s" fill="%s"/>`, x, y, rx, ry, fill)
}

func (c *canvas) path(fill, d string) { c.element(`<path d="%s" fill="%s"/>`, d, fill) }

// line draws a stroke with round ends.
func (c *canvas) line(colour string, width float64, d string) {
	c.element(`<path d="%s" fill="none" stroke="%s" stroke-width="%s" stroke-linecap="round" stroke-linejoin="round"/>`,
		d, colour, width)
}

// shade and shine darken and lighten what is already there: light comes from the left.
func (c *canvas) shade(d string) { c.element(`<path d="%s" fill="#1a1430" fill-opacity=".13"/>`, d) }

func (c *canvas) shine(d string) { c.element(`<path d="%s" fill="#fff" fill-opacity=".32"/>`, d) }

// in draws something moved, turned or scaled.
func (c *canvas) in(transform string, draw func()) {
	c.element(`<g transform="%s">`, transform)
	draw()
	c.element(`</g>`)
}

// within draws something cut off at a rectangle. A drawing has one such region of a name.
func (c *canvas) within(name string, x, y, w, h, round float64, draw func()) {
	c.element(`<clipPath id="%s"><rect x="%s" y="%s" width="%s" height="%s" rx="%s"/></clipPath>`, name, x, y, w, h, round)
	c.element(`<g clip-path="url(#%s)">`, name)
	draw()
	c.element(`</g>`)
}

// at is a point of a turned body's outline: half its width at a height.
type at struct{ y, half float64 }

// turned draws what a lathe or a potter's wheel makes: the outline mirrored at the axis, smooth,
// with its right side in the shade and a light on its left.
func (c *canvas) turned(fill string, axis float64, outline ...at) {
	c.path(fill, mirrored(axis, outline, 1, 1))
	c.shade(mirrored(axis, outline, -.35, 1))
	c.shine(mirrored(axis, outline, .78, -.62))
}

// cut draws the same with straight sides.
func (c *canvas) cut(fill string, axis float64, outline ...at) {
	c.path(fill, cornered(axis, outline, 1, 1))
	c.shade(cornered(axis, outline, -.35, 1))
	c.shine(cornered(axis, outline, .78, -.62))
}

// mirrored closes an outline: down along the axis on the left, at its share of the width, and up
// again on the right. A negative share lies on the other side of the axis.
func mirrored(axis float64, outline []at, left, right float64) string {
	down, up := flanks(axis, outline, left, right)
	return "M" + point(down[0]) + smooth(down) + "L" + point(up[0]) + smooth(up) + "Z"
}

func cornered(axis float64, outline []at, left, right float64) string {
	down, up := flanks(axis, outline, left, right)
	points := make([]string, 0, 2*len(outline))
	for _, p := range append(down, up...) {
		points = append(points, point(p))
	}
	return "M" + strings.Join(points, "L") + "Z"
}

func flanks(axis float64, outline []at, left, right float64) (down, up [][2]float64) {
	for i, p := range outline {
		last := outline[len(outline)-1-i]
		down = append(down, [2]float64{axis - left*p.half, p.y})
		up = append(up, [2]float64{axis + right*last.half, last.y})
	}
	return down, up
}

// smooth joins points with Catmull-Rom curves, written as Bézier curves.
func smooth(p [][2]float64) string {
	var d strings.Builder
	for i := 0; i+1 < len(p); i++ {
		before, after := p[max(i-1, 0)], p[min(i+2, len(p)-1)]
		var c1, c2 [2]float64
		for axis := range 2 {
			c1[axis] = p[i][axis] + (p[i+1][axis]-before[axis])/6
			c2[axis] = p[i+1][axis] - (after[axis]-p[i][axis])/6
		}
		d.WriteString("C" + point(c1) + " " + point(c2) + " " + point(p[i+1]))
	}
	return d.String()
}

func point(p [2]float64) string { return n(p[0]) + " " + n(p[1]) }
