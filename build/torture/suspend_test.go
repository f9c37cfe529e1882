//go:build torture && linux

package torture

import (
	"context"
	"strings"
	"syscall"
	"testing"
	"time"

	"conch/backend/container"
	"conch/backend/engine"
	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/paths"
	"conch/backend/vault"
)

// window is an engine that stays, as the window's does, on the lane's library.
func (l *lane) window() *engine.Engine {
	l.t.Helper()
	env := map[string]string{}
	for _, pair := range l.env {
		name, value, _ := strings.Cut(pair, "=")
		env[name] = value
	}
	e, err := engine.Open(context.Background(), engine.Options{
		Places: paths.Places{Data: l.data(), Config: l.home + "/config", Cache: l.home + "/cache", Videos: l.home + "/Videos/Conch"},
		Env:    func(name string) string { return env[name] }, Keychain: vault.Memory(), TakesOver: true, Lingers: true, Version: "torture",
	})
	if err != nil {
		l.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Studio.Run(ctx) }()
	l.t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			l.t.Error(err)
		}
		if err := e.Close(); err != nil {
			l.t.Error(err)
		}
	})
	return e
}

// until waits for the state of the lane's only run.
func (l *lane) until(e *engine.Engine, state generation.State) {
	l.t.Helper()
	deadline := time.After(patience)
	for {
		changed := e.Library.Changed()
		all, err := e.Library.Generations(context.Background(), library.GenerationsQuery{Limit: -1})
		if err != nil {
			l.t.Fatal(err)
		}
		if len(all) == 1 && all[0].State == state {
			return
		}
		select {
		case <-changed:
		case <-time.After(time.Second): // the other process's changes
		case <-deadline:
			l.t.Fatalf("never %s: %+v", state, all)
		}
	}
}

// TestSuspended stops a command for longer than a dead one is waited for: another process takes its work over, and
// the first wakes up in the middle of what it did.
func TestSuspended(t *testing.T) {
	for name, c := range map[string]struct {
		trap  trap
		taken generation.State // what the other process makes of it
	}{
		"while the answer was on its way": {trap{on: "submit", at: "billed"}, generation.Uncertain},
		"in the middle of a download":     {trap{on: "output", at: "bytes", share: 0.2}, generation.Done},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLane(t, name, 1, &tally{kinds: map[string]int{}})
			stopped := make(chan *process, 1)
			c.trap.spring = func(p *process) {
				freeze(p)
				stopped <- p
			}
			l.wire.arm(&c.trap)
			p := l.press(1, false)
			select {
			case <-stopped:
			case <-p.ended:
				t.Fatal("it ended before it could be stopped: ", p)
			}
			e := l.window()
			l.until(e, c.taken)
			if err := p.cmd.Process.Signal(syscall.SIGCONT); err != nil {
				t.Fatal(err)
			}
			if l.join(p); p.code != 0 {
				t.Fatalf("exit %d: %v", p.code, p)
			}
			l.until(e, generation.Done)
			page, err := e.Library.Videos(context.Background(), library.GalleryQuery{}, "", 0, 10)
			if err != nil || len(page) != 1 || len(l.sim.Ledger()) != 1 {
				t.Fatal(err, len(page), len(l.sim.Ledger()))
			}
			if _, err := container.Check(page[0].Path); err != nil {
				t.Fatal(err)
			}
			entries, err := e.Library.Ledger(context.Background(), library.LedgerQuery{})
			if err != nil || len(entries) != 1 || entries[0].Outcome != generation.Completed {
				t.Fatal(err, entries)
			}
		})
	}
}
