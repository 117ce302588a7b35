package text

import "strings"

// ASCII writes the signs that texts hold, such as an ellipsis or an arrow, in ASCII, each as wide as it was.
// s may be styled; letters stay as they are.
func ASCII(s string) string {
	return strings.NewReplacer(
		"…", "~", "›", ">", "»", ">", "«", "<", "·", "|", "•", "*", "—", "-", "–", "-", "→", ">", "←", "<", "↑", "^", "↓", "v", "⇧", "^",
		"≠", "!", "✓", "+", "✗", "x", "▲", "^", "▼", "v", "●", "*", "○", "o", "▸", "+", "▾", "-", "█", "#", "▓", "#", "▒", "=", "░", ".",
		"│", "|", "─", "-", "├", "|", "└", "`", "╭", "+", "╮", "+", "╰", "+", "╯", "+", "“", "\"", "”", "\"", "‘", "'", "’", "'", "×", "x", "−", "-", "±", "~",
	).Replace(s)
}
