package layout

import "testing"

// Whatever the size: nothing overlaps, nothing leaves the screen, the parts in use are all there.
func TestEverySize(t *testing.T) {
	for w := 1; w <= 300; w++ {
		for h := 1; h <= 100; h++ {
			for _, p := range []Parts{{}, {Strip: 3}, {Notice: 2}, {Strip: 3, Notice: 2}, {Notice: 2, Whole: true}, {Bar: 2}, {Strip: 3, Notice: 3, Bar: 2}} {
				d := Of(w, h, p)
				if d.Fits != (w >= MinW && h >= MinH) {
					t.Fatalf("%dx%d: Fits = %v", w, h, d.Fits)
				}
				if !d.Fits {
					continue
				}
				check(t, d, p)
			}
		}
	}
}

func check(t *testing.T, d Desk, p Parts) {
	t.Helper()
	all := []Rect{d.Header, d.Tabs, d.Main, d.Gutter, d.Side, d.Strip, d.Notice, d.Bar, d.Footer}
	for i, r := range all {
		if r.Empty() {
			continue
		}
		if r.X < 0 || r.Y < 0 || r.X+r.W > d.W || r.Y+r.H > d.H {
			t.Fatalf("%dx%d %+v: %d leaves the screen: %+v", d.W, d.H, p, i, r)
		}
		for j, s := range all[:i] {
			if !s.Empty() && r.X < s.X+s.W && s.X < r.X+r.W && r.Y < s.Y+s.H && s.Y < r.Y+r.H {
				t.Fatalf("%dx%d %+v: %d and %d overlap: %+v %+v", d.W, d.H, p, i, j, r, s)
			}
		}
	}
	if d.Header.Empty() || d.Tabs.Empty() || d.Footer.Empty() || d.Main.H < 3 || d.Main.W < MinW {
		t.Fatalf("%dx%d %+v: a needed part is missing: %+v", d.W, d.H, p, d)
	}
	if want := min(p.Bar, 2); d.Bar.H != want && (d.H >= Low || d.Bar.H != 1) || p.Bar > 0 && d.Bar.Y+d.Bar.H != d.Footer.Y {
		t.Fatalf("%dx%d %+v: call bar %+v", d.W, d.H, p, d.Bar)
	}
	if d.Footer.Y != d.H-1 {
		t.Fatalf("%dx%d %+v: footer in line %d", d.W, d.H, p, d.Footer.Y)
	}
	if side := d.W >= Wide && !p.Whole; side == d.Side.Empty() || side && !d.Strip.Empty() {
		t.Fatalf("%dx%d %+v: side %+v strip %+v", d.W, d.H, p, d.Side, d.Strip)
	}
	if d.H >= 24 && d.W < Wide && (d.Strip.H != p.Strip || d.Notice.H != p.Notice) {
		t.Fatalf("%dx%d %+v: strip %d notice %d", d.W, d.H, p, d.Strip.H, d.Notice.H)
	}
}

func TestContains(t *testing.T) {
	r := Rect{2, 3, 4, 5}
	for _, c := range []struct {
		x, y int
		want bool
	}{{2, 3, true}, {5, 7, true}, {6, 7, false}, {5, 8, false}, {1, 3, false}} {
		if got := r.Contains(c.x, c.y); got != c.want {
			t.Errorf("(%d,%d): %v", c.x, c.y, got)
		}
	}
}
