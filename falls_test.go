package main

import (
	"testing"
	"time"
)

func TestAPageThatCrashesAgainAndAgainIsNotLoadedForEver(t *testing.T) {
	var f falls
	at := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	for i, c := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {time.Second, 2}, {50 * time.Second, 3}, {59 * time.Second, 4}, {61 * time.Second, 1}, {time.Hour, 1}, {time.Second, 2}} {
		at = at.Add(c.after)
		if got := f.count(at); got != c.want {
			t.Errorf("fall %d: counted as %d, want %d", i+1, got, c.want)
		}
	}
	if len(endedWords) != len(menuLabels) {
		t.Errorf("%d languages of %d", len(endedWords), len(menuLabels))
	}
}
