package sqlite

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ringside/lookup/number"
	"ringside/store/call"
)

// newEvent is a state made ready to be written.
type newEvent struct {
	id   string
	seq  int64
	at   int64
	body []byte
	keys []string // of the outside numbers in it
}

// prepareEvents packs states, and lets others have their turn after each few. Notices of reports say nothing
// that is worth keeping.
func (s *store) prepareEvents(ctx context.Context, events []call.Event) ([]newEvent, error) {
	out := make([]newEvent, 0, len(events))
	var packer call.EventPacker
	for i := range events {
		giveWay(i)
		e := &events[i]
		if e.Kind != call.KindState {
			continue
		}
		if e.Meta.ID == "" {
			return nil, errors.New("a state without a call")
		}
		n := newEvent{id: e.Meta.ID, seq: int64(e.Snapshot.Seq), at: e.Snapshot.At.UnixMilli(), body: packer.Pack(e)}
		n.add(e.Meta.DialString, s.opt.Region)
		for k := range e.Snapshot.Legs {
			n.add(e.Snapshot.Legs[k].Participant.Outside.Number, s.opt.Region)
			if m := e.Snapshot.Legs[k].Move; m != nil {
				n.add(m.Destination.Number, s.opt.Region)
			}
		}
		out = append(out, n)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (n *newEvent) add(raw, region string) {
	if raw == "" {
		return
	}
	if p := number.Parse(raw, region); p.Kind == number.Phone {
		for _, k := range p.Keys() {
			if !slices.Contains(n.keys, k) {
				n.keys = append(n.keys, k)
			}
		}
	}
}

func (t *tx) putEvents(events []newEvent) error {
	known := map[[2]string]bool{}
	for i := range events {
		e := &events[i]
		if _, err := t.exec(`INSERT OR IGNORE INTO event SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM forgotten WHERE id = ?1)`, e.id, e.seq, e.at, e.body); err != nil {
			return fmt.Errorf("state %d of %s: %w", e.seq, e.id, err)
		}
		for _, k := range e.keys {
			if pair := [2]string{k, e.id}; !known[pair] {
				known[pair] = true
				if _, err := t.exec(`INSERT OR IGNORE INTO event_key SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM forgotten WHERE id = ?2)`, k, e.id); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// state reads a state of the journal: packed, or compressed JSON, as it was written before.
func (s *store) state(body []byte) (e call.Event, err error) {
	if len(body) >= len(compressed) && string(body[:len(compressed)]) == compressed {
		err = s.press.unpackJSON(body, &e)
		return e, err
	}
	return call.UnpackEvent(body)
}

// journal folds what the journal has of a call; nil when it has nothing.
func (s *store) journal(ctx context.Context, q querier, id string) (*call.Call, error) {
	board := call.NewBoard(call.Options{})
	err := all(ctx, q, `SELECT body FROM event WHERE id = ? ORDER BY seq`, []any{id}, func(scan func(...any) error) error {
		var body []byte
		if err := scan(&body); err != nil {
			return err
		}
		e, err := s.state(body)
		if err != nil {
			return fmt.Errorf("the journal of %s: %w", id, err)
		}
		e.Received = time.Time{} // when it reached us says nothing of when it happened
		board.Apply(e)
		return nil
	})
	return board.Get(id), err
}
