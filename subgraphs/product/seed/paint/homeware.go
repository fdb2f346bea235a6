package paint

import "fmt"

func homeMotifs() map[string]motif {
	return map[string]motif{
		"lamp": lamp, "throw": throw, "vase": vase, "candle": candle,
		"clock": clock, "cushion": cushion, "planter": planter, "radio": radio,
	}
}

func lamp(c *canvas, s subject) {
	c.element(`<path d="M212 152L300 120L388 322H176Z" fill="#fff6cf" fill-opacity=".6"/>`)
	c.line(s.dark, 9, "M136 306L106 184L226 104")
	c.disc(106, 184, 11, s.accent)
	c.in("rotate(-22 244 124)", func() {
		c.oval(246, 162, 22, 12, "#fff3b8")
		c.path(s.main, "M224 92h44a6 6 0 0 1 6 5l22 65h-100l22-65a6 6 0 0 1 6-5z")
		c.shade("M252 92h16a6 6 0 0 1 6 5l22 65h-32z")
		c.shine("M226 98h8l-14 58h-14z")
		c.rect(232, 76, 28, 18, 6, s.dark)
	})
	c.path(s.main, "M84 322c0-16 22-26 52-26s52 10 52 26z")
	c.shade("M140 296c28 0 48 10 48 26h-30c0-14-6-22-18-26z")
}

func throw(c *canvas, s subject) {
	fold := func(y, w float64, fill, stripe string) {
		x := 196 - w/2
		c.rect(x, y, w, 58, 28, fill)
		c.rect(x+44, y, 14, 58, 0, stripe)
		c.rect(x+66, y, 6, 58, 0, stripe)
		c.rect(x+w-76, y, 14, 58, 0, stripe)
		c.shade(fmt.Sprintf("M%s %sh%sa28 28 0 0 0 28-18v8a28 28 0 0 1-28 28h-%sa28 28 0 0 1-28-28v-8a28 28 0 0 0 28 18z",
			n(x+28), n(y+40), n(w-56), n(w-56)))
	}
	fold(264, 232, s.main, cream)
	fold(210, 222, cream, s.main)
	fold(156, 212, s.light, s.dark)
	c.path(s.main, "M214 154h56a24 24 0 0 1 24 24v86l-80 6z") // the end that hangs over
	c.path(cream, "M214 182h80v12h-80zM214 202h80v5h-80zM214 230h80v12h-80z")
	c.shade("M270 154a24 24 0 0 1 24 24v86l-24 2z")
	for x := 218.0; x < 294; x += 9 {
		c.line(s.main, 4, fmt.Sprintf("M%s 264v18", n(x)))
	}
}

func vase(c *canvas, s subject) {
	stem := func(d string) { c.line(leafyDim, 5, d) }
	stem("M200 190C196 140 176 110 150 84")
	stem("M202 190C204 130 206 90 212 56")
	stem("M204 190C214 150 236 124 264 108")
	for i, p := range [][3]float64{{186, 136, -62}, {170, 108, -20}, {162, 98, -100}, {206, 120, 48}, {207, 104, -48}, {210, 84, 42}, {222, 146, 66}, {240, 124, 14}, {250, 116, 92}} {
		leaf(c, p[0], p[1], 34, p[2], []string{leafy, leafyDim}[i%2])
	}
	flower(c, 148, 82, 20, s.accent)
	flower(c, 213, 54, 23, cream)
	flower(c, 266, 106, 18, s.accent)
	c.turned(s.main, 200, at{186, 30}, at{200, 24}, at{224, 60}, at{262, 82}, at{300, 66}, at{322, 40})
	c.oval(200, 187, 30, 6, s.dark)
	c.element(`<path d="M121 254C170 272 230 272 279 254M124 276C170 292 230 292 276 276" fill="none" stroke="%s" stroke-width="6"/>`, s.light)
}

// flower is a round blossom of eight petals.
func flower(c *canvas, x, y, r float64, fill string) {
	for i := range 8 {
		c.in(fmt.Sprintf("rotate(%d %s %s)", i*45, n(x), n(y)), func() { c.oval(x, y-r*.62, r*.32, r*.5, fill) })
	}
	c.disc(x, y, r*.34, gold)
}

func candle(c *canvas, s subject) {
	c.element(`<circle cx="200" cy="134" r="70" fill="%s" fill-opacity=".22"/><circle cx="200" cy="134" r="44" fill="%s" fill-opacity=".3"/>`, flame, flame)
	c.line(ink, 4, "M200 196v-30")
	c.path(flame, "M200 92C222 124 228 140 222 154C216 172 184 172 178 154C172 140 182 122 200 92Z")
	c.path("#fdeba6", "M200 126C210 142 212 150 208 158C204 166 194 166 191 158C188 150 192 142 200 126Z")
	c.element(`<path d="M130 160H270V300a22 22 0 0 1-22 22H152a22 22 0 0 1-22-22Z" fill="#fff" fill-opacity=".5"/>`)
	c.path(s.light, "M136 196h128v102a18 18 0 0 1-18 18h-92a18 18 0 0 1-18-18z")
	c.oval(200, 196, 64, 9, "#fbe9bb")
	c.shade("M226 200h38v98a18 18 0 0 1-18 18h-36c10-6 16-16 16-28z")
	c.rect(160, 226, 80, 56, 6, paper)
	for i, p := range [][2]float64{{186, 246}, {200, 254}, {214, 246}, {200, 238}} { // honeycomb
		c.path([]string{s.main, s.dark}[i%2], fmt.Sprintf("M%s %sl7 4v8l-7 4l-7-4v-8z", n(p[0]), n(p[1]-8)))
	}
	c.shine("M140 168h10v136c-6-2-10-8-10-16z")
}

func clock(c *canvas, s subject) {
	c.disc(200, 200, 122, s.dark)
	c.disc(200, 200, 108, paper)
	c.element(`<path d="M200 92A108 108 0 0 1 200 308A124 124 0 0 0 200 92Z" fill="#1a1430" fill-opacity=".07"/>`)
	for i := range 12 {
		length, width, colour := 10.0, 4.0, s.light
		if i%3 == 0 {
			length, width, colour = 18, 7, s.main
		}
		c.in(fmt.Sprintf("rotate(%d 200 200)", 30*i), func() { c.rect(200-width/2, 102, width, length, 2, colour) })
	}
	c.line(s.main, 10, "M200 200L150 170") // ten past ten
	c.line(s.main, 7, "M200 200L264 158")
	c.line(s.accent, 4, "M188 226L218 130")
	c.disc(200, 200, 11, s.main)
	c.disc(200, 200, 5, s.accent)
}

func cushion(c *canvas, s subject) {
	shape := "M92 116C140 134 260 134 308 116C318 112 326 122 320 132C302 180 302 250 320 304C326 316 316 324 304 320C250 304 150 304 96 320C84 324 74 316 80 304C98 250 98 180 80 132C74 122 82 112 92 116Z"
	c.path(s.main, shape)
	c.line(s.light, 5, "M112 146C160 158 240 158 288 146C278 190 278 240 288 290C240 280 160 280 112 290C122 240 122 190 112 146Z")
	for row := range 3 {
		for column := range 3 {
			x, y := 158+float64(column)*42, 178+float64(row)*42
			c.path(s.light, fmt.Sprintf("M%s %sl15 15l-15 15l-15-15z", n(x), n(y-15)))
			c.disc(x, y, 5, s.accent)
		}
	}
	c.shade("M308 116C318 112 326 122 320 132C302 180 302 250 320 304C326 316 316 324 304 320C290 316 274 312 258 310C284 250 284 180 266 125C282 123 297 120 308 116Z")
}

func planter(c *canvas, s subject) {
	for i, p := range [][3]float64{{176, 214, -64}, {224, 214, 62}, {184, 204, -34}, {216, 204, 36}, {196, 204, -8}, {208, 204, 14}} {
		leaf(c, p[0], p[1], 100+float64(i)*9, p[2], []string{s.main, s.dark, s.light}[i%3])
	}
	for _, vein := range []string{"M197 204L182 92", "M210 204L236 90", "M186 206L134 126", "M216 206L276 130"} {
		c.element(`<path d="%s" fill="none" stroke="#fff" stroke-opacity=".35" stroke-width="2.5"/>`, vein)
	}
	c.cut("#c9714d", 200, at{226, 80}, at{306, 56})
	c.rect(112, 204, 176, 32, 7, "#d98761")
	c.shade("M238 204h43a7 7 0 0 1 7 7v18a7 7 0 0 1-7 7h-43z")
	c.shade("M122 236h156l-2 8H124z")
	c.rect(130, 304, 140, 18, 7, "#b5603f")
}

func radio(c *canvas, s subject) {
	c.line(steelDim, 5, "M274 158L316 66")
	c.disc(317, 64, 6, steel)
	c.rect(66, 156, 268, 152, 26, s.main)
	c.path(s.dark, "M98 304h26v18h-20zM276 304h26l-6 18h-20z")
	c.shade("M66 262v20a26 26 0 0 0 26 26h216a26 26 0 0 0 26-26v-20a26 26 0 0 1-26 26H92a26 26 0 0 1-26-26z")
	c.rect(80, 170, 240, 116, 16, s.light)
	c.disc(142, 228, 48, s.dark)
	c.disc(142, 228, 41, cream)
	for y := -28.0; y <= 28; y += 14 { // grille
		for x := -28.0; x <= 28; x += 14 {
			if x*x+y*y < 1200 {
				c.disc(142+x, 228+y, 3.4, s.main)
			}
		}
	}
	c.rect(208, 188, 98, 38, 8, paper)
	c.line(steelDim, 2, "M218 206h78M226 200v12M244 202v8M262 200v12M280 202v8")
	c.line("#c8412f", 3, "M252 194v26")
	c.disc(230, 256, 19, s.dark)
	c.disc(230, 256, 14, steelLit)
	c.line(s.dark, 4, "M230 256l7-9")
	c.disc(284, 256, 15, s.accent)
	c.disc(284, 256, 9, steelLit)
	c.shine("M92 164h90v5h-96z")
}
