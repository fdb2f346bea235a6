package paint

import "fmt"

func deskMotifs() map[string]motif {
	return map[string]motif{
		"notebook": notebook, "pen": pen, "pencils": pencils, "shears": shears,
		"letter": letter, "ink": inkBottle, "globe": globe, "train": train,
	}
}

func notebook(c *canvas, s subject) {
	c.in("rotate(6 200 200)", func() {
		c.rect(118, 78, 176, 240, 10, paper)
		c.line("#d9cfba", 2, "M284 86v224M289 88v220")
		c.rect(106, 74, 176, 248, 12, s.main)
		c.path(s.dark, "M118 74h16v248h-16a12 12 0 0 1-12-12V86a12 12 0 0 1 12-12z")
		c.shine("M140 82h8v232h-8z")
		c.rect(164, 118, 84, 52, 5, cream)
		c.line(s.light, 3, "M178 136h56M178 150h38")
		c.rect(258, 74, 10, 248, 0, s.accent)
		c.shade("M270 74a12 12 0 0 1 12 12v224a12 12 0 0 1-12 12z")
		c.path(s.accent, "M196 322h14v32l-7-8l-7 8z")
	})
	c.in("rotate(28 330 220)", func() {
		c.path(gold, "M322 110h18v168h-18z")
		c.path("#f6d9b0", "M322 278h18l-9 26z")
		c.path(ink, "M328 295h6l-3 9z")
		c.rect(322, 98, 18, 14, 4, "#e58b80")
		c.shade("M334 112h6v166h-6z")
	})
}

func pen(c *canvas, s subject) {
	c.line(s.light, 5, "M64 306C100 262 128 330 160 296S214 262 236 300S296 318 338 292")
	c.in("translate(64 306) rotate(38)", func() {
		c.path(gold, "M0 0C-12-20-16-34-15-54h30C16-34 12-20 0 0z")
		c.path("#c48c2c", "M0 0C12-20 16-34 15-54H0z")
		c.line(ink, 2, "M0-3V-32")
		c.disc(0, -34, 3.6, ink)
		c.path(s.dark, "M-15-54h30l4-30h-38z")
		c.path(s.main, "M-19-84h38l3-100h-44z")
		c.rect(-24, -194, 48, 12, 3, gold)
		c.path(s.main, "M-22-192h44l-6-112a16 14 0 0 0-32 0z")
		c.shade("M6-84h13l3-100v-8l-6-112a16 14 0 0 0-10-12z")
		c.shine("M-15-90h7l-2-94h-8zM-17-198h8l2-108h-4z")
		c.rect(10, -262, 8, 74, 4, gold)
		c.disc(14, -190, 7, gold)
	})
}

func pencils(c *canvas, s subject) {
	colours := []string{"#d2492f", "#ee8a3c", "#f3c23f", "#7fae4d", "#3f8d7d", "#4a8bc0", "#5a548f", "#a8558f"}
	for i, colour := range colours {
		turn := (float64(i) - 3.5) * 5.5
		height := 96 + float64((i*5)%4)*15
		c.in(fmt.Sprintf("rotate(%s 200 350)", n(turn)), func() {
			x := 190 + (float64(i)-3.5)*5
			c.rect(x, height, 19, 160, 0, colour)
			c.path("#f6d9b0", fmt.Sprintf("M%s %sh19l-9.500-30z", n(x), n(height)))
			c.path(colour, fmt.Sprintf("M%s %sh6l-3-10z", n(x+6.5), n(height-20)))
			c.shade(fmt.Sprintf("M%s %sh6v160h-6z", n(x+13), n(height)))
		})
	}
	c.cut(s.accent, 200, at{206, 70}, at{322, 62})
	c.path(s.light, "M131 226h138l-1 14H132z")
	c.path(cream, "M132 248h136l-1 6H133z")
	c.path(s.light, "M135 288h130l-1 14H136z")
}

func shears(c *canvas, s subject) {
	c.path(s.accent, "M52 306H246L270 322H52Z")
	c.path(s.light, "M52 322C80 300 130 330 160 314V322Z")
	c.in("rotate(-24 200 176)", func() {
		c.path(steelDim, "M190 168L206 160L226 312C214 304 206 290 204 276Z")
	})
	c.in("rotate(24 200 176)", func() {
		c.path(steel, "M210 168L194 160L174 312C186 304 194 290 196 276Z")
		c.shine("M198 168l-16 128c6-8 8-16 10-26z")
	})
	c.line(s.main, 22, "M190 168L160 122")
	c.line(s.dark, 22, "M210 168L240 122")
	c.element(`<ellipse cx="140" cy="92" rx="34" ry="44" fill="none" stroke="%s" stroke-width="20" transform="rotate(-28 140 92)"/>`, s.main)
	c.element(`<ellipse cx="260" cy="92" rx="34" ry="44" fill="none" stroke="%s" stroke-width="20" transform="rotate(28 260 92)"/>`, s.dark)
	c.disc(200, 176, 11, gold)
	c.line(timberDim, 3, "M195 176h10")
}

func letter(c *canvas, s subject) {
	c.path(s.dark, "M80 196L200 106L320 196V200H80Z")
	c.rect(106, 84, 188, 170, 4, paper)
	c.line("#c9bfae", 4, "M130 116h90M130 138h140M130 156h128M130 174h138")
	c.path(s.accent, "M248 98h28v22h-28z")
	c.path(s.light, "M80 198L200 282L320 198V310a12 12 0 0 1-12 12H92a12 12 0 0 1-12-12Z")
	c.path(s.main, "M84 318L182 258a32 32 0 0 1 36 0L316 318a12 12 0 0 1-8 4H92a12 12 0 0 1-8-4Z")
	c.shade("M320 198V310a12 12 0 0 1-12 12H292L238 256Z")
	c.disc(200, 264, 22, "#b8392f")
	c.disc(200, 264, 15, "#cf5145")
	leaf(c, 200, 274, 18, 0, "#f2b39f")
	leaf(c, 200, 274, 15, -55, "#f2b39f")
	leaf(c, 200, 274, 15, 55, "#f2b39f")
}

func inkBottle(c *canvas, s subject) {
	c.rect(160, 92, 80, 46, 8, ink)
	c.line("#55536b", 3, "M172 98v34M184 98v34M196 98v34M208 98v34M220 98v34M230 98v34")
	c.rect(168, 136, 64, 22, 3, "#dfe9ef")
	c.element(`<path d="M122 176a20 20 0 0 1 20-20H258a20 20 0 0 1 20 20V302a20 20 0 0 1-20 20H142a20 20 0 0 1-20-20Z" fill="#fff" fill-opacity=".85"/>`)
	c.path(s.dark, "M132 204c22-10 46 8 68 0s46-8 68 0v96a12 12 0 0 1-12 12H144a12 12 0 0 1-12-12z")
	c.path(s.main, "M132 204c22-10 46 8 68 0s46-8 68 0v14c-22-8-46-8-68 0s-46 10-68 0z")
	c.rect(150, 226, 100, 62, 6, cream)
	c.path(s.dark, "M200 236c13 18 17 24 17 31a17 17 0 0 1-34 0c0-7 4-13 17-31z")
	c.shine("M190 262c1-5 4-9 6-12c-1 8-1 14 2 20c-5-1-8-4-8-8z")
	c.shine("M128 178c0-10 6-16 14-16v150c-8 0-14-4-14-12z")
	c.shade("M252 156h6a20 20 0 0 1 20 20v126a20 20 0 0 1-20 20h-6z")
	c.path(s.dark, "M320 262c16 24 22 32 22 40a20 20 0 0 1-44 0c0-8 6-16 22-40z")
	c.shine("M308 298c1-7 5-12 8-16c-1 10 0 16 3 24c-6 0-11-3-11-8z")
	c.oval(80, 316, 24, 5, s.main)
}

func globe(c *canvas, s subject) {
	c.path(timberDim, "M146 322c0-12 24-20 54-20s54 8 54 20z")
	c.rect(193, 276, 14, 30, 4, timber)
	c.element(`<path d="M128 84A114 114 0 1 0 284 250" fill="none" stroke="%s" stroke-width="11" stroke-linecap="round"/>`, gold)
	c.in("rotate(-20 206 172)", func() {
		c.rect(201, 60, 10, 18, 3, timberDim)
		c.rect(201, 266, 10, 18, 3, timberDim)
		c.disc(206, 172, 98, s.main)
		c.within("ball", 108, 74, 196, 196, 98, func() {
			c.element(`<g fill="none" stroke="#fff" stroke-opacity=".28" stroke-width="2"><ellipse cx="206" cy="172" rx="50" ry="98"/><path d="M206 74V270M108 172H304M122 122H290M122 222H290"/></g>`)
			c.path("#a9c77c", "M122 100C150 80 190 84 196 104C204 122 178 128 172 146C166 164 146 160 138 144C130 130 112 118 122 100Z")
			c.path("#a9c77c", "M164 176C186 170 204 188 198 208C192 230 182 250 172 252C164 238 160 214 154 198C150 188 154 180 164 176Z")
			c.path("#a9c77c", "M226 100C252 84 292 104 306 130V168C290 176 282 158 268 160C256 164 262 186 258 204C252 226 238 232 230 214C226 198 216 188 218 170C222 154 236 150 232 136C222 128 214 112 226 100Z")
			c.path("#c9dba0", "M274 212c12-6 24 0 24 10s-16 12-24 6z")
			c.shade("M236 70A98 98 0 0 1 206 274C262 240 276 120 236 70Z")
			c.shine("M130 132c8-22 24-36 44-44c-18 18-26 34-30 54c-8 2-14-2-14-10z")
		})
	})
}

func train(c *canvas, s subject) {
	for i, p := range [][3]float64{{92, 112, 17}, {118, 88, 22}, {152, 72, 15}} {
		c.element(`<circle cx="%s" cy="%s" r="%s" fill="#fff" fill-opacity="%s"/>`, p[0], p[1], p[2], .9-float64(i)*.15)
	}
	c.rect(56, 206, 124, 62, 24, s.main) // boiler
	c.rect(80, 150, 30, 60, 4, s.accent)
	c.rect(72, 142, 46, 16, 5, ink)
	c.disc(142, 204, 15, gold)
	c.rect(156, 146, 84, 130, 8, s.main)
	c.rect(172, 166, 50, 42, 5, "#cfe6f2")
	c.path("#fff", "M178 172h14l-14 22z")
	c.path(s.dark, "M146 132h104a8 8 0 0 1 8 8v10H138v-10a8 8 0 0 1 8-8z")
	c.shade("M56 246h100v22H80a24 24 0 0 1-24-22zM222 150h18v118h-18z")
	c.rect(48, 264, 198, 22, 8, timber)
	c.rect(246, 268, 26, 9, 3, timberDim)
	c.rect(268, 264, 92, 22, 8, timber)
	c.path(s.accent, "M272 218h84v48h-84z")
	c.shade("M338 218h18v48h-18z")
	for i, x := range []float64{278, 296, 314, 332} { // pencil ends and clips in the wagon
		c.rect(x, 190+float64(i%2)*10, 12, 30, 3, []string{gold, s.light, "#4a8bc0", s.main}[i])
	}
	for _, w := range [][2]float64{{84, 24}, {150, 24}, {212, 24}, {292, 18}, {338, 18}} {
		c.disc(w[0], floor-w[1], w[1], timberDim)
		c.disc(w[0], floor-w[1], w[1]*.68, timberLit)
		c.disc(w[0], floor-w[1], w[1]*.26, s.dark)
	}
	c.path(timberDim, "M48 268l-20 24v8h28z")
}
