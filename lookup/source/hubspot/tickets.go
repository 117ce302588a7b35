package hubspot

import (
	"context"
	"net/http"
	"slices"
	"time"

	"ringside/lookup"
	"ringside/lookup/source/part"
	"ringside/lookup/source/web"
	"ringside/store/call"
)

// statesTTL is how long the names of ticket states are kept.
const statesTTL = time.Hour

// maxTickets bounds the tickets of one look-up: what a batch may ask for at once.
const maxTickets = 100

// states are the names of the stages of all ticket pipelines, and which of them are closed.
type states struct {
	read  time.Time
	names map[string]state // by pipeline and stage
}

type state struct {
	name   string
	closed bool
}

// tickets gives the contacts their open tickets.
func (s *Source) tickets(ctx context.Context, cs []lookup.Contact) error {
	owners, ids, err := s.owners(ctx, cs)
	if err != nil || len(ids) == 0 {
		return err
	}
	known, err := s.stages(ctx)
	if err != nil {
		return err
	}
	var page struct {
		Results []object `json:"results"`
	}
	ask := map[string]any{
		"properties": []string{"subject", "hs_pipeline", "hs_pipeline_stage", "createdate", "hs_lastmodifieddate", "closed_date"},
		"inputs":     inputs(ids),
	}
	if _, err := s.read.JSON(ctx, web.Request{Op: "reading tickets", Method: http.MethodPost, Path: "/crm/v3/objects/tickets/batch/read", Body: ask}, &page); err != nil {
		return err
	}
	s.mu.Lock()
	at := s.home
	s.mu.Unlock()
	for _, o := range page.Results {
		st := known[o.get("hs_pipeline")+" "+o.get("hs_pipeline_stage")]
		if st.closed || o.get("closed_date") != "" {
			continue
		}
		t := lookup.Ticket{ID: o.ID, Title: call.Clean(o.get("subject")), State: st.name, URL: at.record("0-5", o.ID)}
		if t.State == "" {
			t.State = o.get("hs_pipeline_stage")
		}
		for _, name := range []string{"createdate", "hs_lastmodifieddate"} {
			if when, ok := part.Time(o.get(name)); ok {
				t.At = when
			}
		}
		for _, i := range owners[o.ID] {
			cs[i].Tickets = append(cs[i].Tickets, t)
		}
	}
	for i := range cs {
		slices.SortStableFunc(cs[i].Tickets, func(a, b lookup.Ticket) int { return b.At.Compare(a.At) })
	}
	return nil
}

// input names a record in a batch.
type input struct {
	ID string `json:"id"`
}

func inputs(ids []string) []input {
	out := make([]input, len(ids))
	for i, id := range ids {
		out[i].ID = id
	}
	return out
}

// owners tells which contacts, by their index, have which tickets. The answer is 207 where some
// contacts have none; those are not in it.
func (s *Source) owners(ctx context.Context, cs []lookup.Contact) (owners map[string][]int, ids []string, err error) {
	index := map[string]int{}
	var contacts []string
	for i, c := range cs {
		index[c.ID] = i
		contacts = append(contacts, c.ID)
	}
	var page struct {
		Results []struct {
			From input   `json:"from"`
			To   []input `json:"to"`
		} `json:"results"`
	}
	ask := map[string]any{"inputs": inputs(contacts)}
	if _, err := s.read.JSON(ctx, web.Request{Op: "reading which tickets are theirs", Method: http.MethodPost, Path: "/crm/v3/associations/contacts/tickets/batch/read", Body: ask}, &page); err != nil {
		return nil, nil, err
	}
	owners = map[string][]int{}
	for _, r := range page.Results {
		i, ok := index[r.From.ID]
		if !ok {
			continue
		}
		// The newest tickets have the highest numbers and come last.
		for _, to := range slices.Backward(r.To) {
			if owners[to.ID] == nil {
				if len(ids) == maxTickets {
					continue
				}
				ids = append(ids, to.ID)
			}
			if !slices.Contains(owners[to.ID], i) {
				owners[to.ID] = append(owners[to.ID], i)
			}
		}
	}
	return owners, ids, nil
}

// stages gives the states of tickets, read once an hour.
func (s *Source) stages(ctx context.Context) (map[string]state, error) {
	s.mu.Lock()
	kept := s.states
	s.mu.Unlock()
	if kept.names != nil && time.Since(kept.read) < statesTTL {
		return kept.names, nil
	}
	var page struct {
		Results []struct {
			ID     string `json:"id"`
			Stages []struct {
				ID       string `json:"id"`
				Label    string `json:"label"`
				Metadata struct {
					State string `json:"ticketState"`
				} `json:"metadata"`
			} `json:"stages"`
		} `json:"results"`
	}
	if _, err := s.read.JSON(ctx, web.Request{Op: "reading ticket states", Path: "/crm/v3/pipelines/tickets"}, &page); err != nil {
		return nil, err
	}
	names := map[string]state{}
	for _, p := range page.Results {
		for _, st := range p.Stages {
			names[p.ID+" "+st.ID] = state{call.Clean(st.Label), st.Metadata.State == "CLOSED"}
		}
	}
	s.mu.Lock()
	s.states = states{time.Now(), names}
	s.mu.Unlock()
	return names, nil
}
