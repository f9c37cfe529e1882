//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"conch/backend/atlas"
	"conch/backend/container"
	"conch/backend/engine"
	"conch/backend/fetch"
	"conch/backend/generation"
	"conch/backend/paths"
	"conch/backend/settings"
	"conch/backend/studio"
	"conch/backend/vault"
)

// In each batch all runs of a side are under way at once, a few seconds apart, so that a side without history has none.
const (
	batches, perBatch = 3, 10
	apart             = 3 * time.Second
	pastRuns          = 21 // as many as an estimate looks at
	plainInterval     = 2 * time.Second
)

// finished is one run of a side.
type finished struct {
	prediction string
	playable   time.Time
}

// side is somebody who makes a video and says when it can be played.
type side interface {
	make(ctx context.Context, n int) (finished, error)
}

// polls compares how a completed run is noticed: the requests it takes and how late it can be played.
func polls(dir, conch string) error {
	s, err := openService(conch)
	if err != nil {
		return err
	}
	defer end(s.cmd)
	ctx := context.Background()
	knowing, err := openConch(ctx, s, filepath.Join(dir, "knowing"))
	if err != nil {
		return err
	}
	defer knowing.close()
	if _, err := together(ctx, knowing, pastRuns, time.Second); err != nil {
		return fmt.Errorf("past runs: %w", err)
	}
	results := make([][]finished, 3)
	counts := make([][]float64, 3)
	prices := make([][]float64, 3)
	for batch := range batches {
		new, err := openConch(ctx, s, filepath.Join(dir, fmt.Sprint("new-", batch)))
		if err != nil {
			return err
		}
		began := time.Now()
		var all sync.WaitGroup
		errs := make([]error, 3)
		some := make([][]finished, 3)
		for i, one := range []side{knowing, new, &plain{s: s, dir: dir}} {
			all.Go(func() {
				time.Sleep(time.Duration(i) * apart / 3) // in turns
				some[i], errs[i] = together(ctx, one, perBatch, apart)
			})
		}
		all.Wait()
		if err := errors.Join(errs...); err != nil {
			return err
		}
		asked := s.requests(began)
		for i := range some {
			results[i] = append(results[i], some[i]...)
			for _, f := range some[i] {
				before, after := 0, 0
				for _, a := range asked {
					switch {
					case !strings.HasSuffix(a.path, "/"+f.prediction):
					case a.at.After(f.playable):
						after++
					default:
						before++
					}
				}
				counts[i], prices[i] = append(counts[i], float64(before)), append(prices[i], float64(after))
			}
		}
		if err := new.close(); err != nil {
			return err
		}
	}
	client, err := s.client()
	if err != nil {
		return err
	}
	delays := make([][]float64, 3)
	for i := range results {
		for _, f := range results[i] {
			p, err := client.Prediction(ctx, f.prediction)
			if err != nil {
				return err
			}
			delays[i] = append(delays[i], f.playable.Sub(p.CompletedAt).Seconds())
		}
	}
	row(fmt.Sprintf("%d runs of about 40 s each", batches*perBatch), "past known", "none known", "every 2 s")
	across := func(name, form string, values [][]float64, tell func([]float64) float64) {
		var cells []string
		for _, v := range values {
			cells = append(cells, fmt.Sprintf(form, tell(v)))
		}
		row(name, cells...)
	}
	across("questions until it is done, mean", "%.2f", counts, mean)
	across("the same, median", "%.0f", counts, median)
	across("questions for its price after that", "%.2f", prices, mean)
	across("completed there to playable here, median", "%.2f s", delays, median)
	across("the same, 95 of 100", "%.2f s", delays, percentile95)
	return nil
}

// together makes runs one after the other begins, and waits for all.
func together(ctx context.Context, one side, runs int, gap time.Duration) ([]finished, error) {
	var all sync.WaitGroup
	done, errs := make([]finished, runs), make([]error, runs)
	for n := range runs {
		all.Go(func() { done[n], errs[n] = one.make(ctx, n) })
		if n < runs-1 {
			time.Sleep(time.Duration(float64(gap) * (0.5 + rand.Float64())))
		}
	}
	all.Wait()
	return done, errors.Join(errs...)
}

// conchSide is Conch's own engine, as the window has it.
type conchSide struct {
	*engine.Engine
	close func() error

	mu   sync.Mutex
	done map[string]chan time.Time
}

func openConch(ctx context.Context, s *service, dir string) (*conchSide, error) {
	at := paths.Places{Data: filepath.Join(dir, "data"), Config: filepath.Join(dir, "config"), Cache: filepath.Join(dir, "cache"), Videos: filepath.Join(dir, "videos")}
	preferences, err := settings.Open(at.Settings())
	if err != nil {
		return nil, err
	}
	if _, err := preferences.Update(func(s *settings.Settings) { s.Parallel = settings.MostParallel }); err != nil {
		return nil, err
	}
	env := map[string]string{engine.BaseURLName: s.base, vault.EnvironmentName: benchKey, "CONCH_DEMO_SPEED": "1"}
	c := &conchSide{done: map[string]chan time.Time{}}
	c.Engine, err = engine.Open(ctx, engine.Options{
		Places: at, Settings: preferences, TakesOver: true, Lingers: true, Version: "bench", Keychain: vault.Memory(),
		Env: func(name string) string { return env[name] }, OnStage: c.stage,
	})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	var stopped error
	running.Go(func() { stopped = c.Studio.Run(ctx) })
	c.close = sync.OnceValue(func() error {
		cancel()
		running.Wait()
		return errors.Join(stopped, c.Engine.Close())
	})
	return c, nil
}

// ending gives the channel that is told when a run ends.
func (c *conchSide) ending(id string) chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done[id] == nil {
		c.done[id] = make(chan time.Time, 1)
	}
	return c.done[id]
}

func (c *conchSide) stage(s generation.Stage) {
	if s.State.Ended() {
		c.ending(s.ID) <- time.Now()
	}
}

func (c *conchSide) make(ctx context.Context, n int) (f finished, err error) {
	all, err := c.Studio.Accept(ctx, request(n), nil, 1, studio.Budget{})
	if err != nil {
		return f, err
	}
	f.playable = <-c.ending(all[0].ID)
	g, err := c.Library.Generation(ctx, all[0].ID)
	if err != nil || g.State != generation.Done {
		return f, errors.Join(err, fmt.Errorf("%s: %v", g.State, g.Fault))
	}
	f.prediction = g.PredictionID
	return f, nil
}

// plain is the usual loop of a script: it asks every two seconds and then downloads.
type plain struct {
	s   *service
	dir string
}

func (p *plain) make(ctx context.Context, n int) (f finished, err error) {
	client, err := p.s.client()
	if err != nil {
		return f, err
	}
	r := request(n)
	receipt, err := client.Submit(ctx, "video", r.Model, r.Params)
	if err != nil {
		return f, err
	}
	f.prediction = receipt.ID
	tick := time.NewTicker(plainInterval)
	defer tick.Stop()
	for range tick.C {
		got, err := client.Prediction(ctx, receipt.ID)
		if err != nil {
			return f, err
		}
		if got.Phase == atlas.Running {
			continue
		}
		path := filepath.Join(p.dir, receipt.ID+".mp4")
		if _, err := fetch.New(fetch.Options{}).Download(ctx, fetch.Request{URL: got.Outputs[0], Path: path, AllowPrivate: true}); err != nil {
			return f, err
		}
		if _, err := container.Check(path); err != nil {
			return f, err
		}
		f.playable = time.Now()
		return f, os.Remove(path)
	}
	return f, nil
}

func mean(values []float64) (m float64) {
	for _, v := range values {
		m += v / float64(len(values))
	}
	return m
}

func percentile95(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)-1, len(sorted)*95/100)]
}
