package text

import (
	"strings"
	"sync"
)

// signs are replaced in every picture: what looks for them is made once.
var signs = sync.OnceValue(func() *strings.Replacer {
	return strings.NewReplacer(
		"…", "~", "›", ">", "»", ">", "«", "<", "·", "|", "•", "*", "—", "-", "–", "-", "→", ">", "←", "<", "↑", "^", "↓", "v", "⇧", "^",
		"≠", "!", "✓", "+", "✗", "x", "▲", "^", "▼", "v", "●", "*", "○", "o", "▸", "+", "▾", "-", "█", "#", "▓", "#", "▒", "=", "░", ".",
		"│", "|", "─", "-", "├", "|", "└", "`", "╭", "+", "╮", "+", "╰", "+", "╯", "+", "“", "\"", "”", "\"", "‘", "'", "’", "'", "×", "x", "−", "-", "±", "~",
	)
})

// ASCII writes the signs that texts hold, such as an ellipsis or an arrow, in ASCII, each as wide as it was.
// s may be styled; letters stay as they are.
func ASCII(s string) string { return signs().Replace(s) }
