package difftest_test

import (
	"fmt"
	"slices"
	"strings"
)

// The enum for output only has the values of all subgraphs that know it; the enum for input only
// has those that all of them know. The first value is known everywhere.
const returnedEnum, takenEnum = "Mood", "Side"

const enumValues = 4

// drawEnums chooses each enum's values in each subgraph.
func (g *generator) drawEnums() {
	for n, name := range []string{returnedEnum, takenEnum} {
		bySubgraph := make([][]string, g.subgraphs)
		for s := range bySubgraph {
			for i := range enumValues {
				if i == 0 || g.oneIn(2) {
					bySubgraph[s] = append(bySubgraph[s], fmt.Sprintf("%c%d", name[0], i))
				}
			}
		}
		g.enums[n] = bySubgraph
	}
}

// enumsOf returns one subgraph's definitions of those enums that its SDL uses.
func (w *world) enumsOf(text string, subgraph int) string {
	return enumText(text, returnedEnum, w.enums[0][subgraph]) + enumText(text, takenEnum, w.enums[1][subgraph])
}

// allEnums returns the merged definitions of all subgraphs.
func (w *world) allEnums(text string) string {
	var returned, taken []string
	for i := range enumValues {
		value := fmt.Sprintf("%c%d", returnedEnum[0], i)
		if slices.ContainsFunc(w.having(returnedEnum), func(s int) bool { return slices.Contains(w.enums[0][s], value) }) {
			returned = append(returned, value)
		}
		value = fmt.Sprintf("%c%d", takenEnum[0], i)
		if !slices.ContainsFunc(w.having(takenEnum), func(s int) bool { return !slices.Contains(w.enums[1][s], value) }) {
			taken = append(taken, value)
		}
	}
	return enumText(text, returnedEnum, returned) + enumText(text, takenEnum, taken)
}

// having returns the subgraphs whose SDL has the enum.
func (w *world) having(enum string) []int {
	var list []int
	for s := range w.subgraphs {
		for _, d := range w.types {
			if d.in[s] != nil && slices.ContainsFunc(d.fields, func(f *field) bool {
				return f.in[s] != nil && (f.typ.Name() == enum || strings.Contains(f.args, enum))
			}) {
				list = append(list, s)
				break
			}
		}
	}
	return list
}

func enumText(text, name string, values []string) string {
	if !strings.Contains(text, name) {
		return ""
	}
	return "enum " + name + " { " + strings.Join(values, " ") + " }\n"
}

// chooseMoods lets a field return only values that all its subgraphs know.
func (g *generator) chooseMoods(f *field) {
	if f.typ.Name() != returnedEnum {
		return
	}
	for i := range enumValues {
		value := fmt.Sprintf("%c%d", returnedEnum[0], i)
		everywhere := true
		for s, l := range f.in {
			if l != nil || f.holder != "" && s == g.subgraphs-1 {
				everywhere = everywhere && slices.Contains(g.enums[0][s], value)
			}
		}
		if everywhere {
			f.moods = append(f.moods, value)
		}
	}
}
