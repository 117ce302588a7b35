package pop

import "ringside/ui/text"

// localKey is what the local time said depends on: it is worked out anew once a minute, for the
// zones have to be read.
type localKey struct {
	e164   string
	minute int64
	zone   string // of the desk
}

// setLocal works out what is said of the time where the caller is.
func (p *Pane) setLocal() {
	if p.call == nil {
		p.local, p.localOf = "", localKey{}
		return
	}
	n := p.number()
	key := localKey{n.E164, p.now.Unix() / 60, p.now.Location().String()}
	if key == p.localOf {
		return
	}
	p.localOf = key
	p.local = text.There(n.Zones(), p.now)
}
