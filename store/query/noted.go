package query

// Noted reports what tags and notes are to the query: whether they make a difference to what it
// finds, as they do wherever a word is looked for in every text, and whether it names them, with
// tag: or note:.
func (q Query) Noted() (reads, names bool) {
	walk(q.Root, func(n Node) {
		switch n := n.(type) {
		case Word:
			reads = true
		case Term:
			names = names || n.Field == Tag || n.Field == NoteText
		}
	})
	return reads || names, names
}
