package paint

import (
	"fmt"
	"html"
	"strings"
)

func bookMotifs() map[string]motif {
	return map[string]motif{
		"book-harbour": book(harbour), "book-bread": book(bread),
		"book-clouds": book(clouds), "book-mountains": book(mountains),
		"book-orchard": book(orchard), "book-graph": book(network),
		"book-train": book(nightTrain), "book-flower": book(blossom),
	}
}

// The cover lies between x = 108 and 288, y = 66 and 322; its picture is below y = 160.
func book(cover motif) motif {
	return func(c *canvas, s subject) {
		c.path(paper, "M288 74h12a5 5 0 0 1 5 5v236a5 5 0 0 1-5 5h-12z") // the pages' edges
		c.line("#d9cfba", 1.5, "M293 78V318M298 78V318M302 80V316")
		c.rect(104, 66, 186, 256, 7, s.dark)
		c.within("cover", 116, 66, 174, 256, 6, func() {
			c.rect(116, 66, 174, 256, 0, s.main)
			cover(c, s)
			heading(c, s.title)
			c.shine("M116 66h9v256h-9z")
			c.shade("M282 66h8v256h-8z")
		})
	}
}

// heading sets the title in as many lines as it needs.
func heading(c *canvas, title string) {
	lines := broken(title, 13)
	size := 21.0
	for i, line := range lines {
		c.element(`<text x="205" y="%s" text-anchor="middle" font-family="Georgia, 'Times New Roman', serif" font-weight="bold" font-size="%s" fill="%s">%s</text>`,
			100+float64(i)*(size+3), size, cream, html.EscapeString(line))
	}
}

func broken(title string, width int) []string {
	var lines []string
	for _, word := range strings.Fields(title) {
		last := len(lines) - 1
		if last >= 0 && len(lines[last])+1+len(word) <= width {
			lines[last] += " " + word
			continue
		}
		lines = append(lines, word)
	}
	return lines
}

func harbour(c *canvas, s subject) {
	c.disc(248, 186, 20, s.accent)
	c.path(cream, "M160 272l8-86h22l8 86z")
	c.path("#d2593f", "M166 208l2-18h22l2 18zM163 244l1-16h30l1 16z")
	c.rect(166, 170, 26, 18, 3, ink)
	c.rect(171, 173, 16, 12, 2, "#fdeba6")
	c.path("#d2593f", "M163 171l16-14l16 14z")
	c.element(`<path d="M192 178L290 158V200Z" fill="#fdeba6" fill-opacity=".45"/>`)
	c.path(s.dark, "M116 268C140 252 210 254 232 274V330H116Z")
	for i, y := range []float64{272, 288, 304} {
		c.path([]string{s.light, cream, s.light}[i], fmt.Sprintf("M104 %sq16-12 32 0t32 0t32 0t32 0t32 0t32 0v40H104z", n(y+float64(i%2)*3)))
	}
	c.path(s.main, "M104 308q16-10 32 0t32 0t32 0t32 0t32 0t32 0v40H104z")
}

func bread(c *canvas, s subject) {
	c.disc(203, 240, 74, s.dark)
	c.path("#d9964f", "M138 258C136 208 170 184 204 184S272 208 268 258C266 278 140 278 138 258Z")
	c.path("#eab871", "M150 236C156 208 178 194 204 194C176 204 164 222 162 244Z")
	for _, x := range []float64{170, 196, 222} {
		c.line(cream, 6, fmt.Sprintf("M%s 246c2-18 10-30 20-38", n(x)))
	}
	for i := range 5 {
		y := 300 - float64(i)*9
		leaf(c, 134, y, 18, -50, gold)
		leaf(c, 134, y, 18, 50, gold)
	}
	c.line(gold, 3, "M134 318V252")
}

func clouds(c *canvas, s subject) {
	c.rect(116, 150, 174, 180, 0, s.light)
	for i, p := range [][3]float64{{160, 196, 1}, {238, 226, 1.25}, {176, 262, .8}} {
		c.in(fmt.Sprintf("translate(%s %s) scale(%.2f)", n(p[0]), n(p[1]), p[2]), func() {
			c.element(`<g fill="%s"><rect x="-40" y="-8" width="80" height="22" rx="11"/><circle cx="-14" cy="-8" r="17"/><circle cx="12" cy="-12" r="22"/></g>`,
				[]string{"#fff", cream, "#fff"}[i])
			c.shade("M-40 4a11 11 0 0 0 11 10h58a11 11 0 0 0 11-10z")
		})
	}
	c.disc(262, 184, 15, s.accent)
	c.path("#8db77c", "M104 300C150 268 210 280 240 296C262 284 284 284 300 290V330H104Z")
	c.path("#6a9a58", "M104 318C160 294 230 300 300 312V330H104Z")
	c.line(s.dark, 2, "M150 232l6 5l6-5M168 238l6 5l6-5M196 170l5 4l5-4") // birds
}

func mountains(c *canvas, s subject) {
	c.disc(250, 186, 17, s.accent)
	c.path(s.light, "M104 300L166 186L206 250L238 204L300 300V330H104Z")
	c.path("#fff", "M166 186L186 218L174 212L166 224L156 212L147 221ZM238 204L256 231L246 228L238 236L230 226L223 226Z")
	c.path(cream, "M104 292C150 272 180 300 220 284C250 274 280 288 300 282V330H104Z")
	c.element(`<path d="M130 316C150 296 176 312 196 296S244 296 262 276" fill="none" stroke="#c8412f" stroke-width="3.5" stroke-dasharray="1 8" stroke-linecap="round"/>`)
	c.line("#c8412f", 4, "M257 268l11 11M268 268l-11 11")
	for _, p := range [][2]float64{{132, 172}, {196, 166}, {216, 196}, {140, 204}, {276, 226}, {276, 168}} {
		c.disc(p[0], p[1], 2.4, "#fff")
	}
}

func orchard(c *canvas, s subject) {
	c.path(s.light, "M104 300C160 280 240 280 300 300V330H104Z")
	c.path(timberDim, "M196 306C200 274 196 250 184 232L192 226L204 246L218 222L226 228C212 252 210 276 216 306Z")
	for _, p := range [][3]float64{{204, 200, 40}, {172, 222, 28}, {238, 220, 30}, {190, 184, 28}, {226, 188, 28}} {
		c.disc(p[0], p[1], p[2], s.dark)
	}
	c.element(`<g fill="%s" fill-opacity=".5"><circle cx="186" cy="186" r="18"/><circle cx="164" cy="216" r="14"/><circle cx="228" cy="206" r="14"/></g>`, s.light)
	for _, p := range [][2]float64{{174, 200}, {206, 182}, {236, 196}, {196, 222}, {164, 230}, {246, 228}, {220, 226}, {150, 302}, {244, 306}} {
		c.disc(p[0], p[1], 7, "#d2593f")
		c.disc(p[0]-2, p[1]-2, 2, "#f2b39f")
	}
	c.rect(230, 288, 36, 22, 2, paper)
	c.line("#b3a78f", 1.5, "M230 290l18 12l18-12")
}

func network(c *canvas, s subject) {
	c.element(`<path d="M205 168L262 318H148Z" fill="#fff1b0" fill-opacity=".28"/>`)
	points := [][2]float64{{205, 178}, {160, 214}, {246, 208}, {204, 240}, {142, 268}, {182, 292}, {236, 284}, {268, 254}}
	for _, edge := range [][2]int{{0, 1}, {0, 2}, {1, 3}, {2, 3}, {1, 4}, {3, 5}, {3, 6}, {2, 7}, {6, 7}, {4, 5}, {5, 6}} {
		a, b := points[edge[0]], points[edge[1]]
		c.line(s.light, 3, "M"+point(a)+"L"+point(b))
	}
	c.line(s.accent, 4, "M205 178L246 208L204 240L182 292")
	for i, p := range points {
		c.disc(p[0], p[1], 10, []string{s.accent, s.light, s.accent, s.accent, cream, s.accent, cream, s.light}[i])
		c.disc(p[0], p[1], 4, s.dark)
	}
}

func nightTrain(c *canvas, s subject) {
	c.disc(244, 192, 22, s.accent)
	c.disc(253, 186, 19, s.main)
	for _, p := range [][2]float64{{136, 176}, {166, 196}, {196, 174}, {272, 226}, {150, 222}, {216, 216}} {
		c.disc(p[0], p[1], 2.4, cream)
	}
	c.path(s.light, "M104 270L150 226L186 258L222 232L300 276V330H104Z")
	c.path(s.dark, "M104 262h140c26 0 44 18 46 38H104z")
	c.rect(104, 286, 186, 5, 0, s.accent)
	for _, x := range []float64{122, 150, 178, 206} {
		c.rect(x, 268, 19, 13, 3, "#fdeba6")
	}
	c.path("#fdeba6", "M236 268h10c12 0 20 5 25 13h-35z")
	c.line(ink, 4, "M104 306H300")
	c.line(s.light, 3, "M104 314H300")
}

func blossom(c *canvas, s subject) {
	c.line(leafyDim, 6, "M204 322C202 296 202 276 204 240")
	leaf(c, 203, 304, 50, -58, leafy)
	leaf(c, 203, 292, 50, 56, leafy)
	for i := range 10 {
		c.in(fmt.Sprintf("rotate(%d 204 216)", i*36), func() {
			c.oval(204, 180, 13, 26, []string{cream, s.light}[i%2])
		})
	}
	c.disc(204, 216, 20, gold)
	c.disc(204, 216, 12, "#c98a2b")
	c.oval(256, 190, 7, 5, ink) // a bee on its way
	c.oval(254, 184, 5, 4, "#fff")
	c.oval(260, 184, 5, 4, "#fff")
	c.path(s.dark, "M104 312C160 302 240 302 300 312V330H104Z")
}
