package engine

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"conch/backend/container"
	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/paths"
	"conch/backend/settings"
	"conch/backend/simulator"
	"conch/backend/vault"
)

const testKey = "sk-conch-network-0123456789"

// person is somebody with a window open: an engine that lingers, and the books of the service.
type person struct {
	*Engine
	t   *testing.T
	sim *simulator.Server
}

func places(dir string) paths.Places {
	return paths.Places{Data: filepath.Join(dir, "data"), Config: filepath.Join(dir, "config"), Cache: filepath.Join(dir, "cache"), Videos: filepath.Join(dir, "videos")}
}

// newPerson opens an engine on a service's address, and closes it at the test's end.
func newPerson(t *testing.T, sim *simulator.Server, base string, edit ...func(*Options)) *person {
	t.Helper()
	at := places(t.TempDir())
	store, err := settings.Open(at.Settings())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Update(func(s *settings.Settings) { s.Parallel = settings.MostParallel }); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{BaseURLName: base, vault.EnvironmentName: testKey, "CONCH_DEMO_SPEED": "400"}
	o := Options{
		Places: at, Settings: store, TakesOver: true, Lingers: true, PerSecond: 100, Version: "test", Keychain: vault.Memory(),
		Env: func(name string) string { return env[name] },
	}
	for _, e := range edit {
		e(&o)
	}
	e, err := Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Studio.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return &person{e, t, sim}
}

// simulated starts a simulator that is as quick as it gets.
func simulated(t *testing.T) (*simulator.Server, string) {
	t.Helper()
	sim := simulator.New(simulator.Options{Key: testKey, Speed: 400, Balance: 1000})
	base, err := sim.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	return sim, base
}

// press accepts a run with words of its own, past every question that a bad network could hold up.
func (p *person) press(n int) generation.Generation {
	p.t.Helper()
	all, err := p.Studio.Accept(context.Background(), generation.Request{
		Model: "minimax/hailuo-02/standard", Params: map[string]any{"prompt": fmt.Sprintf("run-%04d", n), "duration": 6},
	}, nil, 1, p.budget())
	if err != nil {
		p.t.Fatal(err)
	}
	return all[0]
}

// settled waits until no run goes on by itself.
func (p *person) settled(patience time.Duration) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := p.Studio.Drain(ctx); err != nil {
		for _, g := range p.all() {
			if !g.State.Ended() {
				p.t.Log(g.ID, g.State, g.Fault)
			}
		}
		p.t.Fatalf("not settled in %v; service %+v", patience, p.Connection())
	}
}

// quiet is closed when no run goes on by itself.
func (p *person) quiet() <-chan struct{} {
	quiet := make(chan struct{})
	go func() {
		if p.Studio.Drain(p.t.Context()) == nil {
			close(quiet)
		}
	}()
	return quiet
}

func (p *person) all() []generation.Generation {
	p.t.Helper()
	all, err := p.Library.Generations(context.Background(), library.GenerationsQuery{Limit: -1})
	if err != nil {
		p.t.Fatal(err)
	}
	return all
}

// reconcile holds the three books against each other: what the service billed, what the ledger says, what is kept.
func (p *person) reconcile(presses int) (done, unsure, failed int) {
	p.t.Helper()
	billed := map[string]int{}
	for _, e := range p.sim.Ledger() {
		billed[strings.ToLower(fmt.Sprint(e.Request["prompt"]))]++
	}
	entries, err := p.Library.Ledger(context.Background(), library.LedgerQuery{})
	if err != nil {
		p.t.Fatal(err)
	}
	counts := map[string]int{}
	for _, e := range entries {
		if e.Outcome != generation.Unsent && e.Outcome != generation.Refused {
			counts[e.GenerationID]++
		}
	}
	all := p.all()
	if len(all) != presses {
		p.t.Errorf("%d presses, %d runs", presses, len(all))
	}
	kept := map[string]bool{}
	for _, g := range all {
		bills := billed[g.Request.Prompt()]
		switch {
		case bills > 1:
			p.t.Errorf("%s was billed %d times", g.Request.Prompt(), bills)
		case counts[g.ID] > 1:
			p.t.Errorf("%s stands %d times in the ledger", g.Request.Prompt(), counts[g.ID])
		case bills == 1 && g.State == generation.Failed && g.PredictionID == "":
			p.t.Errorf("%s was billed and counts as refused: %+v", g.Request.Prompt(), g.Fault)
		}
		switch g.State {
		case generation.Done:
			done++
			for _, id := range g.Videos {
				v, err := p.Library.Video(context.Background(), id)
				if err == nil {
					_, err = container.Check(v.Path)
				}
				if err != nil {
					p.t.Errorf("%s: its video: %v", g.Request.Prompt(), err)
				}
				kept[v.Path] = true
			}
		case generation.Uncertain:
			unsure++
		default:
			failed++
		}
	}
	p.left(kept)
	return done, unsure, failed
}

// left finds files that belong to no video.
func (p *person) left(kept map[string]bool) {
	p.t.Helper()
	err := filepath.WalkDir(p.VideosFolder(), func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && !kept[path] {
			p.t.Errorf("left over: %s", path)
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
}
