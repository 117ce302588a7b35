package cli

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"ringside/gotoapi/sim/world"
	"ringside/ui/action"
	"ringside/ui/cli/config"
	"ringside/ui/cli/login"
	"ringside/ui/theme"
	"ringside/ui/wall"
)

func readDoc(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile("../../" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Every direct dependency has its reason in docs/dependencies.md, and nothing else has.
func TestDependenciesAreListed(t *testing.T) {
	doc := readDoc(t, "docs/dependencies.md")
	direct := map[string]bool{}
	for line := range strings.Lines(readDoc(t, "go.mod")) {
		f := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(f) == 2 && strings.HasPrefix(f[1], "v") {
			direct[f[0]] = true
			if !strings.Contains(doc, "`"+f[0]+"`") {
				t.Errorf("docs/dependencies.md gives no reason for %s", f[0])
			}
		}
	}
	for _, row := range regexp.MustCompile("(?m)^\\| (`[^|]+`) \\|").FindAllStringSubmatch(doc, -1) {
		for _, name := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[1], -1) {
			if !direct[name[1]] {
				t.Errorf("docs/dependencies.md lists %s, which go.mod does not ask for", name[1])
			}
		}
	}
}

// The README's table of keys is the program's own.
func TestReadmeKeys(t *testing.T) {
	if want := action.Markdown(action.Table()); !strings.Contains(readDoc(t, "README.md"), want) {
		t.Errorf("the README's table of keys is not the program's; it is:\n%s", want)
	}
}

// The README's configuration is one that works.
func TestReadmeConfiguration(t *testing.T) {
	blocks := regexp.MustCompile("(?s)```toml\n(.*?)```").FindAllStringSubmatch(readDoc(t, "README.md"), -1)
	if len(blocks) == 0 {
		t.Fatal("no configuration in the README")
	}
	for _, b := range blocks {
		if _, err := config.Load(writeFile(t, "config.toml", b[1]), "", map[string]string{}); err != nil {
			t.Errorf("%v in\n%s", err, b[1])
		}
	}
}

// The README and the documents name no command that does not exist.
func TestNamedCommandsExist(t *testing.T) {
	root := (&app{env: map[string]string{}}).root()
	inText, inBlock, found := regexp.MustCompile("`ringside ([a-z]+)"), regexp.MustCompile("^ *ringside ([a-z]+)"), 0
	for _, path := range documents(t) {
		block := false
		for line := range strings.Lines(readDoc(t, path)) {
			named := inText
			if block = block != strings.HasPrefix(strings.TrimSpace(line), "```"); block {
				named = inBlock
			}
			for _, m := range named.FindAllStringSubmatch(line, -1) {
				found++
				if c, _, err := root.Find([]string{m[1]}); err != nil || c == root {
					t.Errorf("%s names `ringside %s`, which does not exist", path, m[1])
				}
			}
		}
	}
	if found < 50 {
		t.Errorf("only %d found", found)
	}
}

// documents gives the README and what is in docs.
func documents(t *testing.T) []string {
	t.Helper()
	paths, err := fs.Glob(rootFS(), "docs/*.md")
	if err != nil || len(paths) < 10 {
		t.Fatalf("%d documents: %v", len(paths), err)
	}
	return append(paths, "README.md")
}

// Every room of the house is in the document that describes it.
func TestArchitectureNamesEveryRoom(t *testing.T) {
	doc := readDoc(t, "docs/architecture.md")
	for at := range packages(t) {
		room, ours := strings.CutPrefix(at, "ringside/")
		if !ours || strings.HasPrefix(room, "lookup/source/") { // they are described together
			continue
		}
		parent, name := path.Split(room)
		if !strings.Contains(doc, "`"+room+"`") && !(strings.Contains(doc, "`"+parent) && strings.Contains(doc, "`"+name+"`")) {
			t.Errorf("docs/architecture.md says nothing of %s", room)
		}
	}
}

// A link between the documents leads somewhere.
func TestLinksOfDocuments(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#]+)(?:#[^)]*)?\)`)
	for _, from := range documents(t) {
		for _, m := range link.FindAllStringSubmatch(readDoc(t, from), -1) {
			to := m[1]
			if strings.Contains(to, "://") || strings.Contains(to, " ") {
				continue
			}
			if _, err := fs.Stat(rootFS(), path.Join(path.Dir(from), to)); err != nil {
				t.Errorf("%s links to %s: %v", from, to, err)
			}
		}
	}
}

// Every schema that a command prints is in the document for scripts.
func TestScriptingNamesEverySchema(t *testing.T) {
	doc := readDoc(t, "docs/scripting.md")
	schema := regexp.MustCompile(`const [A-Za-z]*[sS]chema = "(ringside\.[a-z]+/[0-9]+)"`)
	found := 0
	err := fs.WalkDir(rootFS(), ".", func(at string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(at, ".go") {
			return err
		}
		text, err := fs.ReadFile(rootFS(), at)
		for _, m := range schema.FindAllSubmatch(text, -1) {
			found++
			if !strings.Contains(doc, "`"+string(m[1])+"`") {
				t.Errorf("%s is in %s, not in docs/scripting.md", m[1], at)
			}
		}
		return err
	})
	if err != nil || found < 8 {
		t.Errorf("%d schemas: %v", found, err)
	}
}

// The configuration knows the themes that the screen has, and says so where it lists them.
func TestConfigThemes(t *testing.T) {
	for _, name := range theme.Names() {
		path := writeFile(t, "config.toml", "[desk]\ntheme = \""+name+"\"\n")
		if _, err := config.Load(path, "", map[string]string{}); err != nil {
			t.Error(err)
		}
		if !strings.Contains(config.Example(), name) {
			t.Errorf("the example does not name the theme %s", name)
		}
	}
}

// The configuration knows the layouts and figures that the wallboard has.
func TestConfigWall(t *testing.T) {
	for _, layout := range wall.Layouts() {
		for _, tile := range wall.Tiles() {
			path := writeFile(t, "config.toml", "[wall]\nlayout = \""+layout+"\"\ntiles = [\""+tile+"\"]\n")
			if _, err := config.Load(path, "", map[string]string{}); err != nil {
				t.Error(err)
			}
		}
	}
	for bad, want := range map[string]string{
		`["waitin"]`:         `did you mean "waiting"?`,
		`["calls", "calls"]`: "calls stands there twice",
		`["calls", "waiting", "longest", "ringing", "talking", "idle", "missed"]`: "at most 6 figures, not 7",
	} {
		_, err := config.Load(writeFile(t, "config.toml", "[wall]\ntiles = "+bad+"\n"), "", map[string]string{})
		if err == nil || !strings.Contains(err.Error()+login.Hint(err), want) {
			t.Errorf("%s: %v, want %q", bad, err, want)
		}
	}
}

// The telephone's manual has the simulator's numbers to try, and what they do.
func TestThePhonesNumbersToTryAreDocumented(t *testing.T) {
	doc := readDoc(t, "docs/phone.md")
	for _, n := range world.TestNumbers() {
		if row := "| `" + n.Code + "` | " + n.Help + " |"; !strings.Contains(doc, row) {
			t.Errorf("docs/phone.md lacks %s", row)
		}
	}
}
