package paint

import "fmt"

func pantryMotifs() map[string]motif {
	return map[string]motif{
		"oil": oil, "honey": honey, "coffee": coffee, "chocolate": chocolate,
		"tin": tin, "salt": salt, "pasta": pasta, "jam": jam,
	}
}

func oil(c *canvas, s subject) {
	c.cut(s.dark, 200, at{112, 17}, at{166, 19}, at{186, 44}, at{206, 58}, at{310, 58}, at{322, 52})
	c.rect(180, 78, 40, 40, 5, s.accent)
	c.shade("M206 78h9a5 5 0 0 1 5 5v30a5 5 0 0 1-5 5h-9z")
	c.rect(178, 112, 44, 8, 3, ink)
	c.rect(150, 214, 100, 84, 4, cream)
	c.line(leafyDim, 3, "M168 278C186 262 208 244 232 228")
	for i, p := range [][2]float64{{176, 270}, {190, 259}, {204, 248}, {218, 238}} {
		leaf(c, p[0], p[1], 24, -10-float64(i)*4, leafy)
		leaf(c, p[0], p[1], 22, 100, leafyDim)
	}
	c.oval(222, 264, 8, 11, "#6d7d35")
	c.oval(204, 276, 8, 11, "#84933f")
	c.shade("M236 214h14v84h-14z")
	leaf(c, 290, 322, 44, 64, leafy)
	c.oval(284, 312, 12, 10, "#84933f")
	c.oval(116, 314, 10, 8, "#6d7d35")
}

func honey(c *canvas, s subject) {
	c.in("rotate(28 262 120)", func() {
		c.rect(256, 20, 11, 150, 5, timber)
		for i := range 5 {
			c.rect(246-float64(2-abs(i-2))*5, 148+float64(i)*11, 31+float64(2-abs(i-2))*10, 8, 4, timberDim)
		}
	})
	c.turned(s.main, 192, at{158, 74}, at{176, 86}, at{240, 92}, at{300, 84}, at{322, 66})
	c.path("#fbdc8c", "M112 190c30 14 60-8 90 2s50 4 76-4l3 18c-26 14-52-6-80 2s-62 6-91-4z")
	c.rect(112, 132, 160, 34, 8, s.accent)
	c.shade("M232 132h32a8 8 0 0 1 8 8v18a8 8 0 0 1-8 8h-32z")
	c.path(s.main, "M214 126c14 4 26 8 28 22c2 16-4 20-4 34c0 10-12 10-12 0c0-12 4-18-4-28z")
	c.path(paper, "M148 222h88l12 32l-12 32h-88l-12-32z")
	c.oval(192, 256, 17, 12, gold)
	c.path(ink, "M184 245h5v22h-5zM194 244h5v24h-5z")
	c.oval(186, 240, 9, 7, "#dfe9ef")
	c.oval(200, 240, 9, 7, "#dfe9ef")
	c.disc(211, 256, 5, ink)
}

func abs(i int) int { return max(i, -i) }

func coffee(c *canvas, s subject) {
	c.path(s.main, "M122 96h156l10 20v190a16 16 0 0 1-16 16H128a16 16 0 0 1-16-16V116z")
	c.path(s.dark, "M122 78h156v20H122z")
	c.line(s.light, 2, "M122 84h156M122 91h156")
	c.path(s.light, "M112 116l24 26v180h-8a16 16 0 0 1-16-16z")
	c.shade("M288 116l-24 26v180h8a16 16 0 0 0 16-16z")
	c.rect(108, 92, 18, 10, 3, gold)
	c.rect(274, 92, 18, 10, 3, gold)
	c.disc(200, 208, 54, cream)
	bean(c, 200, 208, 1.5, 30)
	c.rect(156, 278, 88, 7, 3, s.light)
	c.rect(172, 292, 56, 7, 3, s.light)
	bean(c, 94, 308, .62, 70)
	bean(c, 312, 310, .6, 20)
	bean(c, 340, 314, .5, 110)
}

func bean(c *canvas, x, y, scale, turn float64) {
	c.in(fmt.Sprintf("translate(%s %s) rotate(%s) scale(%.2f)", n(x), n(y), n(turn), scale), func() {
		c.oval(0, 0, 18, 26, coffeeish)
		c.shine("M-12-12c-4 8-4 16 0 24c2-8 2-16 0-24z")
		c.line("#8a5f4a", 3.5, "M2-23C-8-8 10 8-2 23")
	})
}

func chocolate(c *canvas, s subject) {
	c.in("rotate(-9 200 200)", func() {
		c.rect(128, 82, 144, 130, 8, "#5a382c")
		for row := range 3 {
			for column := range 3 {
				x, y := 135+float64(column)*44, 90+float64(row)*42
				c.rect(x, y, 40, 37, 4, "#6f4637")
				c.path("#855845", fmt.Sprintf("M%s %sh40l-8 7h-24l-8 23z", n(x), n(y)))
			}
		}
		c.path(steelLit, "M118 188l14-12l18 14l18-14l18 14l18-14l18 14l18-14l18 14l10-8l14 10v36H118z")
		c.shade("M118 204h168v12H118z")
		c.rect(112, 206, 176, 116, 5, s.main)
		c.rect(112, 222, 176, 9, 0, gold)
		c.rect(112, 298, 176, 9, 0, gold)
		c.path(s.light, "M168 266C176 246 208 240 232 252C228 276 194 288 168 266Z") // a cocoa pod
		c.line(s.dark, 3, "M170 265C190 256 212 252 231 253M176 271C196 270 214 264 229 258")
		c.shade("M264 206h19a5 5 0 0 1 5 5v106a5 5 0 0 1-5 5h-19z")
	})
}

func tin(c *canvas, s subject) {
	c.rect(112, 150, 176, 172, 10, s.main)
	c.oval(200, 150, 88, 16, s.dark)
	c.path(s.dark, "M112 118h176v36c-40 20-136 20-176 0z")
	c.oval(200, 118, 88, 16, s.main)
	c.oval(200, 116, 74, 11, s.light)
	c.disc(200, 112, 10, gold)
	c.disc(200, 234, 56, cream)
	c.line(leafyDim, 3, "M200 282C200 258 200 244 200 220")
	leaf(c, 200, 236, 58, 0, s.main)
	leaf(c, 200, 266, 52, -52, s.light)
	leaf(c, 200, 266, 52, 52, s.dark)
	c.rect(112, 300, 176, 8, 0, gold)
	c.rect(112, 168, 176, 5, 0, gold)
	c.shade("M250 118h38v194a10 10 0 0 1-10 10h-28z")
	c.shine("M120 130h12v184h-6a8 8 0 0 1-6-8z")
}

func salt(c *canvas, s subject) {
	c.path(s.main, "M120 112h124v202a8 8 0 0 1-8 8H128a8 8 0 0 1-8-8z")
	c.path(s.dark, "M112 82h140v34c-30 14-110 14-140 0z")
	c.oval(182, 82, 70, 13, s.light)
	c.within("band", 120, 160, 124, 112, 0, func() {
		c.rect(120, 160, 124, 112, 0, cream)
		c.disc(216, 188, 14, s.accent)
		c.path(s.light, "M110 250C130 200 176 184 208 206C228 220 214 244 198 236C208 226 192 214 180 226C166 240 190 262 250 246V280H110Z")
		c.path(s.main, "M110 262q16-10 32 0t32 0t32 0t32 0t32 0v20H110z")
	})
	c.shade("M216 112h28v202a8 8 0 0 1-8 8h-20z")
	c.shine("M127 122h9v192h-5a4 4 0 0 1-4-4z")
	c.path("#fff", "M236 322C250 290 268 276 284 276C304 276 324 296 340 322Z")
	c.shade("M292 277c18 4 34 22 48 45h-30c-2-18-8-34-18-45z")
	for _, p := range [][2]float64{{262, 304}, {282, 290}, {300, 306}, {276, 312}, {232, 318}, {350, 318}, {316, 314}} {
		c.path(s.halo, fmt.Sprintf("M%s %sl6 3l-2 6l-7-1z", n(p[0]), n(p[1]-4)))
	}
}

func pasta(c *canvas, s subject) {
	c.in("rotate(11 200 200)", func() {
		for i := range 15 {
			x := 156 + float64(i)*6
			top := 66 + float64((i*7)%5)*5
			c.rect(x, top, 5, 256-float64((i*3)%4)*3-(top-66), 2, []string{"#f3d384", "#e9c066", "#f8e0a1"}[i%3])
		}
		c.path(s.main, "M146 150h108v92H146z")
		c.path(s.dark, "M146 150h108v7H146zM146 235h108v7H146z")
		c.oval(200, 196, 36, 26, cream)
		c.line(s.accent, 4, "M180 200c0-16 26-16 26-2s-18 12-18 2s22-14 28 4")
		c.shade("M230 150h24v92h-24z")
		c.shine("M150 160h8v74h-8z")
	})
	c.disc(96, 300, 22, "#d2492f") // a tomato
	c.shine("M82 294c2-8 8-12 14-12c-6 4-8 8-10 14z")
	for turn := -60.0; turn <= 60; turn += 40 {
		leaf(c, 96, 284, 12, turn, leafyDim)
	}
	leaf(c, 318, 320, 36, -40, leafy)
	leaf(c, 316, 320, 40, 18, leafyDim)
}

func jam(c *canvas, s subject) {
	c.turned("#f09a3e", 188, at{158, 62}, at{176, 80}, at{240, 84}, at{304, 80}, at{322, 66})
	for _, p := range [][3]float64{{138, 300, 12}, {226, 296, 14}, {166, 190, 10}, {236, 200, 8}} {
		c.element(`<circle cx="%s" cy="%s" r="%s" fill="#f8bd6b" fill-opacity=".8"/>`, p[0], p[1], p[2])
	}
	c.path(s.main, "M108 160C106 140 116 112 136 106H240C260 112 270 140 268 160C256 150 248 172 236 160C222 150 214 172 200 160C188 150 180 172 164 160C150 150 144 172 130 160C122 154 114 152 108 160Z")
	for _, p := range [][2]float64{{134, 130}, {164, 122}, {196, 134}, {226, 122}, {246, 142}, {148, 150}, {214, 152}, {180, 150}} {
		c.disc(p[0], p[1], 5, cream)
	}
	c.line(s.accent, 6, "M124 158C160 168 216 168 252 158")
	c.line(s.accent, 5, "M188 164C170 180 166 190 160 198M190 164C206 178 208 188 216 196")
	c.rect(146, 214, 84, 70, 35, paper)
	apricot(c, 188, 250, .62)
	apricot(c, 302, 292, 1)
	leaf(c, 304, 264, 30, 50, leafy)
}

func apricot(c *canvas, x, y, scale float64) {
	c.in(fmt.Sprintf("translate(%s %s) scale(%.2f)", n(x), n(y), scale), func() {
		c.disc(0, 0, 31, "#f5a24a")
		c.path("#e27f4e", "M6-30C34-24 38 14 14 28C24 8 22-14 6-30Z")
		c.line("#d9823a", 3, "M0-29C-10-12-8 8 0 24")
		c.shine("M-22-8c2-8 8-14 14-16c-6 8-8 14-8 24c-4 0-6-4-6-8z")
	})
}
