//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"conch/backend/container"
	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/studio"
)

// inFlight are the numbers of runs that one process has under way at once; none is the window at rest.
var inFlight = []int{10, 100, 1000}

// atRest is how long the window is watched that has nothing to do, and settling how long it is left alone before.
const atRest, settling = 60 * time.Second, 15 * time.Second

// loads measures what runs under way cost Conch: `conch resume` on a library of runs that were just submitted.
func loads(dir, conch string) error {
	columns := []string{"0, window"}
	idle, err := atEase(filepath.Join(dir, "rest"), conch)
	if err != nil {
		return err
	}
	all := []loaded{{effort: idle}}
	for _, n := range inFlight {
		l, err := load(filepath.Join(dir, fmt.Sprint("load-", n)), conch, n)
		if err != nil {
			return fmt.Errorf("%d in flight: %w", n, err)
		}
		all, columns = append(all, l), append(columns, fmt.Sprint(n))
	}
	row("runs in flight, in real time", columns...)
	each := func(name string, tell func(loaded) string) {
		var cells []string
		for _, l := range all {
			cells = append(cells, tell(l))
		}
		row(name, cells...)
	}
	busy := func(tell func(loaded) string) func(loaded) string {
		return func(l loaded) string {
			if l.runs == 0 {
				return "-"
			}
			return tell(l)
		}
	}
	each("seconds", func(l loaded) string { return fmt.Sprintf("%.0f", l.wall.Seconds()) })
	each("completed and kept", busy(func(l loaded) string { return fmt.Sprint(l.kept) }))
	each("requests to the service", func(l loaded) string { return fmt.Sprint(len(l.requests)) })
	each("requests per run", busy(func(l loaded) string { return fmt.Sprintf("%.2f", float64(len(l.requests))/float64(l.runs)) }))
	each("requests in the fullest second", func(l loaded) string { return fmt.Sprint(busiest(l.requests)) })
	each("shortest time to ask about a run again", busy(func(l loaded) string { return fmt.Sprintf("%.2f s", closest(l.requests).Seconds()) }))
	each("processor, share of one core", func(l loaded) string { return fmt.Sprintf("%.2f %%", l.share()) })
	each("context switches per second", func(l loaded) string { return fmt.Sprintf("%.1f", float64(l.switches)/l.wall.Seconds()) })
	each("memory (RSS) after 5 s", func(l loaded) string { return fmt.Sprintf("%.0f MiB", mib(l.memory[min(5, len(l.memory)-1)])) })
	each("the same in the middle", func(l loaded) string { return fmt.Sprintf("%.0f MiB", mib(l.memory[len(l.memory)/2])) })
	each("the same at most", func(l loaded) string { return fmt.Sprintf("%.0f MiB", mib(most(l.memory))) })
	each("the same at the end", func(l loaded) string { return fmt.Sprintf("%.0f MiB", mib(l.memory[len(l.memory)-1])) })
	return nil
}

func most(values []int64) (m int64) {
	for _, v := range values {
		m = max(m, v)
	}
	return m
}

// loaded is a process with so many runs.
type loaded struct {
	effort
	runs, kept int
	requests   []asked
}

// atEase watches the window with nothing to do; its page's own processes are the system's WebKit and not counted.
func atEase(dir, conch string) (e effort, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return e, err
	}
	d, err := openDesk(dir, filepath.Join(dir, "home"), conch)
	defer d.close()
	if err != nil {
		return e, err
	}
	_, err = d.open(conch, func(f frame) bool { return f.colours() > 20 }, func(pid int) error {
		time.Sleep(settling)
		over := make(chan struct{})
		stop := time.AfterFunc(atRest, func() { close(over) })
		defer stop.Stop()
		e = watchEffort(pid, over)
		return nil
	})
	return e, err
}

func load(dir, conch string, runs int) (l loaded, err error) {
	s, err := openService(conch)
	if err != nil {
		return l, err
	}
	ended := false
	stop := func() {
		if !ended {
			ended = true
			end(s.cmd)
		}
	}
	defer stop()
	path := filepath.Join(dir, ".local/share/conch/library.db")
	if err := submitMany(s, path, runs); err != nil {
		return l, err
	}
	start := time.Now()
	cmd := exec.Command(conch, "resume", "--json")
	cmd.Env = s.environment(dir)
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		return l, err
	}
	over, watched := make(chan struct{}), make(chan effort)
	go func() { watched <- watchEffort(cmd.Process.Pid, over) }()
	err = cmd.Wait()
	close(over)
	l.effort = <-watched
	if err != nil {
		return l, fmt.Errorf("conch resume: %w: %s", err, said.String())
	}
	l.wall, l.cpu = time.Since(start), cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()
	stop()
	l.runs, l.requests = runs, s.requests(start)
	l.kept, err = keptIn(path)
	return l, err
}

// submitMany submits runs and puts them into a new library as a process would have left them that gave them up.
func submitMany(s *service, path string, runs int) (err error) {
	ctx := context.Background()
	client, err := s.client()
	if err != nil {
		return err
	}
	lib, err := library.Open(ctx, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lib.Close()) }()
	var all errgroup.Group
	all.SetLimit(8)
	for n := range runs {
		all.Go(func() error {
			request := request(n)
			receipt, err := client.Submit(ctx, "video", request.Model, request.Params)
			if err != nil {
				return err
			}
			id, err := uuid.NewV7()
			if err != nil {
				return err
			}
			now := time.Now().UnixMilli()
			_, err = lib.Create(ctx, generation.Generation{
				ID: id.String(), Service: client.Origin(), State: generation.Processing, Request: request, PredictionID: receipt.ID,
				ServiceStatus: receipt.Status, Attempt: 1, CreatedAt: now, SubmittedAt: now,
			}, "", studio.Budget{})
			return err
		})
	}
	return all.Wait()
}

// subjects make prompts of which no two are the same.
var subjects = []string{"paper boats on calm water", "a lighthouse in the fog", "ink spreading in a bowl", "a red kite over the dunes", "an old tram in the rain"}

func request(n int) generation.Request {
	return generation.Request{Model: model, Params: map[string]any{"prompt": fmt.Sprintf("%s, take %d", subjects[n%len(subjects)], n+1), "duration": 6}}
}

// keptIn counts the runs of a library that are done and whose videos are whole.
func keptIn(path string) (kept int, err error) {
	ctx := context.Background()
	lib, err := library.Open(ctx, path)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, lib.Close()) }()
	all, err := lib.Generations(ctx, library.GenerationsQuery{State: generation.Done, Limit: -1})
	if err != nil {
		return 0, err
	}
	for _, g := range all {
		for _, id := range g.Videos {
			v, err := lib.Video(ctx, id)
			if err != nil {
				return kept, err
			}
			if _, err := container.Check(v.Path); err != nil {
				return kept, err
			}
		}
		if len(g.Videos) > 0 {
			kept++
		}
	}
	return kept, nil
}
