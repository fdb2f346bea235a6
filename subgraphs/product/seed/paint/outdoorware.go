package paint

import "fmt"

func outdoorMotifs() map[string]motif {
	return map[string]motif{
		"can": can, "trowel": trowel, "lantern": lantern, "rucksack": rucksack,
		"flask": flask, "tent": tent, "seeds": seeds, "binoculars": binoculars,
	}
}

func can(c *canvas, s subject) {
	c.line(s.dark, 13, "M236 206C330 176 350 262 262 296")
	c.line(s.dark, 13, "M150 196C150 128 238 128 240 196")
	c.path(s.main, "M146 288L70 176L84 164L150 240Z")
	c.shade("M146 288L70 176L76 171L150 268Z")
	c.path(gold, "M48 180L92 148L98 164L64 192Z")
	c.cut(s.main, 202, at{196, 62}, at{322, 74})
	c.oval(202, 196, 62, 12, s.dark)
	c.path(s.light, "M136 232h132l2 14H134zM132 290h140l1 12H131z")
	for _, p := range [][2]float64{{44, 212}, {60, 226}, {36, 244}, {54, 262}, {38, 286}, {62, 292}} {
		c.path("#7ec3dd", fmt.Sprintf("M%s %sc8 11 8 18 0 18s-8-7 0-18z", n(p[0]), n(p[1])))
	}
}

func trowel(c *canvas, s subject) {
	c.path("#8a6248", "M92 322C110 284 150 268 200 270C256 268 294 286 312 322Z")
	c.path("#6f4c37", "M130 322C150 300 176 292 208 294C246 292 268 304 280 322Z")
	c.in("rotate(14 200 200)", func() {
		c.path(steel, "M166 178h68c4 50-8 88-34 122c-26-34-38-72-34-122z")
		c.path(steelDim, "M200 178h34c4 50-8 88-34 122z")
		c.line(steelLit, 4, "M178 206h14M178 228h14M182 250h12")
		c.rect(192, 138, 16, 46, 4, steelDim)
		c.turned(s.main, 200, at{44, 14}, at{60, 19}, at{96, 15}, at{130, 18}, at{146, 13})
		c.rect(183, 128, 34, 7, 3, s.dark)
		c.line(s.accent, 5, "M200 48C176 30 178 8 200 12S222 32 200 48")
	})
	c.path("#8a6248", "M150 322C160 306 180 298 204 300C230 298 250 308 258 322Z")
	c.line(leafyDim, 4, "M296 308V270")
	leaf(c, 296, 276, 30, -52, leafy)
	leaf(c, 296, 270, 30, 46, leafy)
}

func lantern(c *canvas, s subject) {
	c.element(`<circle cx="200" cy="222" r="112" fill="%s" fill-opacity=".25"/>`, flame)
	c.line(s.dark, 6, "M134 218C110 60 290 60 266 218")
	c.cut(s.main, 200, at{108, 22}, at{124, 30}, at{130, 30}, at{156, 56})
	c.rect(186, 90, 28, 20, 5, s.dark)
	c.element(`<path d="M156 156H244C268 196 264 236 246 268H154C136 236 132 196 156 156Z" fill="#fff6d8" fill-opacity=".85"/>`)
	c.path(flame, "M200 178C220 208 226 226 220 242C214 258 186 258 180 242C174 226 182 206 200 178Z")
	c.path("#fdeba6", "M200 212C210 228 212 236 208 244C204 252 195 252 192 244C188 236 192 226 200 212Z")
	c.line(s.main, 4, "M140 210H260M166 156C148 196 150 236 162 268M234 156C252 196 250 236 238 268")
	c.cut(s.main, 200, at{264, 50}, at{278, 50}, at{288, 72}, at{316, 76}, at{322, 70})
	c.rect(122, 210, 14, 84, 5, s.dark)
	c.rect(264, 210, 14, 84, 5, s.dark)
}

func rucksack(c *canvas, s subject) {
	c.line(s.dark, 9, "M176 96C176 66 224 66 224 96")
	c.path(s.dark, "M102 190h24v100h-14a18 18 0 0 1-18-18v-60c0-12 2-18 8-22zM298 190h-24v100h14a18 18 0 0 0 18-18v-60c0-12-2-18-8-22z")
	c.path(s.main, "M116 150C116 108 150 92 200 92s84 16 84 58v148a24 24 0 0 1-24 24H140a24 24 0 0 1-24-24z")
	c.shade("M244 98c26 8 40 24 40 52v148a24 24 0 0 1-24 24h-28c10-6 14-14 14-28z")
	c.path(s.light, "M112 152C112 110 148 90 200 90s88 20 88 62v36c-24 16-152 16-176 0z")
	c.shade("M112 180v8c24 16 152 16 176 0v-8c-24 14-152 14-176 0z")
	c.rect(140, 226, 120, 78, 14, s.light)
	c.path(s.main, "M136 222h128v22c-20 14-108 14-128 0z")
	for _, x := range []float64{152, 234} {
		c.rect(x, 130, 14, 96, 4, timberDim)
		c.rect(x-3, 196, 20, 16, 3, gold)
		c.rect(x+2, 200, 10, 8, 1, timberDim)
	}
	c.rect(192, 238, 16, 26, 4, timberDim)
	c.disc(200, 256, 4, gold)
	c.rect(180, 112, 40, 24, 4, paper)
	c.path(s.accent, "M186 132l9-13l6 7l5-6l8 12z")
}

func flask(c *canvas, s subject) {
	steam(c, 306, 250)
	c.path(s.main, "M156 146h88a14 14 0 0 1 14 14v150a12 12 0 0 1-12 12h-92a12 12 0 0 1-12-12V160a14 14 0 0 1 14-14z")
	c.shade("M226 146h18a14 14 0 0 1 14 14v150a12 12 0 0 1-12 12h-20z")
	c.shine("M150 164h11v146h-5a6 6 0 0 1-6-6z")
	c.path(steel, "M156 80a10 10 0 0 1 10-10h68a10 10 0 0 1 10 10v54h-88z")
	c.shade("M222 70h12a10 10 0 0 1 10 10v54h-22z")
	c.rect(150, 130, 100, 18, 5, s.dark)
	c.line(steelLit, 4, "M166 82v42")
	c.rect(142, 296, 116, 10, 0, s.dark)
	c.path(s.light, "M172 258l22-42l14 20l10-12l18 34z")
	c.disc(222, 204, 8, s.accent)
	c.path(steel, "M276 264h60l-6 50a9 9 0 0 1-9 8h-30a9 9 0 0 1-9-8z")
	c.shade("M316 264h20l-6 50a9 9 0 0 1-9 8h-12z")
	c.oval(306, 264, 30, 7, coffeeish)
}

func tent(c *canvas, s subject) {
	c.line(timberDim, 3, "M56 322L112 236M344 322L292 236")
	c.path(s.dark, "M232 112L348 322H284Z")
	c.path(s.main, "M200 104L40 322H284L232 112Z")
	c.path(s.light, "M200 104L40 322H104L208 108Z")
	c.path(ink, "M206 150L142 322H258Z")
	c.path(s.accent, "M206 150L142 322H186C196 262 202 204 206 150Z")
	c.path(s.main, "M206 150L258 322H236C224 262 212 204 206 150Z")
	c.path("#fdeba6", "M196 322C200 300 214 300 218 322Z")
	c.line(s.dark, 4, "M200 104L206 150")
	c.path(s.dark, "M196 104L214 92L236 112Z")
	c.line(s.dark, 3, "M74 300C96 304 110 306 124 304")
	c.path("#d2593f", "M205 96V62l32 10l-32 12z")
	c.line(ink, 4, "M205 98V60")
	for _, x := range []float64{50, 348} {
		c.line(timberDim, 5, fmt.Sprintf("M%s 312v12", n(x)))
	}
}

func seeds(c *canvas, s subject) {
	c.in("rotate(-5 200 200)", func() {
		c.rect(114, 76, 172, 246, 6, paper)
		c.rect(114, 76, 172, 62, 6, s.main)
		c.rect(114, 126, 172, 12, 0, s.main)
		c.line(s.light, 3, "M120 86H280")
		c.rect(146, 98, 108, 9, 4, cream)
		c.rect(166, 115, 68, 7, 3, cream)
		for i, p := range [][2]float64{{156, 206}, {202, 178}, {246, 214}} {
			c.line(leafyDim, 4, fmt.Sprintf("M%s %sC%s 270 %s 290 200 308", n(p[0]), n(p[1]), n(p[0]), n((p[0]+200)/2)))
			flower(c, p[0], p[1], 30-float64(i%2)*2, []string{s.main, s.accent, "#7a78c4"}[i])
		}
		leaf(c, 180, 278, 34, -46, leafy)
		leaf(c, 218, 272, 34, 50, leafy)
		leaf(c, 200, 252, 28, -34, leafyDim)
		c.shade("M268 76h12a6 6 0 0 1 6 6v234a6 6 0 0 1-6 6h-12z")
	})
	for _, p := range [][2]float64{{312, 312}, {328, 318}, {302, 320}, {90, 318}, {340, 308}} {
		c.oval(p[0], p[1], 5, 3.4, timberDim)
	}
}

func binoculars(c *canvas, s subject) {
	c.line(timberDim, 8, "M118 130C60 190 90 300 56 314M282 130C340 190 310 300 344 314")
	c.rect(176, 158, 48, 96, 10, s.main)
	c.rect(186, 140, 28, 34, 8, s.light)
	c.line(s.dark, 3, "M192 146v22M200 146v22M208 146v22")
	for _, x := range []float64{140, 260} {
		c.cut(s.main, x, at{118, 32}, at{158, 38}, at{186, 44}, at{284, 56})
		c.rect(x-36, 92, 72, 30, 8, s.dark)
		c.rect(x-47, 190, 94, 58, 10, s.light)
		c.shade(fmt.Sprintf("M%s 190h14a10 10 0 0 1 10 10v38a10 10 0 0 1-10 10h-14z", n(x+23)))
		c.rect(x-60, 274, 120, 48, 14, s.dark)
		c.oval(x, 296, 46, 19, "#86b7d6")
		c.path("#cfe6f2", fmt.Sprintf("M%s 290c10-8 24-10 34-8c-10 4-16 12-18 22c-8-2-14-8-16-14z", n(x-32)))
	}
	c.disc(200, 210, 13, s.accent)
}
