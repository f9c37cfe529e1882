//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/sys/unix"

	"conch/backend/library"
	"conch/build/bench/seed"
)

// pages is how many pages are asked for.
const pages = 300

// questions measures what a scroll and a keystroke ask of the database, the sizes in turns, and the same SQL in the
// sqlite3 shell. The time is the processor's: other users of the machine are not in it.
func (g *gallery) questions(ctx context.Context) (err error) {
	libs := map[int]*library.Library{}
	for _, size := range g.sizes {
		lib, openErr := library.Open(ctx, g.homes[size].Database())
		if openErr != nil {
			return openErr
		}
		defer func() { err = errors.Join(err, lib.Close()) }()
		libs[size] = lib
	}
	scrolled := map[int][]seed.Call{}
	for _, size := range g.sizes {
		if scrolled[size], err = seed.Pages(ctx, libs[size], librarySeed, pages); err != nil {
			return err
		}
	}
	same := func(calls []seed.Call) map[int][]seed.Call {
		all := map[int][]seed.Call{}
		for _, size := range g.sizes {
			all[size] = calls
		}
		return all
	}
	for _, q := range []struct {
		name, aim string
		calls     map[int][]seed.Call
		beside    string // what the shell is given: "", the same SQL, raw FTS
	}{
		{"one page of the grid", "p95 5 ms", scrolled, "the same SQL"},
		{"a keystroke to its first page", "p95 30 ms", same(seed.Typed("page")), "raw FTS"},
		{"a keystroke to its days and count", "", same(seed.Typed("sections")), ""},
	} {
		took, err := askAll(ctx, libs, q.calls, g.sizes)
		if err != nil {
			return err
		}
		for _, size := range g.sizes {
			g.put(q.name+", p50", "", "ms", size, quantile(took[size], 0.5))
			g.put(q.name+", p95", q.aim, "ms", size, quantile(took[size], 0.95))
		}
		if q.beside == "" {
			continue
		}
		for _, size := range g.sizes {
			if err := g.besideShell(ctx, size, q.name+", beside "+q.beside, q.calls[size], took[size], q.beside == "raw FTS"); err != nil {
				return err
			}
		}
	}
	return nil
}

// besideShell compares the means of what both have to do.
func (g *gallery) besideShell(ctx context.Context, size int, name string, calls []seed.Call, took []float64, raw bool) error {
	statements, kept, err := g.trace(ctx, g.homes[size], calls, raw)
	if err != nil {
		return err
	}
	database := g.homes[size].Database()
	if raw {
		if database, err = plainIndex(ctx, g.homes[size]); err != nil {
			return fmt.Errorf("an index for the shell: %w", err)
		}
	}
	var ours []float64
	for i, ms := range took {
		if kept[i] {
			ours = append(ours, ms)
		}
	}
	shell, err := g.shell(database, statements, len(ours))
	if err != nil {
		return err
	}
	g.put(name, "2x", "x", size, mean(ours)/shell)
	g.say("%s at %s: %.3f ms here, %.3f ms in the shell", name, thousands(size), mean(ours), shell)
	return nil
}

// askAll asks everything twice, the sizes in turns; the first time fills caches and doesn't count. In milliseconds.
func askAll(ctx context.Context, libs map[int]*library.Library, calls map[int][]seed.Call, sizes []int) (map[int][]float64, error) {
	took := map[int][]float64{}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for round := range 2 {
		for i := range calls[sizes[0]] {
			for _, size := range sizes {
				start := onThread()
				if err := calls[size][i].On(ctx, libs[size]); err != nil {
					return nil, fmt.Errorf("%+v: %w", calls[size][i], err)
				}
				if round > 0 {
					took[size] = append(took[size], float64(onThread()-start)/float64(time.Millisecond))
				}
			}
		}
	}
	return took, nil
}

// onThread is the processor time of this thread; SQLite in Go works on its caller's.
func onThread() time.Duration {
	var t unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t)
	return time.Duration(t.Nano())
}
