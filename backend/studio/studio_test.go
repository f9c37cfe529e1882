package studio_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/journal"
	"conch/backend/library"
	. "conch/backend/studio"
)

// service is a fake API: predictions that end after a time, and troubles on request.
type service struct {
	mu      sync.Mutex
	takes   time.Duration
	billed  []string // ids, in order
	began   map[string]time.Time
	asked   map[string]int
	submit  func() error                   // before a submit is billed
	answer  func() error                   // after it was
	trouble func(id string) error          // of a prediction
	settled func(id string, p *Prediction) // edits an ended one
	outage  bool                           // nobody gets a turn
	price   generation.Money               // its quote; 0: it doesn't tell
	repeat  string                         // the id that a submit is answered with, instead of its own
}

func newService(takes time.Duration) *service {
	return &service{takes: takes, began: map[string]time.Time{}, asked: map[string]int{}}
}

func (f *service) Ask(ctx context.Context) error { return ctx.Err() }

func (f *service) Turn(ctx context.Context, due time.Time) error {
	if f.outage {
		<-ctx.Done()
		return context.Cause(ctx)
	}
	t := time.NewTimer(time.Until(due))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}

func (f *service) Upload(context.Context, string, func(sent, total int64)) (string, error) {
	return "https://media/1", nil
}

func (f *service) Price(context.Context, generation.Request) (generation.Price, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return generation.Price{Amount: f.price, Source: generation.FromQuote}, f.price > 0
}

func (f *service) Submit(context.Context, string, map[string]any) (Receipt, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.submit != nil {
		if err := f.submit(); err != nil {
			return Receipt{}, err
		}
	}
	id := fmt.Sprint("p", len(f.billed)+1)
	f.billed = append(f.billed, id)
	f.began[id] = time.Now()
	if f.answer != nil {
		if err := f.answer(); err != nil {
			return Receipt{}, err
		}
	}
	if f.repeat != "" {
		id = f.repeat
	}
	return Receipt{PredictionID: id, Status: "processing"}, nil
}

func (f *service) Prediction(_ context.Context, id string) (Prediction, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked[id]++
	if f.trouble != nil {
		if err := f.trouble(id); err != nil {
			return Prediction{}, err
		}
	}
	began, known := f.began[id]
	if !known {
		return Prediction{}, ErrUnknown
	}
	p := Prediction{Status: "processing", Model: "m"}
	if time.Since(began) >= f.takes {
		price := generation.Money(230_000)
		p = Prediction{Status: "completed", Settled: true, Succeeded: true, Outputs: []string{"https://out/" + id}, Charged: &price, Model: "m"}
		if f.settled != nil {
			f.settled(id, &p)
		}
	}
	return p, nil
}

func (f *service) bills() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.billed)
}

func (f *service) RetryAfter(error) (time.Duration, bool) { return 0, false }

// keeper is a fake Keeper.
type keeper struct {
	mu      sync.Mutex
	fails   []error           // the next ones
	trouble func() error      // after those; may be nil
	files   map[string]string // outputs that are no video, and what they are
	kept    []string
}

func (k *keeper) Keep(_ context.Context, g generation.Generation, output int, _ func(done, total int64)) (Kept, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.fails) > 0 {
		err := k.fails[0]
		k.fails = k.fails[1:]
		if err != nil {
			return Kept{}, err
		}
	}
	if k.trouble != nil {
		if err := k.trouble(); err != nil {
			return Kept{}, err
		}
	}
	k.kept = append(k.kept, g.Outputs[output])
	if kind := k.files[g.Outputs[output]]; kind != "" {
		return Kept{File: &generation.File{Kind: kind}}, nil
	}
	return Kept{Video: &generation.Video{ID: fmt.Sprint(g.ID, "-", output), GenerationID: g.ID, CreatedAt: g.CreatedAt}}, nil
}

// world is a library with a journal, on which studios come and go.
type world struct {
	t    *testing.T
	lib  *library.Library
	book *journal.Journal
	api  *service
	keep *keeper
}

func newWorld(t *testing.T, takes time.Duration) *world {
	t.Helper()
	dir := t.TempDir()
	lib, err := library.Open(context.Background(), filepath.Join(dir, "library.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = lib.Close() })
	return &world{t: t, lib: lib, book: journal.Open(filepath.Join(dir, "journal.jsonl")), api: newService(takes), keep: &keeper{}}
}

// studio makes one; edit may change its options. Stop it with the function given.
func (w *world) studio(owner string, edit ...func(*Options)) (*Studio, func()) {
	o := Options{
		Store: w.lib, API: w.api, Keeper: w.keep, Journal: w.book, Service: "s", Owner: owner,
		Parallel: func() int { return 3 }, TakesOver: true, Lingers: true,
	}
	for _, e := range edit {
		e(&o)
	}
	s := New(o)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	return s, func() {
		cancel()
		if err := <-done; err != nil {
			w.t.Error(err)
		}
	}
}

func (w *world) accept(s *Studio) generation.Generation {
	w.t.Helper()
	price := generation.Price{Amount: 230_000, Source: generation.FromQuote}
	all, err := s.Accept(context.Background(), generation.Request{Model: "m", Params: map[string]any{"prompt": "x"}}, &price, 1, Budget{})
	if err != nil {
		w.t.Fatal(err)
	}
	return all[0]
}

func (w *world) wait(s *Studio, id string) generation.Generation {
	w.t.Helper()
	g, err := s.Wait(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return g
}

func (w *world) now(id string) generation.Generation {
	w.t.Helper()
	g, err := w.lib.Generation(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return g
}

func (w *world) outcomes() (all []generation.Outcome) {
	w.t.Helper()
	entries, err := w.lib.Ledger(context.Background(), library.LedgerQuery{})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Outcome)
	}
	return all
}

func TestALife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 40*time.Second)
		s, stop := w.studio("a")
		g := w.wait(s, w.accept(s).ID)
		if g.State != generation.Done || len(g.Videos) != 1 || g.Attempt != 1 || w.api.bills() != 1 {
			t.Fatalf("%+v", g)
		}
		if asked := w.api.asked["p1"]; asked > 16 {
			t.Fatal("asked", asked, "times for a run of 40 s")
		}
		if out := w.outcomes(); len(out) != 1 || out[0] != generation.Completed {
			t.Fatal(out)
		}
		stop()
	})
}

// TestDoubt holds what a submit's ends mean: sent at most once unless it is known that nothing was taken.
func TestDoubt(t *testing.T) {
	for name, c := range map[string]struct {
		before, after error
		once          bool
		state         generation.State
		billed        int
		outcome       generation.Outcome
	}{
		"nothing sent":  {before: fault.New("unreachable", nil), once: true, state: generation.Done, billed: 1, outcome: generation.Completed},
		"asked to wait": {before: fault.New("limited", nil), once: true, state: generation.Done, billed: 1, outcome: generation.Completed},
		"answer lost":   {after: fault.New("submit_uncertain", nil), state: generation.Uncertain, billed: 1, outcome: generation.Unsure},
		"no fault":      {after: errors.New("what is this"), state: generation.Uncertain, billed: 1, outcome: generation.Unsure},
		"refused":       {before: fault.New("refused", nil), state: generation.Failed, outcome: generation.Refused},
		"poor":          {before: fault.New("balance", nil), state: generation.Failed, outcome: generation.Refused},
		"no key":        {before: fault.New("key_refused", nil), state: generation.Failed, outcome: generation.Refused},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, time.Second)
				times := 0
				w.api.submit = func() error {
					times++
					if c.once && times > 1 {
						return nil
					}
					return c.before
				}
				w.api.answer = func() error { return c.after }
				s, stop := w.studio("a")
				g := w.wait(s, w.accept(s).ID)
				stop()
				out := w.outcomes()
				if g.State != c.state || w.api.bills() != c.billed || out[0] != c.outcome {
					t.Fatalf("%s, billed %d, %v", g.State, w.api.bills(), out)
				}
				if last, found, err := w.book.Last(g.ID); err != nil || !found || last.State != c.state {
					t.Fatal("the journal differs", last.State, found, err)
				}
			})
		})
	}
}

// TestSentAgainIsANewCount: what could not be sent before a run became uncertain says nothing of the time after it.
func TestSentAgainIsANewCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, time.Second)
		away := fault.New("unreachable", nil)
		answers := []error{away, away, fault.New("submit_uncertain", nil), away, away, nil}
		w.api.submit = func() error {
			err := answers[0]
			answers = answers[1:]
			return err
		}
		s, stop := w.studio("a", func(o *Options) { o.Lingers = false })
		g := w.wait(s, w.accept(s).ID)
		if g.State != generation.Uncertain {
			t.Fatalf("%+v", g)
		}
		if _, err := s.Resubmit(context.Background(), g.ID); err != nil {
			t.Fatal(err)
		}
		if g = w.wait(s, g.ID); g.State != generation.Done {
			t.Fatalf("%+v", g)
		}
		stop()
	})
}
