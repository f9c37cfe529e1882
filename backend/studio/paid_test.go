package studio_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/library"
	. "conch/backend/studio"
)

// TestNothingPaidEndsByItself: whatever the service or its storage says for a while, a run that was paid for goes on
// until its video is here; in the end the person reads of it, as soon as that is not usual any more.
func TestNothingPaidEndsByItself(t *testing.T) {
	during := func(from time.Time, lasts time.Duration, err error) error {
		if time.Since(from) < lasts {
			return err
		}
		return nil
	}
	for name, c := range map[string]struct {
		lasts time.Duration
		asked error               // what the service answers when it is asked
		said  func(p *Prediction) // how it speaks of a run that is done
		kept  error               // what becomes of its video
		rule  string              // what a person reads while it lasts
	}{
		"unknown for a minute":        {lasts: time.Minute, asked: ErrUnknown, rule: "run_vanished"},
		"unknown for hours":           {lasts: 2 * time.Hour, asked: ErrUnknown, rule: "run_vanished"},
		"refused for a minute":        {lasts: time.Minute, asked: fault.New("refused", nil), rule: "run_vanished"},
		"down for hours":              {lasts: 2 * time.Hour, asked: fault.New("outage", nil), rule: "outage"},
		"its video named late":        {lasts: time.Minute, said: func(p *Prediction) { p.Outputs = nil }},
		"its video named hours later": {lasts: 2 * time.Hour, said: func(p *Prediction) { p.Outputs = nil }, rule: "output_missing"},
		"a word that nobody knows":    {lasts: 2 * time.Hour, said: func(p *Prediction) { *p = Prediction{Status: "expired"} }, rule: "run_overdue"},
		"a storage that lags":         {lasts: time.Minute, kept: fault.New("output_expired", nil)},
		"a storage that lags long":    {lasts: 2 * time.Hour, kept: fault.New("output_expired", nil), rule: "output_expired"},
		"a page of the storage's own": {lasts: time.Hour, kept: fault.New("output_text", nil), rule: "output_text"},
		"a private address":           {lasts: time.Hour, kept: fault.New("output_address", nil), rule: "output_address"},
		"cut short":                   {lasts: time.Hour, kept: fault.New("output_incomplete", nil), rule: "output_incomplete"},
		"out of reach":                {lasts: 2 * time.Hour, kept: fault.New("output_unreachable", nil), rule: "output_unreachable"},
		"a fault of the library":      {lasts: time.Hour, kept: fmt.Errorf("odd"), rule: "output_unreachable"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, time.Second)
				begun := time.Now()
				w.api.trouble = func(string) error { return during(begun, c.lasts, c.asked) }
				w.api.settled = func(_ string, p *Prediction) {
					if c.said != nil && time.Since(begun) < c.lasts {
						c.said(p)
					}
				}
				w.keep.trouble = func() error { return during(begun, c.lasts, c.kept) }
				s, stop := w.studio("a")
				g := w.accept(s)
				time.Sleep(c.lasts - time.Millisecond)
				now := w.now(g.ID)
				if now.State.Ended() || c.rule != "" && (now.Fault == nil || now.Fault.Rule != c.rule) || c.rule == "" && now.Fault != nil {
					t.Errorf("meanwhile %s, %+v", now.State, now.Fault)
				}
				g = w.wait(s, g.ID)
				stop()
				if g.State != generation.Done || g.Fault != nil || len(g.Videos) != 1 || w.api.bills() != 1 {
					t.Errorf("%s, %+v, %d billed", g.State, g.Fault, w.api.bills())
				}
				if late := time.Since(begun) - c.lasts; late > time.Hour+10*time.Minute || c.lasts <= time.Minute && late > 2*time.Minute {
					t.Errorf("noticed %v late", late)
				}
				if asked := w.api.asked["p1"]; asked > 400 {
					t.Errorf("asked %d times", asked)
				}
			})
		})
	}
}

// TestOutputsOfLongAgo: only of what the service keeps no more is it said that it is gone.
func TestOutputsOfLongAgo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, time.Second)
		w.keep.trouble = func() error { return fault.New("output_expired", nil) }
		for days, state := range map[int]generation.State{13: generation.Downloading, 15: generation.Failed} {
			id, created := fmt.Sprint(days, "-days-old"), time.Now().Add(-time.Duration(days)*24*time.Hour)
			w.api.began[id] = created
			w.api.settled = func(_ string, p *Prediction) { p.CreatedAt, p.Took = created.UnixMilli(), time.Minute }
			s, stop := w.studio(id)
			g, err := s.Adopt(context.Background(), id)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Minute)
			if g = w.now(g.ID); g.State != state || g.Fault == nil || g.Fault.Rule != "output_expired" {
				t.Errorf("%d days: %s, %+v", days, g.State, g.Fault)
			}
			stop()
		}
	})
}

// TestFreshAddressesEachTime: addresses that end while the disk is full are asked for anew, as often as that happens.
func TestFreshAddressesEachTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, time.Second)
		w.api.settled = func(id string, p *Prediction) {
			p.Outputs = []string{fmt.Sprint("https://out/", id, "/", w.api.asked[id])}
		}
		full, ended := fault.New("disk_full", nil), fault.New("output_expired", nil)
		w.keep.fails = []error{full, ended, full, ended, full, ended}
		s, stop := w.studio("a")
		g := w.wait(s, w.accept(s).ID)
		stop()
		if g.State != generation.Done || len(w.keep.kept) != 1 || w.keep.kept[0] != g.Outputs[0] {
			t.Errorf("%+v, %v", g, w.keep.kept)
		}
	})
}

// TestOneOutputKeepsBackNoOther: all are kept, each as what it is, also those behind one that isn't there yet.
func TestOneOutputKeepsBackNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, time.Second)
		w.api.settled = func(_ string, p *Prediction) {
			p.Outputs = []string{"https://out/a.mp4", "https://out/b.png", "https://out/c.mp4"}
		}
		w.keep.files = map[string]string{"https://out/b.png": "image/png"}
		w.keep.fails = []error{fault.New("output_unreachable", nil)}
		s, stop := w.studio("a")
		g := w.accept(s)
		time.Sleep(10 * time.Second)
		if !slices.Equal(w.keep.kept, []string{"https://out/b.png", "https://out/c.mp4"}) {
			t.Errorf("at first %v", w.keep.kept)
		}
		g = w.wait(s, g.ID)
		stop()
		if g.State != generation.Done || len(g.Videos) != 2 || len(g.Files) != 1 || g.Files[0].Kind != "image/png" {
			t.Errorf("%+v", g)
		}
	})
}

// TestARepeatedPredictionID: an answer that names another run's prediction tells nothing of this one; the rest goes on.
func TestARepeatedPredictionID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, time.Minute)
		s, stop := w.studio("a")
		first := w.accept(s)
		time.Sleep(time.Second)
		w.api.mu.Lock()
		w.api.repeat = "p1"
		w.api.mu.Unlock()
		second := w.accept(s)
		time.Sleep(time.Second)
		w.api.mu.Lock()
		w.api.repeat = ""
		w.api.mu.Unlock()
		third := w.accept(s)
		if g := w.wait(s, second.ID); g.State != generation.Uncertain || g.Fault == nil || g.Fault.Rule != "prediction_repeated" || g.Fault.Args["id"] != "p1" || g.PredictionID != "" {
			t.Errorf("the second: %+v", g)
		}
		for name, id := range map[string]string{"first": first.ID, "third": third.ID} {
			if g := w.wait(s, id); g.State != generation.Done {
				t.Errorf("the %s: %+v", name, g)
			}
		}
		last, found, err := w.book.Last(second.ID)
		if err != nil || !found || last.State != generation.Uncertain || last.PredictionID != "" {
			t.Errorf("the journal has %+v, %v, %v", last, found, err)
		}
		if g, err := s.Resolve(context.Background(), second.ID, "p2"); err != nil {
			t.Error(err)
		} else if g = w.wait(s, g.ID); g.State != generation.Done || w.api.bills() != 3 {
			t.Errorf("%+v, %d billed", g, w.api.bills())
		}
		stop()
	})
}

// TestTheTruePriceCounts: a run that was queued at a guess is sent only if the budget has room for what it really
// costs; of several the first goes first, and one that is held goes as soon as there is room.
func TestTheTruePriceCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, time.Second)
		w.api.price = 560_000
		limit := generation.Money(1_000_000)
		s, stop := w.studio("a", func(o *Options) { o.Budget = func() Budget { return Budget{Limit: limit} } })
		guess := generation.Price{Amount: 230_000, Source: generation.FromCatalog}
		all, err := s.Accept(context.Background(), generation.Request{Model: "m", Params: map[string]any{"prompt": "x", "duration": 10}}, &guess, 2, Budget{Limit: limit})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		first, second := w.now(all[0].ID), w.now(all[1].ID)
		if second.State == generation.Done { // either may be the first to be priced
			first, second = second, first
		}
		if first.State != generation.Done || first.Price.Amount != 560_000 || first.Price.Source != generation.FromQuote {
			t.Errorf("%s, %+v, %+v", first.State, first.Fault, first.Price)
		}
		if second.State != generation.Waiting || second.Fault == nil || second.Fault.Rule != "budget_held" || second.Fault.Code != fault.Balance || second.Price.Amount != 560_000 || w.api.bills() != 1 {
			t.Errorf("%s, %+v, %+v, %d billed", second.State, second.Fault, second.Price, w.api.bills())
		}
		limit = 1_200_000
		s.Nudge()
		if second = w.wait(s, second.ID); second.State != generation.Done || w.api.bills() != 2 {
			t.Errorf("%s, %+v, %d billed", second.State, second.Fault, w.api.bills())
		}
		stop()
		entries, err := w.lib.Ledger(context.Background(), library.LedgerQuery{})
		if err != nil || len(entries) != 2 || entries[0].Price.Amount != 560_000 || entries[1].Price.Amount != 560_000 {
			t.Errorf("the books say %+v, %v", entries, err)
		}
	})
}
