package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"conch/backend/activity"
	"conch/backend/engine"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/library"
)

// work is an engine whose studio runs. stop ends the studio and waits for it: a submit on its way is not interrupted,
// its answer belongs into what is told.
type work struct {
	*engine.Engine
	stop func()
}

// silent is above every level: on stderr a command says sentences, and log lines only when it was asked for (CONCH_LOG=debug).
const silent = slog.LevelError + 1

// atWork opens an engine, lets its studio run while do does, and closes everything.
func (r *run) atWork(show *progress, o engine.Options, do func(*work) error) (err error) {
	defer show.end()
	show.lift(r)
	log := activity.Open(r.Places.Activity(), r.Getenv)
	defer func() { err = errors.Join(err, log.Close()) }()
	o.Log, o.Hide = slog.New(log.Beside(r.Stderr, silent)), log.Hide
	o.Places, o.Demo, o.Version, o.Env, o.Keychain, o.OnStage = r.Places, r.demo, r.Version, r.Getenv, r.Keychain, show.stage
	e, err := engine.Open(r.ctx, o)
	if err != nil {
		if show.lines {
			err = errors.Join(writeLine(r.Stdout, lastLine(generation.Generation{}, "", err)), err)
		}
		return err
	}
	r.sayRepaired(e.Repaired)
	show.name = func(id string) string {
		g, err := e.Library.Generation(context.WithoutCancel(r.ctx), id)
		if err != nil {
			return ""
		}
		return g.Request.Prompt()
	}
	ctx, cancel := context.WithCancel(r.ctx)
	var studio sync.WaitGroup
	var stopped error
	studio.Go(func() { stopped = e.Studio.Run(ctx) })
	stop := func() {
		cancel()
		studio.Wait()
	}
	err = do(&work{e, stop})
	stop()
	return errors.Join(err, stopped, e.Close())
}

// sayRepaired tells once that the library was made anew.
func (r *run) sayRepaired(how *library.Repaired) {
	if how != nil {
		_, _ = fmt.Fprintln(r.Stderr, "conch:", how.Fault().Sentence())
	}
}

// follow waits for generations of this process, tells how each ended, and gives the exit code of the first that did not end well.
func (p *progress) follow(r *run, w *work, all ...generation.Generation) error {
	var first error
	for _, g := range all {
		ended, err := w.Studio.Wait(r.ctx, g.ID)
		if err != nil {
			w.stop()
			if ended, err = w.Library.Generation(context.WithoutCancel(r.ctx), g.ID); err == nil {
				err = context.Cause(r.ctx)
			}
		}
		if told := p.finish(r, w, ended, err); first == nil {
			first = told
		}
	}
	return first
}

// finish tells how a generation ended, or why there is none, and gives its exit code as an error.
func (p *progress) finish(r *run, w *work, g generation.Generation, err error) error {
	path := ""
	switch {
	case err != nil:
	case g.Fault != nil:
		err = fault.FromWire(g.Fault)
	case g.State != generation.Done:
		err = fault.New("taken_over", nil) // this one was stopped for longer than a dead one is waited for
	case len(g.Videos) > 0:
		v, readErr := w.Library.Video(r.ctx, g.Videos[0])
		path, err = v.Path, readErr
	case len(g.Files) > 0:
		path = g.Files[0].Path
	}
	if p.lines {
		if err := writeLine(r.Stdout, lastLine(g, path, err)); err != nil {
			return err
		}
	}
	if err != nil {
		say(r, g, err)
		return &exit{exitOf(err)}
	}
	if !p.lines {
		_, err = fmt.Fprintln(r.Stdout, path)
	}
	return err
}
