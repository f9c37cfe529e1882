package studio_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/library"
	. "conch/backend/studio"
)

func TestWhatCanPassIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, time.Second)
		full := fault.New("disk_full", fault.Args{"folder": "/v"})
		w.keep.fails = []error{full, full, full}
		s, stop := w.studio("a")
		g := w.accept(s)
		time.Sleep(20 * time.Second)
		if now := w.now(g.ID); now.State != generation.Downloading || now.Fault == nil || now.Fault.Rule != "disk_full" {
			t.Fatalf("%+v", now)
		}
		s.Nudge() // the person made room
		if g = w.wait(s, g.ID); g.State != generation.Done || g.Fault != nil {
			t.Fatalf("%+v", g)
		}
		stop()
	})
}

func TestWithoutLingeringTheReasonStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, time.Second)
		w.keep.fails = []error{fault.New("disk_full", nil)}
		s, stop := w.studio("a", func(o *Options) { o.Lingers, o.TakesOver = false, false })
		g := w.wait(s, w.accept(s).ID)
		stop()
		if g.State != generation.Downloading || g.Fault == nil || g.Fault.Rule != "disk_full" {
			t.Fatalf("%+v", g)
		}
		s, stop = w.studio("b", func(o *Options) { o.Lingers = false })
		if err := s.Drain(context.Background()); err != nil {
			t.Fatal(err)
		}
		stop()
		if g = w.now(g.ID); g.State != generation.Done || w.api.bills() != 1 {
			t.Fatalf("%+v", g)
		}
	})
}

func TestAllOutputsAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, time.Second)
		w.api.settled = func(_ string, p *Prediction) { p.Outputs = []string{"a", "b", "c"} }
		w.keep.fails = []error{fault.New("output_unreachable", nil)}
		s, stop := w.studio("a")
		g := w.wait(s, w.accept(s).ID)
		stop()
		if g.State != generation.Done || len(g.Videos) != 3 {
			t.Fatalf("%+v", g)
		}
	})
}

func TestARefusedKeyIsNotAskedWithAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, time.Second)
		refused := true
		w.api.trouble = func(string) error {
			if refused {
				return fault.New("key_refused", nil)
			}
			return nil
		}
		s, stop := w.studio("a")
		g := w.accept(s)
		time.Sleep(10 * time.Minute)
		w.api.mu.Lock()
		asked := w.api.asked["p1"]
		refused = false
		w.api.mu.Unlock()
		if now := w.now(g.ID); asked != 1 || now.Fault == nil || now.State != generation.Processing {
			t.Fatal(asked, now.State)
		}
		s.Nudge() // another key
		if g = w.wait(s, g.ID); g.State != generation.Done || g.Fault != nil {
			t.Fatalf("%+v", g)
		}
		stop()
	})
}

func TestAnOutageIsNoVerdict(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, time.Minute)
		start := time.Now()
		w.api.trouble = func(string) error {
			if time.Since(start) < time.Hour {
				return fault.New("outage", fault.Args{"status": 502})
			}
			return nil
		}
		s, stop := w.studio("a")
		g := w.wait(s, w.accept(s).ID)
		stop()
		if g.State != generation.Done || w.api.asked["p1"] > 150 {
			t.Fatal(g.State, w.api.asked["p1"])
		}
	})
}

func TestStopAndStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, time.Minute)
		s, stop := w.studio("a")
		g := w.accept(s)
		for n := range 20 { // every start goes on where the last one stopped
			time.Sleep(2500 * time.Millisecond)
			stop()
			_, stop = w.studio(fmt.Sprint("a", n))
		}
		time.Sleep(time.Hour)
		stop()
		if g = w.now(g.ID); g.State != generation.Done || w.api.bills() != 1 {
			t.Fatal(g.State, w.api.bills())
		}
	})
}

// questions asks about runs that take from low to high, and gives the means of how often and how late.
func questions(past Estimate, low, high time.Duration) (asked, late float64) {
	const runs = 400
	for n := range runs {
		takes := low + (high-low)*time.Duration(n)/runs
		elapsed := time.Duration(0)
		for elapsed < takes {
			elapsed += PollPause(elapsed, past)
			asked += 1.0 / runs
		}
		late += (elapsed - takes).Seconds() / runs
	}
	return asked, late
}

func TestPollsAreFewAndPrompt(t *testing.T) {
	// A plain poller with 2 s needs 20 questions for a run of 40 s and is 1 s late.
	for name, c := range map[string]struct {
		past              Estimate
		low, high         time.Duration
		mostAsked, latest float64
	}{
		"past runs":        {Estimate{36 * time.Second, 40 * time.Second, 44 * time.Second}, 36 * time.Second, 44 * time.Second, 7, 0.5},
		"one past run":     {Estimate{32 * time.Second, 40 * time.Second, 48 * time.Second}, 36 * time.Second, 44 * time.Second, 8, 0.9},
		"none":             {Estimate{20 * time.Second, 40 * time.Second, 80 * time.Second}, 36 * time.Second, 44 * time.Second, 17, 0.9},
		"long runs":        {Estimate{270 * time.Second, 300 * time.Second, 330 * time.Second}, 270 * time.Second, 330 * time.Second, 28, 0.9},
		"quicker than any": {Estimate{36 * time.Second, 40 * time.Second, 44 * time.Second}, time.Second, 4 * time.Second, 2, 3},
		"a demonstration":  {Estimate{90 * time.Millisecond, 100 * time.Millisecond, 110 * time.Millisecond}, 90 * time.Millisecond, 110 * time.Millisecond, 2, 0.06},
	} {
		if asked, late := questions(c.past, c.low, c.high); asked > c.mostAsked || late > c.latest {
			t.Errorf("%s: %.1f questions, %.2f s late", name, asked, late)
		}
	}
	past := Estimate{Low: 36 * time.Second, Typical: 40 * time.Second, High: 44 * time.Second}
	if pause := PollPause(3*time.Hour, past); pause < 5*time.Minute || pause > 11*time.Minute {
		t.Fatal(pause)
	}
	for elapsed := time.Duration(0); elapsed < time.Hour; elapsed += time.Second {
		for _, past := range []Estimate{past, {}, {Low: time.Millisecond, Typical: time.Millisecond, High: time.Millisecond}} {
			if PollPause(elapsed, past) <= 0 {
				t.Fatal(elapsed, past)
			}
		}
	}
}

func TestALateLookDoesNotSpoilTheEstimate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 40*time.Second)
		w.api.settled = func(_ string, p *Prediction) { p.Took = 40 * time.Second }
		s, stop := w.studio("a")
		w.accept(s)
		time.Sleep(10 * time.Second)
		stop() // the laptop sleeps
		time.Sleep(8 * time.Hour)
		s, stop = w.studio("b")
		if err := s.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		stop()
		past, err := w.lib.Estimate(t.Context(), "s", "m", "")
		if err != nil || past.Typical != 40*time.Second || past.High > time.Minute {
			t.Fatal(past, err)
		}
	})
}

// watched counts how often a studio looks into the store for others' work.
type watched struct {
	Store
	looks atomic.Int64
}

func (w *watched) Owners(ctx context.Context, service string) ([]Owner, error) {
	w.looks.Add(1)
	return w.Store.Owners(ctx, service)
}

func TestAnIdleStudioDoesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, time.Second)
		store := &watched{Store: w.lib}
		s, stop := w.studio("a", func(o *Options) { o.Store = store })
		w.wait(s, w.accept(s).ID)
		time.Sleep(time.Hour) // the late price is known
		before := store.looks.Load()
		time.Sleep(24 * time.Hour)
		if after := store.looks.Load(); after != before || before == 0 {
			t.Fatal(before, after)
		}
		s.Look()
		synctest.Wait()
		if store.looks.Load() == before {
			t.Fatal("it does not look when told to")
		}
		stop()
	})
}

func TestLatePricesAreAskedForAtTheNextStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, time.Second)
		late := true
		w.api.settled = func(_ string, p *Prediction) {
			if late {
				p.Charged = nil
			}
		}
		command, stop := w.studio("command", func(o *Options) { o.Lingers = false })
		var all []string
		for range 3 {
			all = append(all, w.wait(command, w.accept(command).ID).ID)
		}
		stop()
		old := w.now(all[2])
		time.Sleep(15 * 24 * time.Hour)
		next, stop := w.studio("another", func(o *Options) { o.Lingers = false })
		fresh := w.wait(next, w.accept(next).ID)
		stop()
		w.api.mu.Lock()
		late = false
		asked := w.api.asked["p1"]
		w.api.mu.Unlock()
		_, stop = w.studio("window")
		began := time.Now()
		for w.now(fresh.ID).Charged == nil {
			if time.Since(began) > time.Hour {
				t.Fatal("the price was never asked for")
			}
			time.Sleep(time.Second)
		}
		time.Sleep(time.Hour)
		stop()
		if w.now(old.ID).Charged != nil || w.api.asked["p1"] != asked {
			t.Fatal("a run was asked about that the service no longer has")
		}
		entries, err := w.lib.Ledger(context.Background(), library.LedgerQuery{Limit: 1})
		if err != nil || entries[0].Charged == nil || *entries[0].Charged != 230_000 {
			t.Fatal("the ledger does not know", entries, err)
		}
	})
}
