package paint

func kitchenMotifs() map[string]motif {
	return map[string]motif{
		"mug": mug, "teapot": teapot, "knife": knife, "skillet": skillet,
		"board": board, "mill": mill, "bowls": bowls, "press": press,
	}
}

func mug(c *canvas, s subject) {
	steam(c, 188, 158)
	c.line(s.dark, 20, "M262 206h22a28 28 0 0 1 28 28v8a36 36 0 0 1-36 36h-16")
	c.path(s.main, "M112 178h160v108a36 36 0 0 1-36 36h-88a36 36 0 0 1-36-36z")
	c.path(s.light, "M112 178h160v44c-26 16-52-10-80 4s-54 12-80-4z")
	c.shade("M232 178h40v108a36 36 0 0 1-36 36h-24c14-8 20-20 20-40z")
	c.shine("M124 192h12v84c0 16 4 24 10 32c-14-4-22-16-22-32z")
	c.oval(192, 178, 80, 14, s.dark)
	c.oval(192, 181, 70, 10, coffeeish)
	for _, p := range [][2]float64{{150, 262}, {176, 286}, {206, 254}, {232, 276}, {160, 300}, {214, 300}, {190, 268}} {
		c.disc(p[0], p[1], 2.6, s.dark)
	}
}

func teapot(c *canvas, s subject) {
	c.line(s.dark, 14, "M142 176C146 96 254 96 258 176")
	c.line(timber, 18, "M164 128C184 112 216 112 236 128")
	c.path(s.main, "M128 214C96 214 92 180 62 166L50 176C76 196 74 262 132 276Z")
	c.shade("M128 276C86 262 84 204 54 173L50 176C76 196 74 262 132 276Z")
	c.turned(s.main, 200, at{176, 48}, at{196, 82}, at{250, 96}, at{300, 76}, at{322, 48})
	c.path(s.light, "M152 176h96l8 8H144z")
	c.turned(s.light, 200, at{156, 18}, at{164, 38}, at{176, 48})
	c.disc(200, 148, 11, s.accent)
	c.element(`<path d="M106 244C160 262 240 262 294 244" fill="none" stroke="%s" stroke-width="7"/>`, cream)
	c.line(s.dark, 5, "M160 322h80")
}

func knife(c *canvas, s subject) {
	c.rect(118, 300, 164, 22, 6, s.dark)
	c.path(s.light, "M130 150h140a8 8 0 0 1 8 8v142H122V158a8 8 0 0 1 8-8z")
	c.line(s.main, 3, "M140 190C170 182 214 204 262 192M140 226C180 240 214 216 262 232M140 268C170 258 220 276 262 266")
	c.shade("M246 150h24a8 8 0 0 1 8 8v142h-32z")
	c.path(steel, "M180 138h40v60c0 40-14 76-40 92z")
	c.path(steelLit, "M180 138h12v142l-12 10z")
	c.path(steelDim, "M176 122h48v18h-48z")
	c.path(coffeeish, "M178 124C170 92 172 68 182 50h32c10 12 14 42 10 74z")
	c.shine("M184 116C178 92 180 74 188 58h8c-8 16-8 36-4 58z")
	for _, y := range []float64{70, 92, 112} {
		c.disc(200, y, 4, gold)
	}
}

func skillet(c *canvas, s subject) {
	steam(c, 170, 196)
	c.path(s.dark, "M270 244L372 204a10 10 0 0 1 8 18L280 276z")
	c.oval(366, 214, 6, 4, s.ground)
	c.path(s.main, "M62 246h220c0 40-22 74-56 76H118c-34-2-56-36-56-76z")
	c.shade("M236 246h46c0 40-22 74-56 76h-30c26-12 40-42 40-76z")
	c.oval(172, 246, 112, 32, s.light)
	c.oval(172, 249, 102, 26, s.dark)
	c.path("#fffdf6", "M112 252C104 236 134 232 146 234C162 224 206 226 218 240C240 248 222 262 204 262C186 274 156 266 146 266C130 268 114 264 112 252Z")
	c.oval(168, 247, 25, 12, gold)
	c.oval(161, 243, 8, 3, "#fbe3a0")
	leaf(c, 232, 262, 22, 70, leafy)
}

func board(c *canvas, s subject) {
	c.rect(118, 86, 164, 236, 26, s.main)
	c.rect(128, 96, 144, 216, 20, s.light)
	c.line(s.main, 3, "M150 140V300M176 150V306M202 140V306M228 150V306M252 144V296")
	c.rect(172, 104, 56, 22, 11, s.main)
	c.rect(176, 108, 48, 14, 7, s.ground)
	c.shade("M254 86h2a26 26 0 0 1 26 26v184a26 26 0 0 1-26 26h-2z")
	c.disc(136, 292, 38, "#f4c53f")
	c.disc(136, 292, 32, "#fff6d0")
	for i := range 6 {
		c.in("rotate("+n(float64(i)*60)+" 136 292)", func() { c.path("#f9dc6c", "M136 288L124 268a16 16 0 0 1 24 0z") })
	}
	c.line(leafyDim, 4, "M216 320C238 300 262 290 300 286")
	for i, x := range []float64{232, 250, 268, 286} {
		leaf(c, x, 304-float64(i)*5, 26, -20+float64(i)*14, leafy)
		leaf(c, x, 306-float64(i)*5, 22, 130, leafy)
	}
}

func mill(c *canvas, s subject) {
	c.turned(s.main, 200, at{192, 34}, at{214, 26}, at{244, 36}, at{286, 52}, at{322, 58})
	c.turned(timber, 200, at{176, 38}, at{184, 42}, at{194, 38})
	c.turned(s.main, 200, at{108, 16}, at{122, 38}, at{146, 44}, at{166, 34}, at{178, 28})
	c.turned(steel, 200, at{82, 10}, at{92, 15}, at{104, 11})
	c.element(`<path d="M149 288C180 298 220 298 251 288" fill="none" stroke="%s" stroke-width="6"/>`, cream)
	for _, p := range [][3]float64{{118, 314, 8}, {100, 318, 5}, {284, 315, 7}, {304, 318, 5}, {134, 319, 4}, {272, 319, 4}} {
		c.disc(p[0], p[1], p[2], ink)
		c.disc(p[0]-2, p[1]-2, p[2]/3, "#6b687f")
	}
}

func bowls(c *canvas, s subject) {
	c.in("rotate(24 270 160)", func() {
		for _, bow := range []string{"M270 196C236 170 244 96 270 88C296 96 304 170 270 196", "M270 196C256 166 258 110 270 88C282 110 284 166 270 196"} {
			c.line(steelDim, 4, bow)
		}
		c.rect(264, 190, 12, 70, 5, timberDim)
	})
	bowl := func(y, half float64, fill, inside string) {
		c.turned(fill, 192, at{y, half}, at{y + 40, half * .86}, at{y + 66, half * .44})
		c.oval(192, y, half, 13, inside)
	}
	bowl(170, 74, s.accent, "#3c7573")
	bowl(200, 94, s.light, s.main)
	bowl(228, 114, s.main, s.dark)
	c.rect(146, 292, 92, 30, 8, s.dark)
	c.turned(cream, 192, at{252, 134}, at{286, 112}, at{322, 56})
	c.oval(192, 252, 134, 12, "#eadfcb")
	c.oval(192, 250, 117, 8, s.main)
}

func press(c *canvas, s subject) {
	c.line(s.dark, 14, "M258 176h34a14 14 0 0 1 14 14v72a14 14 0 0 1-14 14h-34")
	c.rect(195, 72, 10, 90, 3, steelDim)
	c.disc(200, 68, 16, s.main)
	c.shine("M192 60a12 12 0 0 1 8-4v8z")
	c.element(`<rect x="138" y="150" width="124" height="166" rx="12" fill="#fff" fill-opacity=".75"/>`)
	c.path(coffeeish, "M142 206h116v96a12 12 0 0 1-12 12h-92a12 12 0 0 1-12-12z")
	c.rect(142, 198, 116, 12, 2, "#8a5f4a")
	c.rect(140, 182, 120, 9, 3, steelDim)
	c.rect(196, 150, 8, 36, 0, steelDim)
	c.shine("M148 158h12v148h-12z")
	c.path(s.main, "M132 152C134 128 168 122 200 122s66 6 68 30z")
	c.shade("M222 123c24 3 44 11 46 29h-34c0-12-4-22-12-29z")
	for _, x := range []float64{132, 196, 260} {
		c.rect(x-3, 152, 8, 166, 2, s.dark)
	}
	c.rect(128, 300, 144, 22, 6, s.dark)
	c.rect(128, 226, 144, 9, 3, s.dark)
}
