package command

import (
	"context"
	"fmt"
	"slices"
	"time"

	"conch/backend/engine"
	"conch/backend/generation"
	"conch/backend/library"
)

type resumeCmd struct {
	Wait bool `help:"Also wait for runs that another Conch process is working on."`
	JSON bool `name:"json" help:"Print one JSON object per line."`
}

// Run goes on with everything that no living process works on, and names what others do. Exit 7: something is
// uncertain and needs a person.
func (c *resumeCmd) Run(r *run) error {
	show := newProgress(r, c.JSON)
	return r.atWork(show, engine.Options{TakesOver: true}, func(w *work) error {
		elsewhere, interrupted := c.drain(r, w, show)
		w.stop()
		ctx := context.WithoutCancel(r.ctx)
		var first error
		for _, id := range append(show.moved(), elsewhere...) {
			g, err := w.Library.Generation(ctx, id)
			if err == nil && g.Fault == nil && !g.State.Ended() {
				err = interrupted
			}
			if told := show.finish(r, w, g, err); first == nil {
				first = told
			}
		}
		unsure, err := w.Library.Generations(ctx, library.GenerationsQuery{State: generation.Uncertain, Service: w.Service, Limit: -1})
		switch {
		case err != nil:
			return err
		case interrupted != nil:
			return interrupted
		case len(unsure) > 0:
			_, _ = fmt.Fprintf(r.Stderr, "conch: Uncertain runs that may have been billed: %d. List them with `conch list --state uncertain`, then use `conch adopt --for ID PREDICTION_ID` or `conch cancel --give-up ID`.\n", len(unsure))
			return &exit{exitUncertain}
		}
		return first
	})
}

// lookAgain is how often somebody else's runs are looked at while nothing is written: a process that dies writes nothing.
const lookAgain = 5 * time.Second

// drain works until nothing is left to do here. With --wait it goes on until nobody else has anything either, and
// gives the ids of what others did meanwhile.
func (c *resumeCmd) drain(r *run, w *work, show *progress) (waitedFor []string, interrupted error) {
	ctx, cancel := context.WithCancel(r.ctx)
	defer cancel()
	changed := make(chan struct{}, 1)
	if c.Wait {
		go w.Library.Watch(ctx, func(library.Changes) {
			select {
			case changed <- struct{}{}:
			default:
			}
		})
	}
	told := map[string]bool{}
	for {
		if err := w.Studio.Drain(r.ctx); err != nil {
			return nil, err
		}
		others, err := w.Elsewhere(r.ctx)
		if err != nil {
			return nil, err
		}
		show.elsewhere(r, others, told)
		if len(others) == 0 {
			break
		}
		if !c.Wait {
			if !c.JSON {
				_, _ = fmt.Fprintln(r.Stderr, "They continue there. Use `conch resume --wait` to wait for them.")
			}
			return nil, nil
		}
		select {
		case <-changed:
		case <-time.After(lookAgain):
		case <-r.ctx.Done():
			return nil, context.Cause(r.ctx)
		}
	}
	mine := show.moved()
	for id := range told {
		if !slices.Contains(mine, id) { // else it was taken over meanwhile
			waitedFor = append(waitedFor, id)
		}
	}
	slices.Sort(waitedFor) // by when they were begun: ids are UUIDv7
	return waitedFor, nil
}

// elsewhere names the runs that other processes have, each once, and who has them.
func (p *progress) elsewhere(r *run, others []engine.Elsewhere, told map[string]bool) {
	var last string
	for _, o := range others {
		g := o.Generation
		if told[g.ID] {
			continue
		}
		told[g.ID] = true
		if p.lines {
			_ = writeLine(p.out, line{Event: "elsewhere", ID: g.ID, PredictionID: g.PredictionID, State: string(g.State), Process: o.Process, Window: o.Window})
			continue
		}
		if who := whoHas(o); who != last {
			_, _ = fmt.Fprintf(r.Stderr, "%s is working on:\n", who)
			last = who
		}
		_, _ = fmt.Fprintf(r.Stderr, "  %s  %s: %s\n", g.ID, words[g.State], p.title(g.ID, 60))
	}
}

func whoHas(o engine.Elsewhere) string {
	switch {
	case o.Window:
		return fmt.Sprintf("The Conch window (process %d)", o.Process)
	case o.Process > 0:
		return fmt.Sprintf("Another conch command (process %d)", o.Process)
	}
	return "Another Conch"
}

type adoptCmd struct {
	PredictionID string `arg:"" help:"The prediction ID, as shown in your Atlas Cloud history."`
	For          string `placeholder:"ID" help:"The uncertain run that this prediction belongs to."`
	JSON         bool   `name:"json" help:"Print one JSON object per line."`
}

// Run takes in a run, waits for it and keeps its video.
func (c *adoptCmd) Run(r *run) error {
	show := newProgress(r, c.JSON)
	return r.atWork(show, engine.Options{}, func(w *work) error {
		var g generation.Generation
		var err error
		if c.For != "" {
			g, err = w.Studio.Resolve(r.ctx, c.For, c.PredictionID)
		} else {
			g, err = w.Studio.Adopt(r.ctx, c.PredictionID)
		}
		if err != nil {
			return show.finish(r, w, g, err)
		}
		return show.follow(r, w, g)
	})
}

type retryCmd struct {
	ID   string `arg:"" help:"The run ID."`
	JSON bool   `name:"json" help:"Print one JSON object per line."`
}

// Run downloads the video of a finished run again, or goes on with a run that was given up.
func (c *retryCmd) Run(r *run) error {
	show := newProgress(r, c.JSON)
	return r.atWork(show, engine.Options{}, func(w *work) error {
		g, err := w.Studio.TakeUp(r.ctx, c.ID)
		if err != nil {
			return show.finish(r, w, g, err)
		}
		return show.follow(r, w, g)
	})
}

type cancelCmd struct {
	ID     string `arg:"" help:"The run ID."`
	GiveUp bool   `help:"Also stop waiting for a submitted run. It is still billed, and its prediction ID is kept."`
}

// Run ends a generation as far as that is possible.
func (c *cancelCmd) Run(r *run) error {
	return r.atWork(newProgress(r, false), engine.Options{}, func(w *work) error {
		g, err := w.Library.Generation(r.ctx, c.ID)
		if err != nil {
			return err
		}
		if end := w.Studio.Cancel; !c.GiveUp || g.State == generation.Waiting || g.State == generation.Uploading {
			g, err = end(r.ctx, c.ID)
		} else {
			g, err = w.Studio.GiveUp(r.ctx, c.ID)
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(r.Stdout, g.Fault.Message)
		return err
	})
}
