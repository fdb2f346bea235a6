package paint

import "fmt"

// palette is a family of colours that go well together. A product is painted in one.
type palette struct {
	ground, halo      string // behind the product
	main, dark, light string // of the product
	accent            string // its counterpart
}

// Colours of materials, the same in every palette.
const (
	ink       = "#2b2a3d"
	cream     = "#fff7ea"
	paper     = "#fdfaf3"
	timber    = "#b98454"
	timberDim = "#8f6038"
	timberLit = "#d8ab7a"
	steel     = "#c8d1d8"
	steelDim  = "#95a3ae"
	steelLit  = "#e9eef1"
	leafy     = "#6a9a58"
	leafyDim  = "#47743d"
	gold      = "#e3ab3f"
	flame     = "#f6a63c"
	coffeeish = "#4a2f27"
)

func tint(name string) (palette, error) {
	switch name {
	case "clay":
		return palette{"#f7e6da", "#f0d0bb", "#c8674b", "#98452f", "#e59c7f", "#2f6f73"}, nil
	case "sea":
		return palette{"#dfedf0", "#c0dde3", "#2f7f95", "#1e5a6d", "#74b6c6", "#f2a65a"}, nil
	case "wood":
		return palette{"#f4ebdd", "#e7d4b8", "#a87444", "#7a4f2d", "#d0a570", "#5b8266"}, nil
	case "night":
		return palette{"#e2e6ef", "#c6cedf", "#333e5b", "#1f2740", "#657395", "#f3c969"}, nil
	case "leaf":
		return palette{"#e8f1df", "#cfe1bd", "#568a4f", "#3a6638", "#96c083", "#e98a5b"}, nil
	case "dawn":
		return palette{"#fce9e2", "#f8d0c2", "#e57f68", "#bd5a4a", "#f7b5a0", "#4c8c8a"}, nil
	case "plum":
		return palette{"#f1e4ee", "#e0c8dc", "#7d4b7a", "#573056", "#b087ad", "#f0b859"}, nil
	case "sun":
		return palette{"#fdf2d6", "#f9e1a4", "#e6a935", "#b57d20", "#f7d284", "#45748a"}, nil
	case "sky":
		return palette{"#e4f0f9", "#c5dff1", "#4a8bc0", "#306493", "#97c3e4", "#f08a6b"}, nil
	case "dusk":
		return palette{"#e8e4f3", "#cfc7e6", "#5a548f", "#3b3666", "#948dc5", "#f5b971"}, nil
	}
	return palette{}, fmt.Errorf("no tint %q", name)
}
