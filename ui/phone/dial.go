package phone

import (
	"time"

	"ringside/lookup/number"
	"ringside/ui/text"
)

// Dialled is what a text means as a number to call.
type Dialled struct {
	Number string // what is dialled; "" when the text is no number
	Shown  string // its normal form, for people
	About  string // what it is: country, kind of line, the time there; or why it is no number
	Warn   string // what to think of before it is dialled; "" when there is nothing
	// Emergency: it looks like an emergency number, and wants a second Enter.
	Emergency bool
}

// Read tells what would be dialled. Region is the country of numbers without a country code; at gives who has
// an extension, "" when nobody is known to.
func Read(typed, region string, at func(extension string) string, now time.Time) Dialled {
	n := number.Parse(typed, region)
	d := Dialled{Number: n.Digits, Shown: n.Display()}
	switch {
	case n.Kind == number.Empty:
		return Dialled{About: "a number as people write it, with + and a country code or without; an extension; or a star code"}
	case n.Kind == number.Withheld:
		return Dialled{About: "the caller withheld the number, so there is nothing to dial"}
	case n.Kind == number.Other:
		return Dialled{About: "that is no telephone number: digits, with + and a country code or without, an extension, or a star code"}
	case n.Kind == number.FeatureCode:
		d.About = "a star code, dialled as it stands"
	case n.Emergency(region):
		d.Emergency, d.About = true, text.Join(", ", "an emergency number", who(at, n.Digits))
		d.Warn = "GoTo may not know where you are: take another telephone if there is one. Enter again dials it"
	case n.Kind == number.Extension:
		d.About = text.Join(": ", "extension", who(at, n.Digits))
	case n.Second != "":
		d.Number = n.E164
		d.About = "dialled as it stands"
		d.Warn = "it may have lost its +1: then it is " + number.Parse(n.Second, "").Display()
	case n.E164 == "":
		d.About = "no country is known: dialled as it stands"
		if keys := n.Keys(); len(keys) > 1 { // a country code that has lost its +
			whole := number.Parse(keys[1], "")
			d.Warn = text.Join(", ", "with + before it, it is "+whole.Display(), whole.Country())
		}
	default:
		d.Number = n.E164
		d.About = text.Join(", ", n.Country(), n.LineType().String(), text.There(n.Zones(), now))
		if n.LineType() == number.Premium {
			d.Warn = "a premium rate number: it costs more than other calls"
		}
	}
	if n.Sub != "" {
		d.Warn = text.Join("; ", d.Warn, "the extension "+n.Sub+" behind it is not dialled: send it as tones")
	}
	return d
}

func who(at func(string) string, extension string) string {
	if at == nil {
		return ""
	}
	return at(extension)
}
