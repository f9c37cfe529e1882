package main

import (
	"context"
	"strings"

	"conch/backend/engine"
	"conch/backend/generation"
	"conch/backend/library"
)

// queueLimit bounds what the queue view holds; older ended runs are found in the gallery.
const queueLimit = 500

// Generations lists what was not dismissed, newest first.
func (a *App) Generations() ([]generation.Generation, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) ([]generation.Generation, error) {
		return e.Library.Generations(ctx, library.GenerationsQuery{Active: true, Limit: queueLimit})
	})
}

// Generation gives one run with everything known about it.
func (a *App) Generation(id string) (generation.Generation, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (generation.Generation, error) {
		return e.Library.Generation(ctx, id)
	})
}

// Cancel stops a run that was not submitted yet.
func (a *App) Cancel(id string) (generation.Generation, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (generation.Generation, error) {
		return e.Studio.Cancel(ctx, id)
	})
}

// GiveUp stops waiting for a submitted run, or sets an uncertain one aside; what is billed stays billed.
func (a *App) GiveUp(id string) (generation.Generation, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (generation.Generation, error) {
		return e.Studio.GiveUp(ctx, id)
	})
}

// TakeUp goes on with a run that was given up, that vanished, or whose video could not be kept.
func (a *App) TakeUp(id string) (generation.Generation, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (generation.Generation, error) {
		return e.Studio.TakeUp(ctx, id)
	})
}

// Resolve says which prediction an uncertain run became.
func (a *App) Resolve(id, prediction string) (generation.Generation, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (generation.Generation, error) {
		return e.Studio.Resolve(ctx, id, strings.TrimSpace(prediction))
	})
}

// Resubmit sends an uncertain run once more; it is billed.
func (a *App) Resubmit(id string) (generation.Generation, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (generation.Generation, error) { return e.Resubmit(ctx, id) })
}

// Adopt takes in a run made elsewhere, by its prediction id.
func (a *App) Adopt(prediction string) (generation.Generation, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (generation.Generation, error) {
		return e.Studio.Adopt(ctx, strings.TrimSpace(prediction))
	})
}

// Stages gives the latest stage of each run at work here, for a page that was loaded after they were told.
func (a *App) Stages() ([]generation.Stage, error) {
	return with(a, func(_ context.Context, e *engine.Engine) ([]generation.Stage, error) { return e.Studio.Stages(), nil })
}

// Reconnect tries at once what waits for the network: the page saw it come back, or a person pressed the button.
func (a *App) Reconnect() error {
	_, err := with(a, func(_ context.Context, e *engine.Engine) (struct{}, error) { e.Reconnect(); return struct{}{}, nil })
	return err
}

// Dismiss takes an ended run out of the queue view.
func (a *App) Dismiss(id string) (generation.Generation, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (generation.Generation, error) {
		return e.Library.Dismiss(ctx, id)
	})
}

// Undismiss puts a run that was dismissed into the queue view again.
func (a *App) Undismiss(id string) (generation.Generation, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (generation.Generation, error) {
		return e.Library.Undismiss(ctx, id)
	})
}
