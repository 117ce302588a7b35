package cli

import (
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Every message that the README explains is said by the program in those words, as far as the first number.
func TestReadmeMessagesAreThoseOfTheProgram(t *testing.T) {
	_, part, _ := strings.Cut(readDoc(t, "README.md"), "## When something is wrong")
	part, _, _ = strings.Cut(part, "\n## ")
	var said []string
	for path, p := range packages(t) {
		if !strings.HasPrefix(path, "ringside/") {
			continue
		}
		inspect(t, p, func(_ *token.FileSet, n ast.Node) {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil {
					said = append(said, text)
				}
			}
		})
	}
	all := strings.Join(said, "\n")
	message, found := regexp.MustCompile("`([^`]+)`|\\*([^*]+)\\*"), 0
	for line := range strings.Lines(part) {
		cells := strings.Split(line, "|")
		if len(cells) < 3 {
			continue
		}
		for _, m := range message.FindAllStringSubmatch(cells[1], -1) {
			found++
			words := strings.TrimLeft(m[1]+m[2], "● ")
			if n := strings.IndexAny(words, "0123456789"); n > 0 {
				words = strings.TrimSpace(words[:n])
			}
			if !strings.Contains(all, words) {
				t.Errorf("nothing says %q", words)
			}
		}
	}
	if found < 12 {
		t.Errorf("only %d messages found", found)
	}
}
