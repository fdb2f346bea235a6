package paint

import "fmt"

// scene is a place: how to paint it, where the product stands in it, and how large it is there.
type scene struct {
	paint       func(*canvas, palette)
	x, y, scale float64
}

func sceneOf(name string) (scene, error) {
	switch name {
	case "kitchen":
		return scene{kitchen, 252, 306, .66}, nil
	case "room":
		return scene{room, 200, 268, .62}, nil
	case "library":
		return scene{library, 200, 330, .84}, nil
	case "garden":
		return scene{garden, 196, 350, .74}, nil
	case "study":
		return scene{study, 222, 308, .68}, nil
	}
	return scene{}, fmt.Errorf("no scene %q", name)
}

func kitchen(c *canvas, p palette) {
	c.rect(0, 0, side, side, 0, p.ground)
	for x := 0.0; x < side; x += 50 { // tiles
		c.element(`<path d="M%s 208V306" stroke="#fff" stroke-opacity=".7" stroke-width="2"/>`, x)
	}
	c.element(`<path d="M0 208H400M0 257H400" stroke="#fff" stroke-opacity=".7" stroke-width="2"/>`)
	window(c, 34, 34, 128, 150)
	c.rect(218, 92, 150, 9, 3, timber)
	c.shade("M218 98h150v3h-150z")
	for i, colour := range []string{p.light, cream, p.accent} { // jars on the shelf
		x := 232 + float64(i)*44
		c.rect(x, 58, 30, 34, 7, colour)
		c.rect(x+3, 51, 24, 9, 3, timberDim)
		c.shade(fmt.Sprintf("M%s 58h5a7 7 0 0 1 7 7v20a7 7 0 0 1-7 7h-5z", n(x+18)))
	}
	c.rect(0, 296, side, 22, 0, timberLit)
	c.rect(0, 314, side, 86, 0, p.halo)
	c.shade("M0 314h400v7h-400z")
	c.rect(28, 338, 156, 80, 6, p.ground)
	c.rect(216, 338, 156, 80, 6, p.ground)
	c.rect(86, 350, 40, 6, 3, timberDim)
	c.rect(274, 350, 40, 6, 3, timberDim)
	pot(c, 84, 300, p)
}

func window(c *canvas, x, y, w, h float64) {
	c.rect(x-7, y-7, w+14, h+14, 6, "#fff")
	c.rect(x, y, w, h, 2, "#cfe6f2")
	c.within("view", x, y, w, h, 2, func() {
		c.disc(x+w*.7, y+h*.3, 17, "#fbe3a0")
		c.oval(x+w*.2, y+h*1.02, w*.6, h*.32, "#a9cfa0")
		c.oval(x+w*.95, y+h*1.06, w*.6, h*.3, "#8fbd8b")
	})
	c.rect(x+w/2-3, y, 6, h, 0, "#fff")
	c.rect(x, y+h/2-3, w, 6, 0, "#fff")
	c.rect(x-14, y+h+5, w+28, 8, 3, "#fff")
	c.shade(fmt.Sprintf("M%s %sh%sv3h-%sz", n(x-14), n(y+h+10), n(w+28), n(w+28)))
}

// pot is a small plant to keep a product company.
func pot(c *canvas, x, y float64, p palette) {
	for _, leaf := range []string{"M0-34C-8-66-30-72-44-66C-40-48-24-34 0-34", "M0-34C6-74 26-84 40-80C40-58 24-40 0-34", "M0-32C-6-64-4-88 4-98C14-84 12-56 0-32"} {
		c.in(fmt.Sprintf("translate(%s %s)", n(x), n(y)), func() { c.path(leafy, leaf) })
	}
	c.cut(p.main, x, at{y - 36, 24}, at{y, 17})
	c.rect(x-27, y-42, 54, 11, 3, p.light)
}

func room(c *canvas, p palette) {
	c.rect(0, 0, side, side, 0, p.ground)
	c.rect(0, 0, side, 210, 0, p.halo)
	c.rect(0, 210, side, 5, 0, "#fff")
	c.rect(0, 350, side, 50, 0, timberLit)
	c.element(`<path d="M0 366H400M0 384H400M90 350V366M250 366V384M330 350V366" stroke="%s" stroke-opacity=".5" stroke-width="2"/>`, timber)
	c.oval(200, 380, 170, 16, p.light)
	picture(c, 42, 46, 84, 104, p)
	c.line(ink, 2.5, "M336 0V64") // pendant lamp
	c.cut(p.accent, 336, at{64, 10}, at{104, 40})
	c.element(`<path d="M298 104L262 214H410L374 104Z" fill="#fff6d8" fill-opacity=".35"/>`)
	c.rect(60, 264, 280, 12, 4, timberDim) // sideboard
	c.rect(68, 276, 264, 72, 4, timber)
	c.shade("M68 276h264v8h-264z")
	for _, x := range []float64{76, 162, 248} {
		c.rect(x, 288, 76, 52, 4, timberLit)
		c.disc(x+38, 300, 4, timberDim)
	}
	c.path(timberDim, "M84 348h14l-6 26h-6zM302 348h14l-2 26h-6z")
	c.rect(282, 246, 46, 9, 2, p.dark) // two books lying
	c.rect(286, 255, 44, 9, 2, p.accent)
	c.rect(78, 226, 20, 38, 6, cream)
	c.line(leafyDim, 3, "M88 226C88 200 78 188 72 176M88 226C90 202 98 192 106 184M88 226V176")
}

func picture(c *canvas, x, y, w, h float64, p palette) {
	c.rect(x-6, y-6, w+12, h+12, 3, timberDim)
	c.rect(x, y, w, h, 1, paper)
	c.within("frame", x+9, y+9, w-18, h-18, 1, func() {
		c.rect(x, y, w, h, 0, p.ground)
		c.disc(x+w*.62, y+h*.36, 14, p.accent)
		c.path(p.light, fmt.Sprintf("M%s %sL%s %sL%s %sZ", n(x-10), n(y+h), n(x+w*.4), n(y+h*.42), n(x+w*.9), n(y+h)))
		c.path(p.main, fmt.Sprintf("M%s %sL%s %sL%s %sZ", n(x+w*.3), n(y+h), n(x+w*.75), n(y+h*.56), n(x+w+20), n(y+h)))
	})
}

func library(c *canvas, p palette) {
	c.rect(0, 0, side, side, 0, p.dark)
	c.element(`<rect width="400" height="400" fill="%s" fill-opacity=".55"/>`, timberDim)
	c.rect(0, 330, side, 20, 0, timberLit)
	c.shade("M0 346h400v10h-400z")
	c.rect(0, 22, side, 14, 0, timberLit)
	c.shade("M0 36h400v14h-400z")
	spines(c, 330, []spine{{4, 34, 218, p.light}, {38, 26, 196, cream}, {64, 40, 232, p.accent}, {318, 30, 206, p.halo}, {348, 22, 226, p.accent}, {370, 30, 190, p.light}})
	spines(c, 430, []spine{{10, 40, 66, p.accent}, {50, 30, 60, p.halo}, {80, 44, 68, p.light}, {150, 36, 62, cream}, {186, 28, 68, p.main}, {214, 40, 58, p.accent}, {290, 34, 66, p.light}, {324, 44, 60, p.halo}})
}

type spine struct {
	x, w, h float64
	colour  string
}

func spines(c *canvas, floor float64, row []spine) {
	for _, s := range row {
		c.rect(s.x, floor-s.h, s.w-2, s.h, 3, s.colour)
		c.rect(s.x, floor-s.h+18, s.w-2, 5, 0, "#ffffff88")
		c.rect(s.x, floor-28, s.w-2, 5, 0, "#ffffff88")
		c.shade(fmt.Sprintf("M%s %sh6v%sh-6z", n(s.x+s.w-8), n(floor-s.h), n(s.h)))
	}
}

func garden(c *canvas, p palette) {
	c.rect(0, 0, side, side, 0, p.ground)
	c.disc(318, 82, 36, "#fbdc8c")
	c.element(`<circle cx="318" cy="82" r="54" fill="#fbdc8c" fill-opacity=".35"/>`)
	cloud(c, 92, 84)
	cloud(c, 226, 52)
	c.path(p.halo, "M0 236C60 150 120 150 180 214C230 150 310 130 400 220V400H0Z")
	c.path("#b4d2a0", "M0 262C90 210 190 214 260 250C320 226 370 232 400 246V400H0Z")
	c.path("#93bf7f", "M0 312C110 276 270 280 400 304V400H0Z")
	for _, x := range []float64{34, 66, 352} { // firs on the hill
		c.path(leafyDim, fmt.Sprintf("M%s 204l20 34h-10l14 26h-48l14-26h-10z", n(x)))
		c.rect(x-3, 262, 6, 12, 0, timberDim)
	}
	for i, x := range []float64{24, 60, 330, 372, 300, 100} {
		y := 344 + float64(i*29%40)
		c.line(leafyDim, 2, fmt.Sprintf("M%s %sv-16", n(x), n(y)))
		c.disc(x, y-18, 6, []string{p.accent, "#fff", p.light}[i%3])
		c.disc(x, y-18, 2, gold)
	}
}

func cloud(c *canvas, x, y float64) {
	c.element(`<g fill="#fff" fill-opacity=".9"><rect x="%s" y="%s" width="84" height="22" rx="11"/><circle cx="%s" cy="%s" r="17"/><circle cx="%s" cy="%s" r="22"/></g>`,
		x-42, y-8, x-14, y-8, x+12, y-12)
}

func study(c *canvas, p palette) {
	c.rect(0, 0, side, side, 0, p.halo)
	c.rect(0, 0, side, 300, 0, p.ground)
	picture(c, 52, 48, 92, 112, p)
	c.rect(206, 64, 150, 96, 4, timberLit) // pin board
	c.rect(212, 70, 138, 84, 2, "#e5c79c")
	for i, note := range []spine{{224, 34, 40, "#fff"}, {268, 30, 34, p.light}, {308, 32, 44, cream}} {
		c.in(fmt.Sprintf("rotate(%d %s 100)", 4-4*i, n(note.x)), func() {
			c.rect(note.x, 84, note.w, note.h, 1, note.colour)
			c.disc(note.x+note.w/2, 88, 3.5, p.accent)
		})
	}
	c.rect(0, 296, side, 20, 0, timber)
	c.shade("M0 312h400v8h-400z")
	c.rect(30, 316, 16, 90, 0, timberDim)
	c.rect(354, 316, 16, 90, 0, timberDim)
	c.rect(250, 316, 104, 44, 0, timberLit)
	c.disc(302, 338, 5, timberDim)
	c.line(p.dark, 7, "M70 296C60 250 70 224 100 206") // lamp
	c.path(p.main, "M84 196L130 184L150 226L92 238Z")
	c.rect(44, 288, 56, 9, 4, p.dark)
	c.element(`<path d="M94 238L150 226L206 296H74Z" fill="#fff3c4" fill-opacity=".4"/>`)
	c.rect(318, 278, 64, 9, 2, p.accent)
	c.rect(312, 287, 72, 9, 2, p.dark)
}
