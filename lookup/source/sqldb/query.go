package sqldb

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ringside/lookup/source/form"
)

// statement is a query as a driver wants it, and the forms of the number that go to its places.
type statement struct {
	text  string
	names []string
}

// prepare puts a driver's places where the query names forms of the number: ":e164". What stands in
// quotes or comments, and a cast ("phone::text"), is left alone.
func prepare(query, driver string) (statement, error) {
	var st statement
	var b strings.Builder
	for i := 0; i < len(query); {
		if n := skip(query[i:], driver); n > 0 {
			b.WriteString(query[i : i+n])
			i += n
			continue
		}
		name := place(query[i:])
		if name == "" {
			b.WriteByte(query[i])
			i++
			continue
		}
		if !slices.Contains(form.Names(), name) {
			return st, fmt.Errorf(":%s is no form of a number; there are :%s", name, strings.Join(form.Names(), ", :"))
		}
		b.WriteString(st.bind(name, driver))
		i += 1 + len(name)
	}
	if len(st.names) == 0 {
		return st, errors.New("the query asks for no number: put :e164 or another form in it")
	}
	st.text = b.String()
	return st, nil
}

// bind gives a place for a form. Each has its own, also of one form twice: PostgreSQL gives a place
// the type of what it is compared with, and that may differ.
func (st *statement) bind(name, driver string) string {
	st.names = append(st.names, name)
	if driver == "postgres" {
		return "$" + strconv.Itoa(len(st.names))
	}
	return "?"
}

// args are the forms for the places. A form that the number does not have is NULL, which is equal
// to nothing: an empty text would find everybody without a number.
func (st *statement) args(f form.Form) []any {
	out := make([]any, len(st.names))
	for i, name := range st.names {
		if v := f.Get(name); v != "" {
			out[i] = v
		}
	}
	return out
}

// place gives the name of a place at the start of s, "" where there is none.
func place(s string) string {
	if len(s) < 2 || s[0] != ':' || !letter(s[1]) {
		return ""
	}
	end := 2
	for end < len(s) && (letter(s[end]) || s[end] >= '0' && s[end] <= '9') {
		end++
	}
	return s[1:end]
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }

// skip gives the length of what stands at the start of s and holds no places: quotes, comments, a
// cast; 0 where there is none of them.
func skip(s, driver string) int {
	switch {
	case strings.HasPrefix(s, "::"):
		return 2
	case s[0] == '\'' || s[0] == '"' || s[0] == '`':
		return quoted(s, driver)
	case strings.HasPrefix(s, "--") || s[0] == '#' && driver == "mysql":
		return through(s, 0, "\n")
	case strings.HasPrefix(s, "/*"):
		return through(s, 2, "*/")
	case s[0] == '$' && driver == "postgres":
		if end := strings.IndexByte(s[1:], '$'); end >= 0 && strings.Trim(s[1:1+end], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == "" {
			return through(s, end+2, s[:end+2])
		}
	}
	return 0
}

// through gives the length up to and with the next end behind from, or all of s.
func through(s string, from int, end string) int {
	if i := strings.Index(s[from:], end); i >= 0 {
		return from + i + len(end)
	}
	return len(s)
}

// quoted gives the length of a quoted text or name. A doubled quote is two quoted texts, which comes
// to the same; only MySQL escapes by a backslash.
func quoted(s, driver string) int {
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && driver == "mysql" && s[0] != '`':
			i++
		case s[i] == s[0]:
			return i + 1
		}
	}
	return len(s)
}
