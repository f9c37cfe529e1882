package engine

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/pace"
	"conch/backend/presence"
	"conch/backend/simulator"
)

// TestMain lets all of them wait at once: they wait for each other's pauses far more than they work.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "32"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// long makes the machine try harder: CONCH_TORTURE=N throws N times as many mixtures.
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
				if r.IntN(2) == 0 {
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
			const presses, connections = 25, 30
			for n := range presses {
				p.press(n)
			}
			select { // the trouble lasts until so many connections met it, or nobody is left to make one
			case <-wire.begun(connections):
			case <-p.quiet():
			}
			sim.SetFaults()
			wire.heal()
			wire.breakAll()
			p.Reconnect()
			p.settled(3 * time.Minute)
			done, unsure, failed := p.reconcile(presses)
			t.Logf("%d connections, %d harmed: done %d, uncertain %d, failed %d, billed %d", wire.count.Load(), wire.harmed.Load(), done, unsure, failed, len(sim.Ledger()))
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

// TestTwoNeverWriteOneFile: the process whose work was taken over woke up and still has its partial file.
func TestTwoNeverWriteOneFile(t *testing.T) {
	t.Parallel()
	sim, base := simulated(t)
	p := newPerson(t, sim, base)
	sim.SetFaults(simulator.Fault{On: "run", HiddenMS: 1500})
	g := p.press(0)
	id := uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "conch:%s:0", g.ID)).String()
	release, held, err := presence.Folder(p.Places.Owners()).Try("output-" + id)
	if err != nil || !held {
		t.Fatal(held, err)
	}
	p.settled(time.Minute)
	if done, _, _ := p.reconcile(1); done != 1 {
		t.Fatalf("%+v", p.all())
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
}
