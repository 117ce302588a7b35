package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"ringside/lookup/pop"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
)

// popSetup is all that screen pops are made with.
type popSetup struct {
	cfg    config.Config
	spec   pop.Spec
	rules  *pop.Rules
	kept   archive.Archive // nil: nothing is kept
	me     pop.User        // without Parameters
	region string
}

// setUpPops compiles the rules. Everything wrong with them is said now, with its place in the file.
// me is who I am; kept may be nil.
func (a *app) setUpPops(ctx context.Context, cfg config.Config, kept archive.Archive, me pop.User, crm *connect.CRM, now time.Time) (*popSetup, error) {
	s := &popSetup{cfg: cfg, spec: popSpec(cfg.Pops), kept: kept, me: me, region: cfg.Contacts.Region}
	if a.global.demo && len(cfg.Pops.Rules) == 0 && crm != nil {
		s.spec.Rules = demoRules(crm.Pages)
	}
	given := append(slices.Collect(maps.Values(cfg.Pops.Users)), cfg.Pops.Parameters)
	for _, m := range given {
		if err := pop.CheckParameters(m); err != nil {
			return nil, popError(cfg, s.spec, err)
		}
	}
	all, err := s.keptParameters(ctx)
	if err != nil {
		return nil, err
	}
	var keys []string
	for _, m := range slices.AppendSeq(given, maps.Values(all)) {
		keys = slices.AppendSeq(keys, maps.Keys(m))
	}
	slices.Sort(keys)
	s.rules, err = pop.Compile(s.spec, pop.Options{Region: s.region, Zone: now.Location(), Parameters: slices.Compact(keys), Now: now})
	if err != nil {
		return nil, popError(cfg, s.spec, err)
	}
	return s, nil
}

// popSpec gives the pops of the configuration as package pop takes them.
func popSpec(p config.Pops) pop.Spec {
	s := pop.Spec{Schemes: p.Schemes, Wait: p.Wait, Timeout: p.Timeout, PerMinute: p.PerMinute, SIP: p.SIP}
	for _, r := range p.Rules {
		s.Rules = append(s.Rules, pop.RuleSpec(r))
	}
	return s
}

// popError gives an error in the rules its place in the configuration.
func popError(cfg config.Config, spec pop.Spec, err error) error {
	var wrong *pop.Error
	if !errors.As(err, &wrong) {
		return err
	}
	key, part := "pops."+wrong.Key, []string(nil)
	if wrong.Rule != "" {
		key = "pops.rule"
		for i, r := range spec.Rules { // of two of one name the second is the one that is wrong
			if cmp.Or(r.Name, fmt.Sprintf("rule %d", i+1)) == wrong.Rule {
				part = []string{strconv.Itoa(i), wrong.Key}
			}
		}
	}
	return hinted{cfg.Wrong(key, part, wrong.Fix, wrong.Error()), wrong.Fix, exitUsage}
}

// keptParameters gives the custom parameters that `ringside user set` has kept, by user.
func (s *popSetup) keptParameters(ctx context.Context) (pop.Parameters, error) {
	if s.kept == nil {
		return pop.Parameters{}, nil
	}
	return pop.LoadParameters(ctx, s.kept)
}

// withParameters gives a user with his custom parameters: those that were set, over those of the
// configuration; the ones that are for me are taken where mine is true.
func (s *popSetup) withParameters(u pop.User, kept pop.Parameters, mine bool) pop.User {
	u.Parameters = map[string]string{}
	if mine {
		maps.Copy(u.Parameters, s.cfg.Pops.Parameters)
	}
	for _, all := range []map[string]map[string]string{s.cfg.Pops.Users, kept} {
		for _, name := range append(slices.Clone(u.Lines), u.Extension, u.ID) {
			if name != "" {
				maps.Copy(u.Parameters, all[name])
			}
		}
	}
	return u
}

// popUser gives who I am to screen pops: by the e-mail address of the login, which is the id that
// `ringside whoami` tells; else by my line.
func popUser(l connect.Link) pop.User {
	u := pop.User{ID: l.User, Name: l.Me, Extension: l.Extension, Lines: l.Lines}
	if u.ID == "" && l.Login != nil {
		u.ID = call.Clean(l.Login.Status().Principal)
	}
	if u.ID == "" && len(l.Lines) > 0 {
		u.ID = l.Lines[0]
	}
	return u
}

// popSystem gives what opens things on this machine, or only shows them in a demo.
func (a *app) popSystem(cfg config.Config, spec pop.Spec, log *slog.Logger) (pop.Opener, error) {
	if a.global.demo && !a.global.open {
		return onlyShown{}, nil
	}
	sys, err := pop.NewSystem(pop.SystemOptions{Env: a.env, Browser: cfg.Pops.Browser, Log: log})
	if err != nil {
		return nil, popError(cfg, spec, err)
	}
	return sys, nil
}

// onlyShown opens nothing and shows addresses: nobody expects a demo to start programs.
type onlyShown struct{}

// Open implements pop.Opener.
func (onlyShown) Open(_ context.Context, t pop.Target) pop.Outcome {
	const why = "the demo opens nothing unless it is started with --open"
	if t.Kind == pop.URL {
		return pop.Outcome{Result: pop.Shown, Why: why}
	}
	return pop.Outcome{Result: pop.Failed, Why: why}
}

// demoRules are the rules of the demo: the caller's page in the simulated CRM, or the form for a new
// customer. pages is the address of the CRM's pages.
func demoRules(pages string) []pop.RuleSpec {
	pages = strings.TrimSuffix(pages, "/")
	return []pop.RuleSpec{
		{Name: "inside", On: []string{"never"}, Direction: []string{"internal"}},
		{Name: "customers", On: []string{"ringing"}, Contact: "known", Open: []string{pages + "/contacts/$crm.id$?call=$call_id$&queue=$queue$"}},
		{Name: "strangers", On: []string{"ringing"}, Contact: "unknown", Open: []string{pages + "/new?phone=$caller_e164$&name=$caller_name$"}},
	}
}
