package detail

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/uitest"
)

// rawed makes a pane that shows what the service sent of the whole call.
func rawed(w, h int, raw string) (*Pane, *rawFace) {
	r := report()
	r.Raw = []byte(raw)
	p := open(w, h, nil, r, nil)
	p.Do(action.ViewRaw)
	p.View()
	return p, p.faces[Raw].(*rawFace)
}

const sample = `{"id":"c0ffee","callCreated":"2026-09-30T18:38:14.189Z","n":-1.5e3,"ok":true,"none":null,"empty":[],"nothing":{},
 "callStates":[{"sequenceNumber":1,"type":"STARTING","participants":[{"name":"Dana \"D\" Roe","deep":[[1,2],[3]]}]},
  {"sequenceNumber":2,"type":"ACTIVE","participants":[{"name":"Ann Bell"},{"name":"Bo Chen"}]}]}`

// same walks a decoded value beside a tree and fails where they differ.
func same(t *testing.T, tr *tree, i int, want any) {
	t.Helper()
	n := tr.nodes[i]
	switch want := want.(type) {
	case map[string]any:
		if tr.src[n.from] != '{' || !tr.container(i) {
			t.Fatalf("node %d is no object", i)
		}
	case []any:
		if tr.src[n.from] != '[' || int(n.kids) != len(want) {
			t.Fatalf("node %d has %d values, want %d", i, n.kids, len(want))
		}
		at := i + 1
		for k, v := range want {
			if int(tr.nodes[at].nth) != k {
				t.Fatalf("node %d is the %dth, want the %dth", at, tr.nodes[at].nth, k)
			}
			same(t, tr, at, v)
			at = int(tr.nodes[at].next)
		}
		if at != int(n.next) {
			t.Fatalf("the values of node %d end at %d, it at %d", i, at, n.next)
		}
		return
	}
	var got any
	if err := json.Unmarshal(tr.src[n.from:n.to], &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("node %d is %q, want %v (%v)", i, tr.src[n.from:n.to], want, err)
	}
}

func FuzzTree(f *testing.F) {
	f.Add(sample)
	f.Add(`[1,"a\\",{"b":{}},[],[[]],"\"",{"a":1,"a":2}]`)
	f.Add(`"alone"`)
	f.Add(`{"":[{}],"a.b":{"[0]":1}}`)
	f.Add(`1E700`)
	f.Add(`not json` + "\n\nat all\x1b[2J")
	f.Add(`{"a":1`)
	f.Add("")
	f.Fuzz(func(t *testing.T, src string) {
		tr := parse([]byte(src))
		var want any
		if tr.plain == json.Valid([]byte(src)) {
			t.Fatalf("it is JSON: %v, taken for lines: %v", !tr.plain, tr.plain)
		}
		if tr.plain || json.Unmarshal([]byte(src), &want) != nil { // a number beyond all floats is JSON too
			return
		}
		same(t, tr, 0, want)
		seen, twins := map[string]bool{}, map[string]bool{} // of two members of one name the first is found
		for i := range tr.nodes {
			a, parent := tr.address(i), tr.nodes[i].parent
			twins[a] = seen[a] || parent >= 0 && twins[tr.address(int(parent))]
			seen[a] = true
		}
		for i := range tr.nodes {
			if tr.nodes[i].next <= int32(i) || int(tr.nodes[i].next) > len(tr.nodes) {
				t.Fatalf("after node %d comes %d", i, tr.nodes[i].next)
			}
			if a := tr.address(i); tr.at(a) != i && !twins[a] {
				t.Fatalf("node %d is at %q, and that is node %d", i, a, tr.at(a))
			}
		}
	})
}

func TestRawFolds(t *testing.T) {
	p, r := rawed(90, 24, sample)
	first := plain(p)
	for _, want := range []string{`▾ {8}`, `id: "c0ffee"`, "n: -1.5e3", "▸ callStates: [2 states]", "empty: []", "nothing: {}", "line 1 of 9"} {
		if !strings.Contains(first, want) {
			t.Errorf("it does not say %q:\n%s", want, first)
		}
	}
	if strings.Contains(first, "sequenceNumber") {
		t.Errorf("what lies deeper is not folded:\n%s", first)
	}
	p.Do(action.Bottom)
	p.Do(action.Right)
	if got := plain(p); !strings.Contains(got, "▸ [1] {3} sequenceNumber: 2, type: ACTIVE") {
		t.Fatalf("unfolding does not show the states:\n%s", got)
	}
	p.Do(action.Right)
	p.Do(action.Right)
	p.Do(action.Down)
	p.Do(action.Down)
	if got := r.tree.path(int(r.rows[r.sel])); got != "callStates[0].type" {
		t.Fatalf("the reader stands on %q", got)
	}
	// what is unfolded and the place stay when the report is fetched again
	rep := report()
	rep.Raw = []byte(strings.Replace(sample, `"id"`, `"more":1,"id"`, 1))
	p.SetData(nil, rep, nil)
	if got := plain(p); !strings.Contains(got, `type: "STARTING"`) || r.tree.path(int(r.rows[r.sel])) != "callStates[0].type" {
		t.Errorf("the new text stands at %q:\n%s", r.tree.path(int(r.rows[r.sel])), got)
	}
	// left goes out, level by level, and folds
	for range 6 {
		p.Do(action.Left)
	}
	if r.sel != 0 || len(r.rows) != 1 {
		t.Errorf("left ends in line %d of %d", r.sel+1, len(r.rows))
	}
	p.Do(action.ZoomFit)
	p.Do(action.ZoomIn)
	if len(r.rows) != len(r.tree.nodes) {
		t.Errorf("all unfolded has %d lines for %d values", len(r.rows), len(r.tree.nodes))
	}
	p.Do(action.ZoomFit)
	if len(r.rows) != 10 {
		t.Errorf("as it was has %d lines, want 10", len(r.rows))
	}
}

func TestRawSearch(t *testing.T) {
	p, r := rawed(90, 24, sample)
	for needle, want := range map[string]int{"ACTIVE": 1, "participants": 2, `dana "d"`: 1, "2026": 1, "xyz": 0, "true": 1, "": 0} {
		if n := p.SetSearch(needle); n != want {
			t.Errorf("%q stands in %d places, want %d", needle, n, want)
		}
	}
	p.Do(action.Top)
	for _, typed := range []string{"n", "na", "nam", "NAME"} { // as it is typed: each from the same place
		p.SetSearch(typed)
	}
	var at []string
	for range 4 {
		p.View()
		at = append(at, r.tree.path(int(r.rows[r.sel])))
		p.Do(action.NextFound)
	}
	if got, want := strings.Join(at, " "), "callStates[0].participants[0].name callStates[1].participants[0].name callStates[1].participants[1].name callStates[0].participants[0].name"; got != want {
		t.Errorf("found at %s, want %s", got, want)
	}
	p.Do(action.PrevFound)
	if got := plain(p); !strings.Contains(got, `1 of 3 "name"`) {
		t.Errorf("it does not say which of them it is:\n%s", got)
	}
}

// Without a report the states are told, in our own words, and it says so.
func TestRawWithoutReport(t *testing.T) {
	for name, c := range map[string]*call.Call{"GoTo writes its report when the call has ended": folded(12), "there is no report": folded(15)} {
		p := open(90, 24, c, nil, nil)
		p.Do(action.ViewRaw)
		if got := plain(p); !strings.Contains(got, name) {
			t.Errorf("it does not say %q:\n%s", name, got)
		}
		p.Do(action.ZoomIn)
		if n := p.SetSearch("on hold"); n != 1 {
			t.Errorf("the hold stands in %d places:\n%s", n, plain(p))
		}
	}
	// a live call's text grows, and the reader stays where he is
	p := open(90, 24, folded(6), nil, nil)
	p.Do(action.ViewRaw)
	r := p.faces[Raw].(*rawFace)
	for _, a := range []action.Action{action.Bottom, action.Right, action.Down, action.Down, action.Right, action.Down} {
		p.Do(a)
	}
	was := r.tree.path(int(r.rows[r.sel]))
	p.SetData(folded(9), nil, nil)
	if got := plain(p); !strings.Contains(got, "[9 states]") || r.tree.path(int(r.rows[r.sel])) != was || was != "states[1].state" {
		t.Errorf("the reader was on %q and is on %q:\n%s", was, r.tree.path(int(r.rows[r.sel])), got)
	}
}

func TestRawHostile(t *testing.T) {
	evil := "\x1b[2Jred \u202eright\u0007 " + strings.Repeat("幅", 5000)
	js, err := json.Marshal(map[string]any{evil: evil, "list": []string{evil}})
	if err != nil {
		t.Fatal(err)
	}
	for name, raw := range map[string]string{
		"escaped": string(js), "plain": "{\"a\u202e\": \"\u202ex\"}", "broken": "{" + evil + "\n" + evil, "deep": strings.Repeat("[", 5000) + strings.Repeat("]", 5000), "blank": "  ",
	} {
		for _, w := range []int{1, 20, 80} {
			p, _ := rawed(w, 20, raw)
			p.Do(action.ZoomIn)
			p.Do(action.PageDown)
			uitest.Exact(t, name, p.View(), w, 20)
			if got := ansi.Strip(p.View()); strings.ContainsAny(got, "\x1b\u202e\a") {
				t.Errorf("%s: the view has what it must not have: %q", name, got)
			}
		}
	}
	p, _ := rawed(80, 20, "<html>503\x1b[2J</html>")
	if got := plain(p); !strings.Contains(got, "it is not JSON") || !strings.Contains(got, "<html>503") {
		t.Errorf("what is no JSON is shown as:\n%s", got)
	}
}

// large is a report of some megabytes.
func large(states int) string {
	var b strings.Builder
	b.WriteString(`{"callStates":[`)
	for i := range states {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"sequenceNumber":%d,"timestamp":"2026-09-30T18:38:14.189Z","participants":[`, i+1)
		for k := range 4 {
			if k > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"id":"29cfc6a8-a6aa-56fa-a866-%012d","name":"Agent %d","status":{"value":"CONNECTED","legId":"%d"}}`, i, k, i*k)
		}
		b.WriteString("]}")
	}
	b.WriteString("]}")
	return b.String()
}

// A text of megabytes costs no more a frame than a small one.
func TestLargeRaw(t *testing.T) {
	raw := large(12_000)
	p, r := rawed(120, 40, raw)
	p.Do(action.Down)
	p.Do(action.Right)
	for _, a := range []action.Action{action.Bottom, action.Right, action.Bottom, action.Right, action.Bottom} {
		p.Do(a)
	}
	got := plain(p)
	if !strings.Contains(got, fmt.Sprintf("[%d]", 11_999)) || len(r.rows) < 12_000 {
		t.Errorf("the end of %d bytes is not there:\n%s", len(raw), got)
	}
	frame := testing.AllocsPerRun(5, func() { p.View() })
	q, _ := rawed(120, 40, large(60))
	for _, a := range []action.Action{action.Down, action.Right, action.Bottom, action.Right, action.Bottom} {
		q.Do(a)
	}
	if small := testing.AllocsPerRun(5, func() { q.View() }); frame > 2*small {
		t.Errorf("a frame of the large text allocates %.0f times, one of the small %.0f", frame, small)
	}
}

func BenchmarkLargeRaw(b *testing.B) {
	raw := large(12_000)
	b.Run("open", func(b *testing.B) {
		b.SetBytes(int64(len(raw)))
		for range b.N {
			rawed(120, 40, raw)
		}
	})
	p, _ := rawed(120, 40, raw)
	p.Do(action.Down)
	p.Do(action.Right)
	b.Run("search", func(b *testing.B) {
		for i := range b.N {
			p.SetSearch([]string{"agent 3", "11999"}[i%2])
		}
	})
	p.SetSearch("")
	b.Run("frame", func(b *testing.B) {
		for i := range b.N {
			p.SetNow(begun.Add(time.Duration(i) * time.Second))
			p.Do(action.Down)
			_ = p.View()
		}
	})
}
