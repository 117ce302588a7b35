package pop

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/store/call"
)

var update = flag.Bool("update", false, "write golden files and the tables of docs/pops.md")

// t0 is a Monday.
var t0 = time.Date(2026, 11, 2, 9, 14, 3, 0, time.UTC)

const (
	myLine  = "line-ann"
	caller  = "+12125550110"
	mainNum = "+12125550100"
)

// ann is who the pops of the tests are for.
func ann() User {
	return User{ID: "17097397378921051839", Name: "Ann Lee", Extension: "1102", Lines: []string{myLine}, Parameters: map[string]string{}}
}

func ms(n int64) time.Time { return t0.Add(time.Duration(n) * time.Millisecond) }

// floor folds an inbound call through the queue Support to Ann: she rings after 34 s in the queue,
// answers 6 s later.
type floor struct {
	t     *testing.T
	board *call.Board
	seq   uint64
	id    string
	last  []call.Effect
}

func newFloor(t *testing.T, id string) *floor {
	return &floor{t: t, id: id, board: call.NewBoard(call.Options{MyLines: []string{myLine}})}
}

func (f *floor) state(at int64, stage call.Stage, legs []call.SnapLeg, systems ...call.SnapSystem) {
	f.seq++
	e := call.Event{
		Kind: call.KindState, Received: ms(at),
		Meta:     call.Meta{ID: f.id, Account: "acme", Inbound: true, Created: t0},
		Snapshot: call.Snapshot{Seq: f.seq, Stage: stage, At: ms(at), Legs: legs, Systems: systems},
	}
	f.last = append(f.last, f.board.Apply(e)...)
}

// pops gives the moments since the last time it was asked.
func (f *floor) pops() []Moment {
	var out []Moment
	for _, x := range f.last {
		if x.Kind == call.PopMoment {
			out = append(out, MomentOf(x.Moment))
		}
	}
	f.last = nil
	return out
}

func dana(s call.Status) call.SnapLeg {
	return call.SnapLeg{Status: s, Participant: call.Participant{
		ID: "p-dana", Originator: "p-dana", Kind: call.NumberLeg, Name: "Main", Number: mainNum, Outside: call.Party{Name: "Dana Roe", Number: caller},
	}}
}

func annLeg(s call.Status) call.SnapLeg {
	return call.SnapLeg{Status: s, Participant: call.Participant{
		ID: "p-ann", Originator: "p-dana", Kind: call.LineLeg, Name: "Ann Lee", Extension: "1102", LineID: myLine,
	}}
}

func support(s call.Status) call.SnapSystem {
	return call.SnapSystem{Status: s, System: call.System{ID: "q", Kind: call.Queue, QueueID: "q1", QueueName: "Support"}}
}

// ring has the call come in, wait and ring Ann.
func (f *floor) ring() *call.Call {
	f.state(0, call.Starting, []call.SnapLeg{dana(call.StatusRinging)})
	f.state(200, call.Active, []call.SnapLeg{dana(call.StatusInMenu)}, support(call.StatusConnected))
	f.state(34_200, call.Active, []call.SnapLeg{dana(call.StatusInMenu), annLeg(call.StatusRinging)}, support(call.StatusConnected))
	return f.board.Get(f.id)
}

func (f *floor) answer() *call.Call {
	f.state(40_200, call.Active, []call.SnapLeg{dana(call.StatusConnected), annLeg(call.StatusConnected)})
	return f.board.Get(f.id)
}

func (f *floor) end() *call.Call {
	f.state(95_000, call.Active, []call.SnapLeg{dana(call.StatusDisconnecting)})
	f.state(95_050, call.Ending, nil)
	return f.board.Get(f.id)
}

// ringing gives the call as it rings Ann.
func ringing(t *testing.T) *call.Call { return newFloor(t, "c-1").ring() }

func contact(name string, fields ...string) lookup.Contact {
	c := lookup.Contact{Name: name, Source: "crm", Number: number.Parse(caller, "US")}
	for i := 0; i+1 < len(fields); i += 2 {
		c.Fields = append(c.Fields, lookup.Field{Name: fields[i], Value: fields[i+1]})
	}
	return c
}

// result is the last answer of a look-up.
func result(cs ...lookup.Contact) lookup.Result {
	return lookup.Result{
		Number: number.Parse(caller, "US"), Contacts: cs, Done: true,
		Trail: []lookup.Step{{Source: "crm", Asked: caller, Took: 120 * time.Millisecond, Found: len(cs)}},
	}
}

// files stands in for the disk of any system: programs by path.
type files map[string]fs.FileMode

func (f files) system(goos string) system {
	return system{os: goos, stat: func(name string) (fs.FileInfo, error) {
		mode, ok := f[name]
		switch {
		case !ok:
			return nil, fs.ErrNotExist
		case mode == 0:
			return nil, fs.ErrPermission
		}
		return info{name, mode}, nil
	}}
}

type info struct {
	name string
	mode fs.FileMode
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return 1 }
func (i info) Mode() fs.FileMode  { return i.mode }
func (i info) ModTime() time.Time { return t0 }
func (i info) IsDir() bool        { return i.mode.IsDir() }
func (i info) Sys() any           { return nil }

var disk = files{
	"/usr/bin/notify": 0o755, "/usr/bin/notify-send": 0o755, "/usr/bin/text": 0o644, "/usr/bin": fs.ModeDir | 0o755, "/usr/bin/secret": 0,
	"/bin/sh": 0o755, "/usr/bin/python3.12": 0o755, "/usr/bin/env": 0o755, "/usr/bin/chromium": 0o755,
	`C:\Program Files\MyApp\myapp.exe`: 0o666, `C:\run.bat`: 0o666, `C:\Windows\System32\cmd.exe`: 0o666,
}

// rules compiles rules for a Linux with the disk above.
func compiled(t *testing.T, s Spec, parameters ...string) *Rules {
	t.Helper()
	r, err := compile(s, Options{Region: "US", Parameters: parameters, Now: t0}, disk.system("linux"))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// one is a rule that opens addresses when it rings.
func one(open ...string) Spec {
	return Spec{Rules: []RuleSpec{{Name: "r", On: []string{"ringing"}, Open: open}}}
}

// tried tests rules with a call that rings Ann.
func tried(t *testing.T, r *Rules, u User, c *call.Call, res lookup.Result) Trace {
	t.Helper()
	return r.Test(Trial{Call: c, User: u, Contacts: res, Chosen: -1, Moments: []Moment{Ringing}, At: ms(34_200)})[0]
}

// golden compares a text with testdata/NAME.golden.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := errors.Join(os.MkdirAll("testdata", 0o755), os.WriteFile(path, []byte(got), 0o644)); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (write it with -update)", err)
	}
	if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}
