package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// pkg is what `go list -json` says of a package.
type pkg struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	Imports    []string
	Deps       []string
}

func packages(t *testing.T) map[string]pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-deps", "-json=ImportPath,Dir,GoFiles,Imports,Deps", "ringside/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	all := map[string]pkg{}
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all[p.ImportPath] = p
	}
}

// rule says what a room may import of ours, and what it must not even depend on.
type rule struct {
	room   string   // a package, or all below a folder with /...
	ours   []string // of ours; /... as in room; itself is always allowed
	never  []string // imports, direct
	deeply []string // dependencies, however deep
	reason string
}

var rules = []rule{
	{"store/call", nil, []string{"net", "os", "context", "sync", "log", "log/slog"}, []string{"net", "os/exec"},
		"the fold is pure: the same events give the same board, in tests, replays and life"},
	{"lookup/number", nil, []string{"net", "os", "log", "log/slog"}, []string{"net"},
		"a number's form depends on nothing but its digits; anyone may import it"},
	{"store/live", []string{"store/call"}, nil, []string{"net/http"},
		"the writer knows GoTo and the disk only through interfaces of its own"},
	{"store/phone", nil, []string{"net", "os", "sync", "log", "log/slog"}, []string{"net", "os/exec"},
		"the words for the telephone, which the network and the screen share without knowing each other"},
	{"store/duty", []string{"store/call"}, []string{"net", "os", "log", "log/slog"}, []string{"net", "os/exec"},
		"who may do and see what is decided in one place that anybody may ask"},
	{"store/audit", []string{"store/call"}, nil, []string{"net"},
		"a trail is lines in a file: what they mean is said by whoever writes them"},
	{"store/tape", nil, nil, []string{"net"},
		"a recording is bytes in files: what they mean is nobody's business there"},
	{"store/query", []string{"store/call", "lookup/number"}, []string{"net", "os", "context", "sync", "log", "log/slog"}, []string{"net", "os/exec"},
		"a query is a value: what it is asked of, and when, is handed in"},
	{"store/stats", []string{"store/call", "lookup/number"}, []string{"net", "os", "context", "sync", "log", "log/slog"}, []string{"net", "os/exec"},
		"the same calls give the same numbers, of a floor, a replay and a test"},
	{"lookup/hours", nil, []string{"net", "os", "log", "log/slog"}, []string{"net"},
		"times of a week are judged by the moment that is handed in"},
	{"store/alarm", []string{"store/call", "store/query", "store/stats", "lookup/number"}, []string{"net", "os", "context", "sync", "log", "log/slog"}, []string{"net", "os/exec"},
		"rules and calls in, alarms out: the same in tests, replays and life"},
	{"store/alarm/guard", []string{"store/alarm", "store/archive", "store/call", "store/query"}, nil, []string{"net/http", "database/sql"},
		"keeps the alarms of any board in any archive; who is told is its caller's business"},
	{"ui/cli/notify", []string{"store/alarm", "store/call", "lookup/pop", "lookup/source/secret"}, nil, []string{"database/sql"},
		"carries alarms outside; it knows no screen and no board"},
	{"store/archive", []string{"store/call", "store/query", "lookup/number"}, []string{"net", "os", "log", "log/slog"}, []string{"net", "database/sql"},
		"the language of the past: the screen speaks it too, and no disk comes with it"},
	{"store/archive/sqlite", []string{"store/archive", "store/call", "store/query", "lookup/number"}, nil, []string{"net/http"},
		"a file, and nothing that happens around it"},
	{"store/archive/contract", []string{"store/archive", "store/call", "store/query", "lookup/number"}, nil, nil,
		"what every archive has to pass knows none of them"},
	{"store/archive/keeper", []string{"store/archive", "store/call"}, nil, []string{"database/sql"}, "writes to any archive"},
	{"store/archive/backfill", []string{"store/archive", "store/call"}, nil, []string{"database/sql"}, "asks any service and fills any archive"},
	{"store/export", []string{"store/call", "lookup/number"}, []string{"net", "os", "log", "log/slog"}, []string{"net"},
		"what it is given it writes; where to is its caller's business"},
	{"gotoapi/wire", []string{"store/call"}, nil, []string{"net"},
		"the decoder takes bytes; where they come from is not its business"},
	{"gotoapi", []string{"store/call", "gotoapi/wire"}, nil, nil,
		"the client knows no screen and no disk"},
	{"gotoapi/stream", []string{"gotoapi", "gotoapi/wire", "store/call"}, nil, nil,
		"the stream knows no store: it emits events"},
	{"gotoapi/dialogs", []string{"gotoapi", "gotoapi/stream", "gotoapi/wire", "store/call"}, nil, nil,
		"another feed of the stream: it makes events of dialogs and knows no store"},
	{"gotoapi/phone", []string{"gotoapi", "gotoapi/stream", "gotoapi/wire", "store/call", "store/phone"}, nil, []string{"github.com/pion/webrtc/v4"},
		"the telephone's calls are signalling; their sound is behind an interface of its own"},
	{"gotoapi/webhook", []string{"gotoapi", "gotoapi/stream", "gotoapi/wire", "store/call"}, nil, nil,
		"another way in, in the words of the stream: it knows no store"},
	{"gotoapi/phone/codec", nil, []string{"net", "os", "log", "log/slog"}, []string{"net"},
		"packets and samples: where they come from and go to is not its business"},
	{"gotoapi/phone/audio", []string{"gotoapi/phone/codec"}, nil, []string{"net/http"},
		"devices and files; it knows no call"},
	{"gotoapi/phone/media", []string{"gotoapi/phone/audio", "gotoapi/phone/codec", "store/phone"}, nil, nil,
		"the sound of a call, whoever set it up"},
	{"gotoapi/sim/...", []string{"gotoapi/sim/..."}, []string{"testing"}, nil,
		"an oracle that shares our decoder cannot find the decoder's bug"},
	{"lookup/...", []string{"lookup/...", "store/call", "store/query"}, nil, nil,
		"who is calling is asked of sources, not of GoTo or the board"},
	{"ui/cli/config", []string{"ui/cli/config"}, nil, nil, "the configuration is plain data"},
	{"ui/cli/handover", []string{"ui/cli/handover"}, nil, nil, "carries a number from a command to a desk; what it is, both ends know"},
	{"ui/cli/credentials", []string{"gotoapi", "ui/cli/config"}, nil, nil, "keeps what a login gave; it knows no screen and no calls"},
	{"ui/cli/login", []string{"gotoapi", "store/call", "ui/cli/config", "ui/cli/credentials"}, nil, nil,
		"gets and watches a login through GoTo and its store; what it tells the person is its caller's to show"},
	{"ui/cli/connect", []string{"gotoapi/...", "store/...", "lookup/..."}, nil, nil, "joins what GoTo says to what we know; no screen"},
	{"ui/thrift", nil, nil, []string{"database/sql", "net/http"}, "bytes on their way to a terminal: it knows the renderer's language and nothing of ours"},
	{"ui", []string{"ui/thrift", "store/duty", "ui/action", "ui/calls", "ui/detail", "ui/help", "ui/layout", "ui/pop", "ui/prompt", "ui/reports", "ui/status", "ui/table", "ui/text", "ui/theme", "ui/compare", "ui/owed", "ui/phone", "ui/trace", "ui/plain", "ui/agents", "ui/queues", "ui/today", "ui/figures", "ui/alarms", "store/alarm", "store/call", "store/phone", "store/archive", "store/query", "store/stats", "store/export", "lookup", "lookup/number", "lookup/pop", "ui/wall"}, nil, []string{"database/sql"},
		"the screen draws what it is told in messages"},
}

// panes may import these and no other pane.
var paneMay = []string{"ui/action", "ui/theme", "ui/layout", "ui/table", "ui/figures", "ui/text", "store/call", "store/archive", "store/query", "store/stats", "lookup", "lookup/number"}

func allRules() []rule {
	out := slices.Clone(rules)
	for _, p := range []string{"agents", "calls", "compare", "detail", "help", "owed", "pop", "prompt", "queues", "reports", "status", "today"} {
		out = append(out, rule{"ui/" + p, paneMay, nil, nil, "panes know their data, not each other and not where it comes from"})
	}
	out = append(out, rule{"ui/phone", append(slices.Clone(paneMay), "store/phone"), nil, nil, "it draws the words of the telephone, whoever makes them"})
	out = append(out, rule{"ui/plain", []string{"ui/text", "store/call"}, nil, nil, "sentences are made of calls and the time alone"})
	out = append(out, rule{"ui/wall", append(slices.Clone(paneMay), "store/stats"), nil, nil, "the wallboard shows the numbers of the day, and no other pane's"})
	out = append(out, rule{"ui/alarms", append(slices.Clone(paneMay), "store/alarm"), nil, nil, "it draws alarms, which are plain data"})
	out = append(out, rule{"ui/figures", []string{"ui/action", "ui/theme", "ui/table", "ui/text", "store/archive", "store/call", "store/query", "store/stats"}, nil, nil,
		"numbers and their calls, drawn alike on every page of them"})
	return append(out, rule{"ui/trace", append(slices.Clone(paneMay), "lookup/pop"), nil, nil, "it draws the traces of pops, which are plain data"})
}

func within(path, pattern string) bool {
	if root, ok := strings.CutSuffix(pattern, "/..."); ok {
		return path == root || strings.HasPrefix(path, root+"/")
	}
	return path == pattern
}

func TestWhoMayImportWhom(t *testing.T) {
	all := packages(t)
	for _, r := range allRules() {
		found := false
		for path, p := range all {
			name, ours := strings.CutPrefix(path, "ringside/")
			if !ours || !within(name, r.room) {
				continue
			}
			found = true
			for _, imp := range p.Imports {
				if of, ours := strings.CutPrefix(imp, "ringside/"); ours &&
					!slices.ContainsFunc(r.ours, func(may string) bool { return within(of, may) }) {
					t.Errorf("%s imports %s: %s", name, of, r.reason)
				}
				if slices.Contains(r.never, imp) {
					t.Errorf("%s imports %s: %s", name, imp, r.reason)
				}
			}
			for _, d := range r.deeply {
				if slices.Contains(p.Deps, d) {
					t.Errorf("%s depends on %s: %s", name, d, r.reason)
				}
			}
		}
		if !found {
			t.Errorf("no package %s: the rule is out of date", r.room)
		}
	}
}

func TestCharmStaysInTheScreen(t *testing.T) {
	for path, p := range packages(t) {
		name, ours := strings.CutPrefix(path, "ringside/")
		if !ours || strings.HasPrefix(name, "ui") {
			continue
		}
		for _, d := range p.Deps {
			if strings.HasPrefix(d, "charm.land/") || strings.HasPrefix(d, "github.com/charmbracelet/") {
				t.Errorf("%s depends on %s: the screen library stays below ui", name, d)
			}
		}
	}
}

func TestNoTestingInTheProduct(t *testing.T) {
	for path, p := range packages(t) {
		name, ours := strings.CutPrefix(path, "ringside")
		if ours && name != "/ui/uitest" && name != "/store/archive/contract" && name != "/lookup/source/farend" && slices.Contains(p.Deps, "testing") {
			t.Errorf("ringside%s depends on testing", name)
		}
	}
}

// The clock is handed in: what is pure never asks for the time.
func TestPureRoomsReadNoClock(t *testing.T) {
	all := packages(t)
	for _, room := range []string{"ringside/store/call", "ringside/store/query", "ringside/store/alarm", "ringside/store/archive", "ringside/lookup/hours", "ringside/store/export", "ringside/lookup/number", "ringside/ui/calls", "ringside/ui/compare", "ringside/ui/detail", "ringside/ui/owed", "ringside/ui/reports", "ringside/ui/phone", "ringside/ui/pop", "ringside/ui/trace", "ringside/ui/table", "ringside/ui/wall", "ringside/ui/alarms", "ringside/ui/plain"} {
		inspect(t, all[room], func(fset *token.FileSet, n ast.Node) {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "After", "Until", "Sleep", "Tick", "NewTimer"}, sel.Sel.Name) {
				t.Errorf("%s: time.%s in a pure room", fset.Position(n.Pos()), sel.Sel.Name)
			}
		})
	}
}

// Budgets of size: a file is one thought, a function fits a screen.
const (
	maxFileLines = 520
	maxFuncLines = 90
)

func TestFilesAndFunctionsStayWithinTheirBudget(t *testing.T) {
	for path, p := range packages(t) {
		if !strings.HasPrefix(path, "ringside") {
			continue
		}
		inspect(t, p, func(fset *token.FileSet, n ast.Node) {
			switch n := n.(type) {
			case *ast.File:
				if lines := fset.Position(n.End()).Line; lines > maxFileLines {
					t.Errorf("%s has %d lines, the budget is %d", fset.Position(n.Pos()).Filename, lines, maxFileLines)
				}
			case *ast.FuncDecl:
				if lines := fset.Position(n.End()).Line - fset.Position(n.Pos()).Line; lines > maxFuncLines {
					t.Errorf("%s: %s has %d lines, the budget is %d", fset.Position(n.Pos()), n.Name.Name, lines, maxFuncLines)
				}
			}
		})
	}
}

func inspect(t *testing.T, p pkg, each func(*token.FileSet, ast.Node)) {
	t.Helper()
	for _, name := range p.GoFiles {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if n != nil {
				each(fset, n)
			}
			return true
		})
	}
}

// The top level of the house is fixed.
func TestTopLevel(t *testing.T) {
	may := []string{"main.go", "ui", "gotoapi", "lookup", "store", "go.mod", "go.sum", ".goreleaser.yaml", "README.md", "LICENSE", "docs", ".ci", ".github", ".golangci.yml", ".gitignore", ".git", ".gitattributes"}
	entries, err := fs.ReadDir(rootFS(), ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(may, e.Name()) && !ignored(e.Name()) {
			t.Errorf("%s does not belong at the top level", e.Name())
		}
	}
}
