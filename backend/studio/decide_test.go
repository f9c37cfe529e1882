package studio_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"conch/backend/fault"
	"conch/backend/generation"
	. "conch/backend/studio"
)

func TestDecisions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		w := newWorld(t, 10*time.Minute)
		s, stop := w.studio("a", func(o *Options) { o.Parallel = func() int { return 1 } })
		first, second := w.accept(s), w.accept(s)
		time.Sleep(time.Second)
		if _, err := s.Cancel(ctx, first.ID); fault.Of(err).Rule != "too_late_to_cancel" {
			t.Fatal(err)
		}
		if g, err := s.Cancel(ctx, second.ID); err != nil || g.State != generation.Canceled || g.PredictionID != "" {
			t.Fatal(g.State, err)
		}
		if g, err := s.GiveUp(ctx, first.ID); err != nil || g.State != generation.Canceled || g.PredictionID != "p1" {
			t.Fatal(g.State, err)
		}
		if _, err := s.Cancel(ctx, first.ID); fault.Of(err).Rule != "not_now" {
			t.Fatal(err)
		}
		if out := w.outcomes(); len(out) != 1 || out[0] != generation.GivenUp {
			t.Fatal(out)
		}
		if _, err := s.TakeUp(ctx, second.ID); fault.Of(err).Rule != "not_now" {
			t.Fatal("what was never sent can't be taken up", err)
		}
		if _, err := s.TakeUp(ctx, first.ID); err != nil {
			t.Fatal(err)
		}
		if g := w.wait(s, first.ID); g.State != generation.Done || w.api.bills() != 1 {
			t.Fatal(g.State, w.api.bills())
		}
		stop()
	})
}

func TestAnUncertainRunWaitsForAPerson(t *testing.T) {
	for _, choice := range []string{"resolve", "resubmit", "set aside", "set aside and found"} {
		t.Run(choice, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx := context.Background()
				w := newWorld(t, time.Minute)
				w.api.answer = func() error { return fault.New("submit_uncertain", nil) }
				s, stop := w.studio("a")
				g := w.wait(s, w.accept(s).ID)
				w.api.answer = nil
				time.Sleep(24 * time.Hour)
				if w.api.bills() != 1 || w.now(g.ID).State != generation.Uncertain {
					t.Fatal("it did not wait", w.api.bills(), w.now(g.ID).State)
				}
				var err error
				state, bills := generation.Done, 1
				switch choice {
				case "resolve":
					if _, err := s.Resolve(ctx, g.ID, "nonsense"); fault.Of(err).Rule != "not_found_prediction" || w.now(g.ID).State != generation.Uncertain {
						t.Fatal(err)
					}
					_, err = s.Resolve(ctx, g.ID, "p1")
				case "resubmit":
					bills = 2
					_, err = s.Resubmit(ctx, g.ID)
				case "set aside":
					state = generation.Canceled
					_, err = s.GiveUp(ctx, g.ID)
				default:
					if _, err = s.GiveUp(ctx, g.ID); err == nil {
						_, err = s.Resolve(ctx, g.ID, "p1")
					}
				}
				if err != nil {
					t.Fatal(err)
				}
				if end := w.wait(s, g.ID); end.State != state || w.api.bills() != bills {
					t.Fatal(end.State, w.api.bills())
				}
				if _, err := s.Resolve(ctx, g.ID, "p1"); state == generation.Done && fault.Of(err).Rule != "not_now" {
					t.Fatal(err)
				}
				stop()
			})
		})
	}
}

// slowBook takes its time to note an end, which the store has by then and a window shows.
type slowBook struct {
	Journal
	noting, written chan struct{}
}

func (b slowBook) Append(g generation.Generation) error {
	if g.State == generation.Failed {
		close(b.noting)
		<-b.written
	}
	return b.Journal.Append(g)
}

// TestWhatIsTakenUpBeforeItHasEndedGoesOn: who is quicker than the disk is not forgotten.
func TestWhatIsTakenUpBeforeItHasEndedGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		w := newWorld(t, time.Minute)
		w.keep.fails = []error{fault.New("output_expired", nil), fault.New("output_expired", nil)}
		created := time.Now().Add(-15 * 24 * time.Hour) // so long ago that the service keeps no output any more
		w.api.began["elsewhere"] = created
		w.api.settled = func(_ string, p *Prediction) { p.CreatedAt, p.Took = created.UnixMilli(), time.Minute }
		book := slowBook{w.book, make(chan struct{}), make(chan struct{})}
		s, stop := w.studio("a", func(o *Options) { o.Journal = book })
		g, err := s.Adopt(ctx, "elsewhere")
		if err != nil {
			t.Fatal(err)
		}
		<-book.noting
		if _, err := s.TakeUp(ctx, g.ID); err != nil {
			t.Fatal(err)
		}
		close(book.written)
		if g = w.wait(s, g.ID); g.State != generation.Done {
			t.Fatal(g.State)
		}
		stop()
	})
}

// TestAdoptInAnOutage: a person who names a prediction is told at once that the service can't be asked.
func TestAdoptInAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
		defer cancel()
		w := newWorld(t, time.Minute)
		w.api.outage = true
		w.api.trouble = func(string) error { return fault.New("unreachable", nil) }
		s, stop := w.studio("a")
		defer stop()
		if _, err := s.Adopt(ctx, "elsewhere"); fault.Of(err).Rule != "lookup_unreachable" {
			t.Fatal(err)
		}
	})
}

func TestAdopt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		w := newWorld(t, time.Minute)
		w.api.began["elsewhere"] = time.Now()
		s, stop := w.studio("a")
		if _, err := s.Adopt(ctx, "nowhere"); fault.Of(err).Rule != "not_found_prediction" {
			t.Fatal(err)
		}
		g, err := s.Adopt(ctx, "elsewhere")
		if err != nil {
			t.Fatal(err)
		}
		if again, err := s.Adopt(ctx, "elsewhere"); err != nil || again.ID != g.ID {
			t.Fatal("adopted twice", err)
		}
		if g = w.wait(s, g.ID); g.State != generation.Done || len(g.Videos) != 1 || w.api.bills() != 0 {
			t.Fatal(g.State)
		}
		if again, err := s.Adopt(ctx, "elsewhere"); err != nil || again.State != generation.Done {
			t.Fatal(again.State, err)
		}
		stop()
	})
}
