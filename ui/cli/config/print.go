package config

import (
	"fmt"
	"io"
	"strings"
)

// Print writes the settings in effect as a config file: valid TOML that loads to the same settings,
// with a comment where each value comes from. Secrets are shown as set or not set.
func Print(w io.Writer, c Config) error {
	var b strings.Builder
	file := c.File
	if file == "" {
		file = "none"
	}
	fmt.Fprintf(&b, "# file: %s\n", oneLine(file))
	if c.Profile != "" {
		fmt.Fprintf(&b, "# profile: %s\n", oneLine(c.Profile))
	}
	for _, sec := range sections() {
		fmt.Fprintf(&b, "\n[%s]\n", sec.name)
		for _, s := range settings() {
			if s.section == sec.name && !s.apart() {
				s.line(&b, c)
			}
		}
		for _, s := range settings() {
			if v, ok := s.value.(blocked[Config]); ok && s.section == sec.name {
				v.blocks(&b, s.name(), &c, s.note(c))
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// apart tells whether a setting is printed as tables of its own.
func (s setting) apart() bool {
	_, ok := s.value.(blocked[Config])
	return ok
}

// line writes one setting with its origin.
func (s setting) line(b *strings.Builder, c Config) {
	fmt.Fprintf(b, "%-40s # %s\n", s.key+" = "+s.value.toml(&c), s.note(c))
}

// note tells where a setting comes from.
func (s setting) note(c Config) string {
	from := c.Origin(s.name())
	note := from.String()
	switch from {
	case FromEnv:
		note += " " + s.variable()
	case FromProfile:
		note += " " + oneLine(c.Profile)
	}
	if s.secret != nil {
		note += " " + s.secret(&c).String()
	}
	return note
}

// oneLine keeps a text inside its comment.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune { // also of a path that is not UTF-8, which TOML refuses
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}

// sample writes a table of the example, behind # so that it is none of the settings.
func (s setting) sample(b *strings.Builder) {
	heading, body := s.value.(blocked[Config]).sample()
	fmt.Fprintf(b, "\n%-40s # %s\n", "# "+heading, s.doc)
	for line := range strings.Lines(body) {
		b.WriteString("# " + line)
	}
}

// Example gives a config file with every setting at its default and a profile.
func Example() string {
	c := Default()
	var b strings.Builder
	fmt.Fprintf(&b, "# ringside: %s/config.toml in the system's config folder, or the path in --config or %s.\n", folder, EnvFile)
	b.WriteString("# Every setting is shown with its default; a file needs only those that differ.\n")
	b.WriteString("# An environment variable overrides each, for example " + envPrefix + "DESK_THEME=mono.\n")
	for _, sec := range sections() {
		fmt.Fprintf(&b, "\n# %s\n[%s]\n", sec.doc, sec.name)
		for _, s := range settings() {
			if s.section != sec.name || s.apart() {
				continue
			}
			line := s.key + " = " + s.value.toml(&c)
			if s.doc != "" {
				line = fmt.Sprintf("%-40s # %s", line, s.doc)
			}
			b.WriteString(line + "\n")
		}
		for _, s := range settings() {
			if s.section == sec.name && s.apart() {
				s.sample(&b)
			}
		}
	}
	b.WriteString("\n# A profile lies over the settings above:  ringside --profile sim  (with `ringside sim --listen 127.0.0.1:8300` running)\n")
	b.WriteString("[profile.sim.goto]\napi = \"http://127.0.0.1:8300\"\nauth = \"http://127.0.0.1:8300\"\n")
	b.WriteString("\n[profile.sim.thresholds]\nwait_amber = \"20s\"\nwait_red = \"30s\"\n")
	return b.String()
}
