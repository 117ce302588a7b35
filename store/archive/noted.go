package archive

import (
	"context"
	"time"

	"ringside/lookup/number"
	"ringside/store/query"
)

// Noted are the tags and notes there are: those of calls by their ids, those of callers by each of
// the keys of their numbers. It does not change; nil has none. Any goroutine may ask it.
type Noted struct {
	region         string
	calls, callers map[string][]Item
}

// maxNoted is how many tags, and how many notes, a query knows: the newest.
const maxNoted = 10_000

// NotedStands is how long what was read is good for while a query is on: others write tags and notes, too.
const NotedStands = time.Minute

// NewNoted sorts tags and notes by what they hang on. region is the country of numbers that come
// without a country code.
func NewNoted(items []Item, region string) *Noted {
	n := &Noted{region, map[string][]Item{}, map[string][]Item{}}
	for _, it := range items {
		if it.Call != "" {
			n.calls[it.Call] = append(n.calls[it.Call], it)
			continue
		}
		for _, k := range number.Parse(it.Caller, region).Keys() {
			n.callers[k] = append(n.callers[k], it)
		}
	}
	return n
}

// ReadNoted reads the newest tags and notes of an archive.
func ReadNoted(ctx context.Context, from interface {
	Items(ctx context.Context, q ItemQuery) ([]Item, error)
}, region string) (*Noted, error) {
	var all []Item
	for _, kind := range [...]Kind{Tag, Note} {
		items, err := from.Items(ctx, ItemQuery{Kind: kind, Limit: maxNoted})
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
	}
	return NewNoted(all, region), nil
}

// On adds to x what is noted on a call and on its caller, whose number may be written in any way.
func (n *Noted) On(x *query.Extra, id, caller string) {
	if n == nil || len(n.calls)+len(n.callers) == 0 {
		return
	}
	add := func(items []Item) {
		for _, it := range items {
			switch it.Kind {
			case Tag:
				x.Tags = append(x.Tags, it.Text)
			case Note:
				x.Notes = append(x.Notes, it.Text)
			}
		}
	}
	add(n.calls[id])
	for _, k := range number.Parse(caller, n.region).Keys() {
		if items := n.callers[k]; len(items) > 0 {
			add(items)
			return // its other keys are other spellings of the same line
		}
	}
}
