package command

import (
	"context"
	"fmt"

	"conch/backend/engine"
	"conch/backend/generation"
	"conch/backend/library"
)

type resumeCmd struct {
	JSON bool `name:"json" help:"One JSON object per line on stdout."`
}

// Run goes on with everything that no living process works on. Exit 7: something is uncertain and needs a person.
func (c *resumeCmd) Run(r *run) error {
	show := newProgress(r, c.JSON)
	return r.atWork(show, engine.Options{TakesOver: true}, func(w *work) error {
		interrupted := w.Studio.Drain(r.ctx)
		w.stop()
		ctx := context.WithoutCancel(r.ctx)
		var first error
		for _, id := range show.moved() {
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
			_, _ = fmt.Fprintf(r.Stderr, "conch: %d uncertain: may have been billed; see `conch list --state uncertain`, then `conch adopt --for ID PREDICTION_ID` or `conch cancel --give-up ID`\n", len(unsure))
			return &exit{exitUncertain}
		}
		return first
	})
}

type adoptCmd struct {
	PredictionID string `arg:"" help:"The prediction's id, as Atlas Cloud's history shows it."`
	For          string `placeholder:"ID" help:"The uncertain generation that this prediction is."`
	JSON         bool   `name:"json" help:"One JSON object per line on stdout."`
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
	ID   string `arg:"" help:"The generation's id."`
	JSON bool   `name:"json" help:"One JSON object per line on stdout."`
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
	ID     string `arg:"" help:"The generation's id."`
	GiveUp bool   `help:"Also stop waiting for a run that was submitted: it is billed all the same, its id is kept."`
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
