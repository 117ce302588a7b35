package csvfile

import "strings"

// maxLines is how many lines a quoted cell may run over. A quote never closed would otherwise
// swallow the rest of the file without a word.
const maxLines = 100

// records cuts a text into rows of cells (RFC 4180, read generously). Cells share the text's memory
// wherever they can.
type records struct {
	text  string // not read yet
	line  int    // number of the first line of text
	comma byte
	cells []string // of the last row, used again
}

// row is one row of the file.
type row struct {
	line  int // number of its first line, from 1
	cells []string
	open  bool // a quote was never closed: cells are not to be used
}

// next gives the next row; its cells are valid until the next call. ok is false at the end.
func (r *records) next() (row, bool) {
	if r.text == "" {
		return row{}, false
	}
	out := row{line: r.line}
	end := 0
	for lines := 1; ; lines++ {
		i := strings.IndexByte(r.text[end:], '\n')
		if i < 0 {
			end = len(r.text)
		} else {
			end += i + 1
		}
		if r.cut(strings.TrimRight(r.text[:end], "\r\n")) {
			r.advance(end, lines)
			out.cells = r.cells
			return out, true
		}
		if end == len(r.text) || lines == maxLines {
			break
		}
	}
	// Only the line that opened the quote is lost.
	end = len(r.text)
	if i := strings.IndexByte(r.text, '\n'); i >= 0 {
		end = i + 1
	}
	r.advance(end, 1)
	out.open = true
	return out, true
}

func (r *records) advance(bytes, lines int) {
	r.text = r.text[bytes:]
	r.line += lines
}

// cut cuts a row into r.cells; false when a quote is open at its end.
func (r *records) cut(s string) bool {
	r.cells = r.cells[:0]
	for {
		cell, rest, more, ok := r.cell(s)
		if !ok {
			return false
		}
		r.cells = append(r.cells, cell)
		if !more {
			return true
		}
		s = rest
	}
}

// cell takes the first cell off s; more tells that a separator followed it.
func (r *records) cell(s string) (cell, rest string, more, ok bool) {
	inner := strings.TrimLeft(s, " ")
	if !strings.HasPrefix(inner, `"`) {
		i := strings.IndexByte(s, r.comma)
		if i < 0 {
			return s, "", false, true
		}
		return s[:i], s[i+1:], true, true
	}
	inner = inner[1:]
	var b strings.Builder
	for {
		i := strings.IndexByte(inner, '"')
		if i < 0 {
			return "", "", false, false
		}
		tail := inner[i+1:]
		after := strings.TrimLeft(tail, " ")
		switch {
		case strings.HasPrefix(tail, `"`): // "" is one quote
			b.WriteString(inner[:i+1])
			inner = tail[1:]
		case after == "" || after[0] == r.comma:
			if b.Len() == 0 {
				cell = inner[:i]
			} else {
				b.WriteString(inner[:i])
				cell = b.String()
			}
			if after == "" {
				return cell, "", false, true
			}
			return cell, after[1:], true, true
		default: // a quote in the middle of a cell that nobody doubled
			b.WriteString(inner[:i+1])
			inner = tail
		}
	}
}

// separator tells what separates the columns: of comma, semicolon and tab the one that the first
// row has most of, outside quotes. A file of one column has none, and gets a comma.
func separator(text string) byte {
	var commas, semicolons, tabs int
	quoted := false
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ',':
			commas++
		case c == ';':
			semicolons++
		case c == '\t':
			tabs++
		case c == '\n' && i > 0:
			return most(commas, semicolons, tabs)
		}
	}
	return most(commas, semicolons, tabs)
}

func most(commas, semicolons, tabs int) byte {
	switch {
	case tabs > commas && tabs >= semicolons:
		return '\t'
	case semicolons > commas:
		return ';'
	}
	return ','
}
