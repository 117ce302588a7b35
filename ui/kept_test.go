package ui

import (
	"fmt"
	"testing"
)

func TestKeptIsBounded(t *testing.T) {
	k := newKept[int](3)
	for i := range 10 {
		k.put(fmt.Sprint(i), i)
		k.put(fmt.Sprint(i), i) // again is no second place
	}
	if len(k.by) != 3 || len(k.keys) != 3 {
		t.Errorf("%d values and %d keys kept, want 3", len(k.by), len(k.keys))
	}
	if _, ok := k.get("6"); ok {
		t.Error("the oldest is still there")
	}
	if v, ok := k.get("7"); !ok || v != 7 {
		t.Errorf("7 is %v, %v", v, ok)
	}
}
