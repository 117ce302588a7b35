package config

import "time"

// Pops say what opens at a moment of a call of mine: the table [pops] (docs/pops.md). What the
// texts in it mean is judged by package pop; Place tells where in the file they stand.
type Pops struct {
	Schemes    []string // of addresses beside http and https
	Browser    []string // program and arguments that an address is put behind; none is the system's own
	Wait       time.Duration
	Timeout    time.Duration
	PerMinute  int
	Parameters map[string]string            // custom parameters of mine, by key
	Users      map[string]map[string]string // of single users, by id, extension or line
	SIP        map[string]string            // header -> variable
	Rules      []PopRule
}

// PopRule is one table [[pops.rule]]. What is left out does not matter.
type PopRule struct {
	Name                      string
	On                        []string
	Queue, Dialled, Direction []string
	Contact                   string
	Days, Hours               []string
	Zone, Where               string
	Open                      []string
	Start, Run                [][]string
}

func popRules() value[Config] {
	return rows(func(c *Config) *[]PopRule { return &c.Pops.Rules }, "pops.rule", []key[PopRule]{
		{"name", text(func(r *PopRule) *string { return &r.Name })},
		{"on", texts(func(r *PopRule) *[]string { return &r.On })},
		{"queue", texts(func(r *PopRule) *[]string { return &r.Queue })},
		{"dialled", texts(func(r *PopRule) *[]string { return &r.Dialled })},
		{"direction", texts(func(r *PopRule) *[]string { return &r.Direction })},
		{"contact", text(func(r *PopRule) *string { return &r.Contact })},
		{"days", texts(func(r *PopRule) *[]string { return &r.Days })},
		{"hours", texts(func(r *PopRule) *[]string { return &r.Hours })},
		{"zone", text(func(r *PopRule) *string { return &r.Zone })},
		{"where", text(func(r *PopRule) *string { return &r.Where })},
		{"open", texts(func(r *PopRule) *[]string { return &r.Open })},
		{"start", lists(func(r *PopRule) *[][]string { return &r.Start })},
		{"run", lists(func(r *PopRule) *[][]string { return &r.Run })},
	}, `name = "customers"
on = ["ringing"]
contact = "known"
open = ["https://crm.example.com/contact/$crm.id$?phone=$caller$"]
`)
}
