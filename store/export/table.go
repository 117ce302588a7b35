package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"ringside/lookup/number"
	"ringside/store/call"
)

// Table writes the CSV of many records, one after the other: UTF-8, lines ended by CR LF, the
// columns those of Columns (docs/record.md). Texts that a spreadsheet would take for a formula, or
// turn into another number, are fenced with an apostrophe. Telephone numbers are written for
// reading, "+1 212 555 0110": with its blanks a spreadsheet takes it for what it is.
type Table struct {
	w     io.Writer
	csv   *csv.Writer
	o     Options
	begun bool
}

// NewTable begins a table on w. Nothing is written before the first record, or Flush.
func NewTable(w io.Writer, o Options) *Table {
	t := &Table{w: w, csv: csv.NewWriter(w), o: o}
	t.csv.UseCRLF = true
	return t
}

// Write adds a record; the first one has the headings before it.
func (t *Table) Write(r call.Record) error {
	if err := t.begin(); err != nil {
		return err
	}
	if err := t.csv.Write(t.row(&r)); err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	return nil
}

// Flush writes what is still held; a table without a record has its headings.
func (t *Table) Flush() error {
	if err := t.begin(); err != nil {
		return err
	}
	t.csv.Flush()
	if err := t.csv.Error(); err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	return nil
}

func (t *Table) begin() error {
	if t.begun {
		return nil
	}
	t.begun = true
	if t.o.BOM {
		if _, err := io.WriteString(t.w, "\ufeff"); err != nil {
			return fmt.Errorf("writing the table: %w", err)
		}
	}
	if err := t.csv.Write(Columns()); err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	return nil
}

// Columns gives the headings of a Table, in their order. They are only ever added to, at the end.
func Columns() []string {
	out := []string{
		"id", "account", "direction", "created", "ended", "state", "outcome", "from_name", "from_number", "to_name", "to_number",
		"queue", "path", "answer_ms", "answered", "rung", "rung_unanswered", "transfers", "holds", "total_ms",
	}
	for p := range call.Phase(call.NumPhases) {
		out = append(out, p.String()+"_ms")
	}
	return append(out, "left_first", "states", "gaps", "joined_late", "associated")
}

func (t *Table) row(r *call.Record) []string {
	answer := ""
	if r.AnswerMs != nil {
		answer = strconv.FormatInt(*r.AnswerMs, 10)
	}
	left := ""
	if r.LeftFirst != nil {
		left = r.LeftFirst.Who
	}
	rung, unanswered := t.rung(r.Rung)
	row := []string{
		ident(r.ID), ident(r.Account), r.Direction, r.Created, deref(r.Ended), r.State, deref(r.Outcome),
		t.text(r.From.Name), t.number(r.From.Number), t.text(r.To.Name), t.number(r.To.Number),
		t.text(r.Queue), t.text(strings.Join(r.Path, " > ")), answer, t.answered(r.Answered), rung, unanswered,
		t.transfers(r.Transfers), t.holds(r.Holds), strconv.FormatInt(r.TotalMs, 10),
	}
	for p := range call.Phase(call.NumPhases) {
		row = append(row, strconv.FormatInt(r.PhasesMs[p.String()], 10))
	}
	return append(row, t.number(left), strconv.Itoa(r.States), gaps(r.Gaps), strconv.FormatBool(r.JoinedLate), ident(strings.Join(r.Associated, "; ")))
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// ident makes a cell of an id, which is never masked.
func ident(s string) string { return fence(guard(clean(s))) }

// text makes a cell of a text from outside.
func (t *Table) text(s string) string { return fence(guard(t.masked(clean(s)))) }

func (t *Table) masked(s string) string {
	if t.o.Mask {
		return call.Mask(s)
	}
	return s
}

// number makes a cell of a number, or of what stands in its place.
func (t *Table) number(s string) string { return fence(t.shown(s)) }

func (t *Table) shown(s string) string {
	if t.o.Mask {
		return clean(call.Mask(s))
	}
	return clean(number.Parse(s, t.o.Region).Display())
}

// who names somebody inside a list: "Ann (1001)".
func (t *Table) who(name, extension, num string) string {
	name, num = guard(t.masked(clean(name))), or(clean(extension), t.shown(num))
	switch {
	case name == "" || name == num:
		return or(num, "unknown")
	case num == "":
		return name
	}
	return name + " (" + num + ")"
}

func (t *Table) answered(list []call.Answer) string {
	out := make([]string, len(list))
	for i, a := range list {
		out[i] = t.who(a.Name, a.Extension, a.Number) + " at " + strconv.FormatInt(a.AtMs, 10)
	}
	return fence(strings.Join(out, "; "))
}

// rung lists who was rung, and how many of them did not answer.
func (t *Table) rung(list []call.Ring) (cell, unanswered string) {
	out, n := make([]string, len(list)), 0
	for i, r := range list {
		out[i] = fmt.Sprintf("%s at %d for %d", t.who(r.Name, r.Extension, r.Number), r.AtMs, r.RingMs)
		if r.Answered {
			out[i] += " answered"
		} else {
			n++
		}
	}
	return fence(strings.Join(out, "; ")), strconv.Itoa(n)
}

func (t *Table) transfers(list []call.Transfer) string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = fmt.Sprintf("%s by %s to %s at %d", x.Kind, or(t.shown(x.By), "unknown"), or(t.shown(x.To), "unknown"), x.AtMs)
	}
	return fence(strings.Join(out, "; "))
}

func (t *Table) holds(list []call.Hold) string {
	out := make([]string, len(list))
	for i, h := range list {
		out[i] = fmt.Sprintf("by %s at %d for %d", or(t.shown(h.By), "unknown"), h.AtMs, h.Ms)
	}
	return fence(strings.Join(out, "; "))
}

func gaps(list [][2]uint64) string {
	out := make([]string, len(list))
	for i, g := range list {
		out[i] = fmt.Sprintf("%d to %d", g[0], g[1])
	}
	return strings.Join(out, "; ")
}

// fence puts an apostrophe before a text that a spreadsheet would run as a formula, or read as a
// number and write as another one: digits with a nought before them or too many of them.
func fence(s string) string {
	if s == "" {
		return s
	}
	switch c := s[0]; {
	case c == '+' && international(s):
		return s
	case c == '\t' || c == '\r' || formula(s):
		return "'" + s
	case digits(s) && (len(s) > 11 || len(s) > 1 && c == '0'):
		return "'" + s
	}
	return s
}

// formula reports whether a spreadsheet would run a text; some read the wide signs alike.
func formula(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return strings.ContainsRune("=+-@＝＋－＠", r)
}

// guard fences what comes behind a separator: where the locale's separator is another one than ours,
// a spreadsheet begins a cell there.
func guard(s string) string {
	var b strings.Builder
	start := false
	for i, r := range s {
		if start && formula(s[i:]) {
			b.WriteByte('\'')
		}
		b.WriteRune(r)
		start = r == ';' || r == ',' || start && r == ' '
	}
	return b.String()
}

// international reports whether s is a number with a country code in groups, "+1 212 555 0110":
// blanks make it neither a number nor a formula.
func international(s string) bool {
	groups := strings.Split(s[1:], " ")
	for _, g := range groups {
		if !digits(g) {
			return false
		}
	}
	return len(groups) > 1
}

func digits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
