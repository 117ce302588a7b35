package query

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the tables of docs/query.md")

const document = "../../docs/query.md"

// The tables of the documentation say what the code does.
func TestDocumentation(t *testing.T) {
	raw, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	doc := strings.ReplaceAll(string(raw), "\r\n", "\n")
	want := doc
	for _, table := range []struct {
		after, body string
		rows        bool
	}{
		{"| field | also | type | what |\n|---|---|---|---|\n", fieldTable(), true},
		{"| field of words | words |\n|---|---|\n", wordTable(), true},
		{"These words mean something by themselves: ", propertyList(), false},
	} {
		before, rest, ok := strings.Cut(want, table.after)
		if !ok {
			t.Fatalf("%s has no %q", document, table.after)
		}
		end := strings.Index(rest, "\n")
		if table.rows {
			end = strings.Index(rest, "\n\n")
		}
		want = before + table.after + table.body + rest[end:]
	}
	if *update {
		if err := os.WriteFile(document, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := cmp.Diff(want, doc); d != "" {
		t.Errorf("%s is out of date (go test ./store/query -run Documentation -update): -want +is\n%s", document, d)
	}
}

func code(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "`" + strings.Join(names, "` `") + "`"
}

func fieldTable() string {
	var out []string
	for _, f := range Fields() {
		out = append(out, "| `"+f.Name+"` | "+code(f.Aliases)+" | "+f.Type.String()+" | "+f.Help+" |")
	}
	return strings.Join(out, "\n")
}

func wordTable() string {
	var out []string
	for _, f := range Fields() {
		if f.Type == WordValue {
			out = append(out, "| `"+f.Name+"` | "+code(valueNames(f.Field))+" |")
		}
	}
	return strings.Join(out, "\n")
}

func propertyList() string {
	var names []string
	for _, f := range []Field{Flag, Dir} {
		names = append(names, valueNames(f)...)
	}
	for _, t := range times() {
		if _, ok := property(t[0], Options{}); ok {
			names = append(names, t[0])
		}
	}
	return code(names) + "."
}

// Every example of the documentation can be read.
func TestDocumentedExamples(t *testing.T) {
	raw, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	examples, _, _ := strings.Cut(string(raw), "## Words")
	n := 0
	for line := range strings.Lines(examples) {
		if text, ok := strings.CutPrefix(line, "    "); ok {
			n++
			if _, err := Parse(text, testOptions(t)); err != nil {
				t.Errorf("%s: %v", text, err)
			}
		}
	}
	if n < 3 {
		t.Errorf("%d examples found", n)
	}
	_, mistake, _ := strings.Cut(string(raw), "the query is wrong: ")
	lines := strings.Split(mistake, "\n")
	_, wrong := ParseLoose(strings.TrimSpace(lines[1]), testOptions(t))
	if wrong == nil || wrong.Msg != lines[0] || strings.Index(lines[2], "^")-6 != wrong.Col || "    hint: "+wrong.Want != lines[3] {
		t.Errorf("the documented mistake reads otherwise: %+v", wrong)
	}
}
