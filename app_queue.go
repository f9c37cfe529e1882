package main

import (
	"context"

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
		if err := e.Studio.Cancel(ctx, id); err != nil {
			return generation.Generation{}, err
		}
		return e.Library.Generation(ctx, id)
	})
}

// RetryDownload takes up the keeping of a finished run again.
func (a *App) RetryDownload(id string) (generation.Generation, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (generation.Generation, error) {
		if err := e.Studio.RetryDownload(ctx, id); err != nil {
			return generation.Generation{}, err
		}
		return e.Library.Generation(ctx, id)
	})
}

// Dismiss takes an ended run out of the queue view.
func (a *App) Dismiss(id string) (generation.Generation, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (generation.Generation, error) {
		return e.Library.Dismiss(ctx, id)
	})
}
