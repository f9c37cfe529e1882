package studio_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"conch/backend/generation"
	. "conch/backend/studio"
)

func TestADeadOwnersWorkIsTakenOverInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, time.Hour)
		ctx := context.Background()
		if err := w.lib.Beat(ctx, "dead"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.lib.Create(ctx, generation.Generation{ID: "g", Service: "s", State: generation.Waiting, Request: generation.Request{Model: "m", Params: map[string]any{}}}, "dead", Budget{}); err != nil {
			t.Fatal(err)
		}
		var told Recovered
		_, stop := w.studio("a", func(o *Options) { o.OnRecovered = func(r Recovered) { told = r } })
		time.Sleep(20 * time.Second)
		if w.api.bills() != 0 {
			t.Fatal("taken from an owner who may live")
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if w.api.bills() != 1 || told != (Recovered{Resumed: 1}) {
			t.Fatal(w.api.bills(), told)
		}
		stop()
	})
}

func TestALivingOwnerKeepsItsWorkWhateverTheWallClockSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 5*time.Minute)
		a, stopA := w.studio("a")
		g := w.accept(a)
		_, stopB := w.studio("b")
		w.wait(a, g.ID)
		stopB()
		stopA()
		if w.now(g.ID).State != generation.Done || len(w.keep.kept) != 1 {
			t.Fatal(w.now(g.ID).State, w.keep.kept)
		}
	})
}

// TestWhatComesBackIsWhereOthersLeftIt: a stopped process wakes up with a queue that another worked off and left.
func TestWhatComesBackIsWhereOthersLeftIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, time.Minute)
		ctx := context.Background()
		a, stop := w.studio("a", func(o *Options) { o.Parallel = func() int { return 1 } })
		w.accept(a)
		g := w.accept(a)
		time.Sleep(time.Second) // the first is under way
		owners, err := w.lib.Owners(ctx, "s")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.lib.Take(ctx, "s", "b", owners); err != nil {
			t.Fatal(err)
		}
		if _, err := w.api.Submit(ctx, "m", nil); err != nil {
			t.Fatal(err)
		}
		g.State, g.Attempt, g.SubmittedAt = generation.Submitting, 1, time.Now().UnixMilli()
		for _, id := range []string{"", "p2"} {
			if id != "" {
				g.State, g.PredictionID = generation.Processing, id
			}
			if g, err = w.lib.Save(ctx, "b", g); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.lib.Release(ctx, "b"); err != nil {
			t.Fatal(err)
		}
		if err := a.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		stop()
		if g = w.now(g.ID); g.State != generation.Done || g.PredictionID != "p2" || w.api.bills() != 2 {
			t.Fatalf("billed %d times: %+v", w.api.bills(), g)
		}
	})
}

func TestPresenceMakesTheTakeoverImmediate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, time.Second)
		ctx := context.Background()
		for _, id := range []string{"dead", "living"} {
			if _, err := w.lib.Create(ctx, generation.Generation{ID: id, Service: "s", State: generation.Waiting, Request: generation.Request{Model: "m", Params: map[string]any{}}}, id, Budget{}); err != nil {
				t.Fatal(err)
			}
		}
		s, stop := w.studio("a", func(o *Options) {
			o.Presence = func(owner string) (alive, known bool) { return owner == "living", true }
		})
		if err := s.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		stop()
		if w.now("dead").State != generation.Done || w.now("living").State != generation.Waiting {
			t.Fatal(w.now("dead").State, w.now("living").State)
		}
	})
}

// TestCutOff: the owner died between the request and the record of its answer.
func TestCutOff(t *testing.T) {
	for name, c := range map[string]struct {
		journal generation.State
		state   generation.State
		billed  int
	}{
		"nothing known":      {generation.Submitting, generation.Uncertain, 0},
		"the answer is kept": {generation.Processing, generation.Done, 0},
		"it was not sent":    {generation.Waiting, generation.Done, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, time.Second)
				ctx := context.Background()
				g, err := w.lib.Create(ctx, generation.Generation{ID: "g", Service: "s", State: generation.Waiting, Request: generation.Request{Model: "m", Params: map[string]any{}}}, "dead", Budget{})
				if err != nil {
					t.Fatal(err)
				}
				g.State, g.Attempt, g.SubmittedAt = generation.Submitting, 1, time.Now().UnixMilli()
				if g, err = w.lib.Save(ctx, "dead", g); err != nil {
					t.Fatal(err)
				}
				answered := g
				answered.State = c.journal
				if c.journal == generation.Processing {
					answered.PredictionID = "p1"
					w.api.began["p1"] = time.Now()
				}
				for _, line := range []generation.Generation{g, answered} {
					if err := w.book.Append(line); err != nil {
						t.Fatal(err)
					}
				}
				s, stop := w.studio("a", func(o *Options) { o.Presence = func(string) (bool, bool) { return false, true } })
				if err := s.Drain(ctx); err != nil {
					t.Fatal(err)
				}
				stop()
				if now := w.now("g"); now.State != c.state || w.api.bills() != c.billed {
					t.Fatal(now.State, w.api.bills())
				}
			})
		})
	}
}
