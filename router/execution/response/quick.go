package response

// quick appends the value of a leaf field if it is present and of the field's type, which is true
// of most of a response. Otherwise it returns false, and the plain path handles the field from the
// start.
//
// It is fast because it makes no Value and keeps no path, and because it looks for a member first
// where the one before it ended: subgraphs answer in the order in which they were asked, which is
// the client's order. BenchmarkComplete, on a busy machine: 496 µs without it, 289 with it. If
// most objects are twins it makes no difference.
func (r *Reader) quick(out []byte, object Value, f *field) ([]byte, bool) {
	if f.leaf.kind == noLeaf {
		return out, false
	}
	for i := range object.seats {
		s := &object.seats[i]
		tape := r.tree.tapes[s.source]
		at := tape.expect(s, f.key)
		if at == 0 || tape.nodes[at].kind == Null {
			continue
		}
		return f.leaf.append(out, tape, &tape.nodes[at])
	}
	return out, false
}

// nextMember is Member for members in the order in which they were requested.
func (r *Reader) nextMember(object Value, key string) Value {
	start, null := len(r.stack), false
	for i := range object.seats {
		s := &object.seats[i]
		tape := r.tree.tapes[s.source]
		at := tape.expect(s, key)
		switch {
		case at == 0:
		case tape.nodes[at].kind == Null:
			null = true
		default:
			r.push(Ref{s.source, at})
		}
	}
	return Value{seats: r.stack[start:len(r.stack):len(r.stack)], null: null}
}
