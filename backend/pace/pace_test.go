package pace

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"conch/backend/fault"
)

// TestNoSecondSeesMoreThanTheLimit looks where it counts, at the service: requests reach it some time before their answer.
func TestNoSecondSeesMoreThanTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{})
		r := rand.New(rand.NewPCG(1, 1))
		var mu sync.Mutex
		var at []time.Time
		var all sync.WaitGroup
		start := time.Now()
		for range 1000 {
			there, back := time.Duration(r.IntN(150))*time.Millisecond, time.Duration(r.IntN(50))*time.Millisecond
			all.Go(func() {
				if err := p.Turn(t.Context(), time.Time{}); err != nil {
					t.Error(err)
				}
				time.Sleep(there)
				mu.Lock()
				at = append(at, time.Now())
				mu.Unlock()
				time.Sleep(back)
				p.Answered()
			})
		}
		all.Wait()
		for i := PerSecond; i < len(at); i++ {
			if at[i].Sub(at[i-PerSecond]) < time.Second {
				t.Fatalf("%d requests within %v", PerSecond+1, at[i].Sub(at[i-PerSecond]))
			}
		}
		if took := time.Since(start); took > 235*time.Second {
			t.Fatal("the limit was not used:", took)
		}
	})
}

// TestAStampedeIsSpread: a thousand runs that are all over when the program starts.
func TestAStampedeIsSpread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{})
		start := time.Now()
		var mu sync.Mutex
		var order []int
		var all sync.WaitGroup
		for _, n := range rand.New(rand.NewPCG(2, 2)).Perm(1000) {
			all.Go(func() {
				if err := p.Turn(t.Context(), start.Add(time.Duration(n-1000)*time.Millisecond)); err != nil {
					t.Error(err)
				}
				mu.Lock()
				order = append(order, n)
				mu.Unlock()
				p.Answered()
			})
		}
		synctest.Wait()
		mu.Lock()
		at := len(order)
		mu.Unlock()
		if at != PerSecond {
			t.Fatal(at, "went out at once")
		}
		all.Wait()
		if took := time.Since(start); took != (1000/PerSecond-1)*time.Second {
			t.Fatal(took)
		}
		if late := order[PerSecond:]; !sorted(late, PerSecond) { // those that came first went at once
			t.Fatal("not the earliest due first:", late[:50])
		}
	})
}

// sorted says whether the values grow from group to group; within one they may stand anyhow.
func sorted(values []int, group int) bool {
	for i := group; i < len(values); i += group {
		if slices.Max(values[i-group:i]) > slices.Min(values[i:min(i+group, len(values))]) {
			return false
		}
	}
	return true
}

// TestWhileOfflineNothingButTheProbe: many wait, one asks.
func TestWhileOfflineNothingButTheProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{Breaker: true})
		for range opensAfter {
			p.Failed(true)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var out atomic.Int64
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				for p.Turn(ctx, time.Time{}) == nil {
					out.Add(1)
					time.Sleep(time.Second) // no connection comes about
					p.Failed(true)
				}
			})
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if n := out.Load(); n < 25 || n > 35 { // it doubles from 5 s to 2 minutes
			t.Fatal(n, "requests in an hour without a network")
		}
		cancel()
		all.Wait()
		if p.timer != nil {
			t.Fatal("a timer is left")
		}
	})
}

// TestAPauseOfOneHoldsForAll: a 429 that one run met is every run's pause, also of those that waited already.
func TestAPauseOfOneHoldsForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{})
		start := time.Now()
		var first time.Duration
		var all sync.WaitGroup
		var mu sync.Mutex
		for n := range 20 {
			all.Go(func() {
				if err := p.Turn(t.Context(), start.Add(time.Duration(n+1)*10*time.Second)); err != nil {
					t.Error(err)
				}
				mu.Lock()
				if first == 0 {
					first = time.Since(start)
				}
				mu.Unlock()
			})
		}
		synctest.Wait()
		p.Limited(time.Minute)
		all.Wait()
		if first != time.Minute {
			t.Fatal("asked after", first)
		}
	})
}

func TestTheEarliestDueGoesFirstAndAPersonBeforeAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{PerSecond: 1})
		start := time.Now()
		if err := p.Turn(t.Context(), start); err != nil { // the second is used up
			t.Fatal(err)
		}
		var mu sync.Mutex
		var order []string
		var all sync.WaitGroup
		go1 := func(name string, turn func() error) {
			all.Go(func() {
				if err := turn(); err != nil {
					t.Error(err)
				}
				mu.Lock()
				order = append(order, name)
				mu.Unlock()
			})
			synctest.Wait()
		}
		go1("late", func() error { return p.Turn(t.Context(), start.Add(300*time.Millisecond)) })
		go1("early", func() error { return p.Turn(t.Context(), start.Add(200*time.Millisecond)) })
		go1("person", func() error { return p.Ask(t.Context()) })
		go1("in an hour", func() error { return p.Turn(t.Context(), start.Add(time.Hour)) })
		all.Wait()
		if want := []string{"person", "early", "late", "in an hour"}; !slices.Equal(order, want) {
			t.Fatal(order)
		}
		if time.Since(start) != time.Hour {
			t.Fatal(time.Since(start))
		}
	})
}

func TestAPauseHoldsForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []State
		p := New(Options{OnState: func(s State) { told = append(told, s) }})
		start := time.Now()
		p.Limited(30 * time.Second)
		if err := p.Ask(t.Context()); !fault.Is(err, fault.Limited) || fault.Of(err).Args["seconds"] != 31 {
			t.Fatal(err)
		}
		if err := p.Turn(t.Context(), start); err != nil || time.Since(start) != 30*time.Second {
			t.Fatal(err, time.Since(start))
		}
		p.Answered()
		if len(told) != 2 || told[0].Kind != Limited || !told[0].Until.Equal(start.Add(30*time.Second)) || told[1].Kind != Online {
			t.Fatal(told)
		}
		p.Limited(0)
		p.Limited(0)
		if s := p.State(); time.Until(s.Until) != 4*time.Second {
			t.Fatal("a second 429 without a time doubles the pause:", s)
		}
	})
}

// An answer to a request that was under way when the pause began doesn't end the pause, and nobody says so.
func TestAPauseIsToldWhileItHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []State
		p := New(Options{OnState: func(s State) { told = append(told, s) }})
		until := time.Now().Add(30 * time.Second)
		p.Limited(30 * time.Second)
		p.Answered()
		if s := p.State(); s.Kind != Limited || !s.Until.Equal(until) || len(told) != 1 {
			t.Fatal(s, told)
		}
		if err := p.Turn(t.Context(), time.Time{}); err != nil {
			t.Fatal(err)
		}
		p.Answered()
		if s := p.State(); s.Kind != Online || !s.Until.IsZero() || len(told) != 2 {
			t.Fatal(s, told)
		}
	})
}

func TestBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{Breaker: true})
		for range opensAfter {
			p.Failed(false)
		}
		start := time.Now()
		var all sync.WaitGroup
		var mu sync.Mutex
		var after []time.Duration
		for range 3 {
			all.Go(func() {
				if err := p.Turn(t.Context(), time.Time{}); err != nil {
					t.Error(err)
				}
				mu.Lock()
				first := len(after) == 0
				after = append(after, time.Since(start))
				mu.Unlock()
				if first {
					time.Sleep(time.Second) // the probe is on its way
					p.Failed(true)
				} else {
					p.Answered()
				}
			})
		}
		if err := p.Ask(t.Context()); err != nil || time.Since(start) != 0 {
			t.Fatal("a person's question waited for the breaker", err)
		}
		synctest.Wait()
		time.Sleep(7 * time.Second)
		if s := p.State(); s.Kind != Offline || !s.Until.Equal(start.Add(16*time.Second)) {
			t.Fatal(s)
		}
		all.Wait()
		// The first probe goes after 5 s and fails at 6 s; the second after 10 s more, and its answer frees the third.
		if want := []time.Duration{5 * time.Second, 16 * time.Second, 16 * time.Second}; !slices.Equal(after, want) {
			t.Fatal(after)
		}
	})
}

func TestRetryEndsTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{Breaker: true})
		for range 10 {
			p.Failed(true)
		}
		start := time.Now()
		var all sync.WaitGroup
		all.Go(func() { _ = p.Turn(t.Context(), start) })
		synctest.Wait()
		p.Retry()
		all.Wait()
		if time.Since(start) != 0 {
			t.Fatal(time.Since(start))
		}
	})
}

func TestWhoGivesUpLeavesNoTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{})
		ctx, cancel := context.WithCancelCause(t.Context())
		gone := errors.New("gone")
		var all sync.WaitGroup
		all.Go(func() {
			if err := p.Turn(ctx, time.Now().Add(time.Hour)); !errors.Is(err, gone) {
				t.Error(err)
			}
		})
		synctest.Wait()
		cancel(gone)
		all.Wait()
		if p.timer != nil || len(p.waiting) != 0 {
			t.Fatal("somebody still waits")
		}
		if err := p.Turn(ctx, time.Time{}); !errors.Is(err, gone) {
			t.Fatal(err)
		}
	})
}
