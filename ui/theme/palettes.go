package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
)

// palette is the few colours a theme is made of. The ground is the terminal's own.
type palette struct {
	light                                              bool // for light terminals
	text, strong, faint, accent, good, warn, bad, hold color.Color
	line                                               color.Color // borders: decoration, not text
	selected                                           color.Color // ground of the selected row and tab
	ink                                                color.Color // text on an accent, warn or bad ground
}

// rgb is a colour as #rrggbb.
func rgb(hex string) color.Color { return lipgloss.Color(hex) }

// Dark is the theme for dark terminals.
func Dark() *Theme {
	return build("dark", palette{
		text: rgb("#d3d9e6"), strong: rgb("#f4f7fc"), faint: rgb("#9ea8bf"),
		accent: rgb("#6cbcff"), good: rgb("#86d58f"), warn: rgb("#f2b84b"), bad: rgb("#ff8f96"), hold: rgb("#c9b0ff"),
		line: rgb("#4a5468"), selected: rgb("#333846"), ink: rgb("#0c111b"),
	})
}

// Light is the theme for light terminals.
func Light() *Theme {
	return build("light", palette{
		light: true, text: rgb("#262626"), strong: rgb("#070b12"), faint: rgb("#515a69"),
		accent: rgb("#07519c"), good: rgb("#13602a"), warn: rgb("#7a4700"), bad: rgb("#a81c16"), hold: rgb("#5f3596"),
		line: rgb("#aab3c0"), selected: rgb("#d9dfe8"), ink: rgb("#ffffff"),
	})
}

// contrast is for eyes that need more of it: 7:1 for every text (WCAG's AAA), lines that are seen.
func contrast(light bool) *Theme {
	if light {
		return build("contrast", palette{
			light: true, text: rgb("#000000"), strong: rgb("#000000"), faint: rgb("#2e2e2e"),
			accent: rgb("#00339c"), good: rgb("#004015"), warn: rgb("#572f00"), bad: rgb("#870000"), hold: rgb("#44107f"),
			line: rgb("#595959"), selected: rgb("#e3e8ef"), ink: rgb("#ffffff"),
		})
	}
	return build("contrast", palette{
		text: rgb("#ffffff"), strong: rgb("#ffffff"), faint: rgb("#d9d9d9"),
		accent: rgb("#7ddcff"), good: rgb("#7dff9b"), warn: rgb("#ffdf3f"), bad: rgb("#ffb3ae"), hold: rgb("#dccaff"),
		line: rgb("#a6a6a6"), selected: rgb("#26304a"), ink: rgb("#000000"),
	})
}

// deutan is for people who do not see red and green apart (deuteranopia, protanopia): blue, yellow and
// lightness carry the meanings.
func deutan(light bool) *Theme {
	if light {
		return build("deutan", palette{
			light: true, text: rgb("#262626"), strong: rgb("#070b12"), faint: rgb("#515a69"),
			accent: rgb("#020f41"), good: rgb("#026797"), warn: rgb("#5c543e"), bad: rgb("#9d4201"), hold: rgb("#470e90"),
			line: rgb("#aab3c0"), selected: rgb("#d9dfe8"), ink: rgb("#ffffff"),
		})
	}
	return build("deutan", palette{
		text: rgb("#d3d9e6"), strong: rgb("#f4f7fc"), faint: rgb("#9ea8bf"),
		accent: rgb("#b5cbfc"), good: rgb("#02c79c"), warn: rgb("#f5ca10"), bad: rgb("#fe9951"), hold: rgb("#b98ffe"),
		line: rgb("#4a5468"), selected: rgb("#333846"), ink: rgb("#0c111b"),
	})
}

// tritan is for people who do not see blue and yellow apart (tritanopia): red, cyan and lightness carry
// the meanings.
func tritan(light bool) *Theme {
	if light {
		return build("tritan", palette{
			light: true, text: rgb("#262626"), strong: rgb("#070b12"), faint: rgb("#515a69"),
			accent: rgb("#015fbb"), good: rgb("#084202"), warn: rgb("#7d5138"), bad: rgb("#ba0b15"), hold: rgb("#540eaa"),
			line: rgb("#aab3c0"), selected: rgb("#d9dfe8"), ink: rgb("#ffffff"),
		})
	}
	return build("tritan", palette{
		text: rgb("#d3d9e6"), strong: rgb("#f4f7fc"), faint: rgb("#9ea8bf"),
		accent: rgb("#3fe3f0"), good: rgb("#62bf55"), warn: rgb("#f2dc2a"), bad: rgb("#ff8088"), hold: rgb("#d58bff"),
		line: rgb("#4a5468"), selected: rgb("#333846"), ink: rgb("#0c111b"),
	})
}
