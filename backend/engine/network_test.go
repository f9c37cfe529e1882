package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"conch/backend/container"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/pace"
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
	g, err := p.Studio.Accept(context.Background(), generation.Request{
		Model: "minimax/hailuo-02/standard", Params: map[string]any{"prompt": fmt.Sprintf("run-%04d", n), "duration": 6},
	}, nil, p.budget())
	if err != nil {
		p.t.Fatal(err)
	}
	return g
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

// long makes the machine try harder: CONCH_TORTURE=N does everything N times.
func long() int {
	if n, err := strconv.Atoi(os.Getenv("CONCH_TORTURE")); err == nil && n > 0 {
		return n
	}
	return 1
}

// TestEachFaultOfTheService drives every fault of the simulator alone: nothing is lost and nothing is paid twice.
func TestEachFaultOfTheService(t *testing.T) {
	html := "<html><body>Log in to the hotel's network</body></html>"
	for name, rules := range map[string][]simulator.Fault{
		"latency":            {{LatencyMS: 300}},
		"submit 429":         {{On: "submit", Status: 429, RetryAfter: "1", Times: 2}},
		"submit 500":         {{On: "submit", Status: 500, Times: 1}},
		"submit lost before": {{On: "submit", Drop: "before", Times: 1}},
		"submit lost after":  {{On: "submit", Drop: "after", Times: 1}},
		"submit cut":         {{On: "submit", Drop: "middle", Times: 1}},
		"submit HTML":        {{On: "submit", Body: html, ContentType: "text/html", Times: 1}},
		"poll 404":           {{On: "run", HiddenMS: 3000}},
		"poll 429":           {{On: "prediction", Status: 429, RetryAfter: "2", Times: 2}},
		"poll 502":           {{On: "prediction", Status: 502, Body: html, ContentType: "text/html", Times: 2}},
		"poll HTML":          {{On: "prediction", Body: html, ContentType: "text/html", Times: 2}},
		"poll lost":          {{On: "prediction", Drop: "middle", Times: 2}},
		"unknown words":      {{On: "run", StatusWord: "warming_up", EndWord: "SUCCESS"}},
		"output cut":         {{On: "output", CutAt: 50_000, Times: 3}},
		"output no range":    {{On: "output", CutAt: 50_000, NoRange: true, Times: 2}},
		"output no length":   {{On: "output", NoLength: true}},
		"output gone once":   {{On: "output", Status: 404, Times: 1}},
		"output 503":         {{On: "output", Status: 503, Times: 2}},
		"several outputs":    {{On: "run", Outputs: 3}},
		"quote and balance":  {{On: "quote", Status: 500}, {On: "balance", Body: html}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim, base := simulated(t)
			p := newPerson(t, sim, base)
			sim.SetFaults(rules...)
			for n := range 2 {
				p.press(n)
			}
			p.settled(time.Minute)
			done, unsure, failed := p.reconcile(2)
			doubt := strings.HasPrefix(name, "submit") && name != "submit 429"
			if failed > 0 || doubt != (unsure == 1) || done+unsure != 2 {
				t.Fatalf("done %d, uncertain %d, failed %d", done, unsure, failed)
			}
		})
	}
}

// TestMixtures throws random faults of the service and the wire at many runs, then heals everything.
func TestMixtures(t *testing.T) {
	for n := range 2 * long() {
		t.Run(fmt.Sprint("seed ", n), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(uint64(n), 1))
			sim, base := simulated(t)
			wire := startProxy(t, strings.TrimPrefix(base, "http://"))
			p := newPerson(t, sim, wire.url())
			tampers := make([]tamper, 400)
			for i := range tampers {
				if r.IntN(3) == 0 {
					tampers[i] = randomTamper(r)
				}
			}
			wire.meet(func(c int64) tamper { return tampers[int(c)%len(tampers)] })
			mix := []simulator.Fault{
				{On: "submit", Drop: "after", Times: 1}, {On: "prediction", Status: 503, Times: 2}, {On: "output", CutAt: 30_000, Times: 2},
				{On: "submit", Status: 429, RetryAfter: "1", Times: 2}, {On: "run", HiddenMS: 500, Times: 2}, {On: "prediction", Body: "<html>", Times: 1},
				{On: "submit", Status: 502, Times: 1}, {On: "upload", Status: 500, Times: 1}, {On: "output", Drop: "middle", Times: 1},
			}
			r.Shuffle(len(mix), func(i, j int) { mix[i], mix[j] = mix[j], mix[i] })
			sim.SetFaults(mix...)
			const presses = 25
			for n := range presses {
				p.press(n)
			}
			select { // the trouble lasts a while
			case <-time.After(12 * time.Second):
			case <-t.Context().Done():
			}
			sim.SetFaults()
			wire.heal()
			wire.breakAll()
			p.Reconnect()
			p.settled(3 * time.Minute)
			done, unsure, failed := p.reconcile(presses)
			t.Logf("%d connections: done %d, uncertain %d, failed %d, billed %d", wire.count.Load(), done, unsure, failed, len(sim.Ledger()))
		})
	}
}

// TestOutage: the service goes away in the middle and comes back; the person is told the truth meanwhile.
func TestOutage(t *testing.T) {
	t.Parallel()
	sim, base := simulated(t)
	wire := startProxy(t, strings.TrimPrefix(base, "http://"))
	states := make(chan pace.State, 100)
	p := newPerson(t, sim, wire.url(), func(o *Options) { o.OnConnection = func(s pace.State) { states <- s } })
	told := func(kind pace.Kind) {
		t.Helper()
		for deadline := time.After(time.Minute); ; {
			select {
			case s := <-states:
				if s.Kind == kind {
					return
				}
			case <-deadline:
				t.Fatal("never told: ", kind)
			}
		}
	}
	sim.SetFaults(simulator.Fault{On: "run", HiddenMS: 1000})
	for n := range 5 {
		p.press(n)
	}
	told(pace.Online)
	wire.refuses.Store(true)
	wire.breakAll()
	told(pace.Down)
	p.press(5)
	wire.heal()
	p.Reconnect()
	told(pace.Online)
	p.settled(time.Minute)
	if done, unsure, failed := p.reconcile(6); failed > 0 || done+unsure != 6 {
		t.Fatal(done, unsure, failed)
	}
}

// TestNoName: the service's name can't be looked up. Nothing was sent, and that is known.
func TestNoName(t *testing.T) {
	t.Parallel()
	sim, _ := simulated(t)
	offline := make(chan struct{}, 100)
	p := newPerson(t, sim, "https://conch-test.invalid", func(o *Options) {
		o.OnConnection = func(s pace.State) {
			if s.Kind == pace.Offline {
				offline <- struct{}{}
			}
		}
	})
	g := p.press(0)
	select {
	case <-offline:
	case <-time.After(time.Minute):
		t.Fatal("nobody was told")
	}
	for { // not while it is being tried
		_, err := p.Studio.Cancel(context.Background(), g.ID)
		if err == nil {
			break
		}
		if fault.Of(err).Rule != "too_late_to_cancel" {
			t.Fatal(err)
		}
	}
	if g, err := p.Library.Generation(context.Background(), g.ID); err != nil || g.State != generation.Canceled {
		t.Fatal(g.State, err)
	}
}

// TestCaptivePortal: for a while everything is answered with somebody's log-in page.
func TestCaptivePortal(t *testing.T) {
	t.Parallel()
	sim, base := simulated(t)
	at, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	var captive atomic.Bool
	through := httputil.NewSingleHostReverseProxy(at)
	portal := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if captive.Load() {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<html><body>Welcome to the airport. Accept our terms.</body></html>"))
			return
		}
		through.ServeHTTP(w, r)
	}))
	defer portal.Close()
	p := newPerson(t, sim, portal.URL)
	sim.SetFaults(simulator.Fault{On: "run", HiddenMS: 3000})
	for n := range 3 {
		p.press(n)
	}
	for len(sim.Ledger()) < 3 { // all three are under way
		select {
		case <-time.After(20 * time.Millisecond):
		case <-t.Context().Done():
			t.Fatal("not submitted")
		}
	}
	captive.Store(true)
	if _, err := p.Account(context.Background()); err != nil {
		t.Fatal("a log-in page is no verdict on the key:", err)
	}
	captive.Store(false)
	p.Reconnect()
	p.settled(time.Minute)
	if done, unsure, failed := p.reconcile(3); done+unsure != 3 || failed != 0 {
		t.Fatal(done, unsure, failed)
	}
}

// TestTheWallClockJumps: between two looks at it an hour went by, or came back.
func TestTheWallClockJumps(t *testing.T) {
	for _, jump := range []time.Duration{time.Hour, -time.Hour} {
		t.Run(jump.String(), func(t *testing.T) {
			t.Parallel()
			sim, base := simulated(t)
			p := newPerson(t, sim, base)
			g := p.press(0)
			if _, err := p.Studio.Wait(context.Background(), g.ID); err != nil {
				t.Fatal(err)
			}
			// The same run as a process finds it whose clock was set meanwhile.
			g, err := p.Library.Decide(context.Background(), g.ID, "", func(g *generation.Generation) error {
				g.State, g.CompletedAt, g.Outputs = generation.Canceled, 0, nil
				g.SubmittedAt += jump.Milliseconds()
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.Studio.TakeUp(context.Background(), g.ID); err != nil {
				t.Fatal(err)
			}
			p.settled(time.Minute)
			if done, _, _ := p.reconcile(1); done != 1 {
				raw, _ := json.Marshal(p.all())
				t.Fatal(string(raw))
			}
		})
	}
}
