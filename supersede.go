package main

import (
	"context"
	"sync"

	"conch/backend/engine"
	"conch/backend/fault"
)

// questions holds the latest of each kind that the page asks while a person types: who asks another ends the one before.
type questions struct {
	mu     sync.Mutex
	latest map[string]question
}

type question struct {
	text string
	ctx  context.Context
	end  context.CancelFunc
}

// ask gives a question its context: that of the latest when it is the same.
func (q *questions) ask(ctx context.Context, kind, text string) context.Context {
	q.mu.Lock()
	defer q.mu.Unlock()
	was, asked := q.latest[kind]
	if asked && was.text == text {
		return was.ctx
	}
	if asked {
		was.end()
	}
	if q.latest == nil {
		q.latest = map[string]question{}
	}
	ctx, end := context.WithCancel(ctx)
	q.latest[kind] = question{text, ctx, end}
	return ctx
}

// latest is with for a question that a later one of its kind, with another text, ends. Fault: superseded.
func latest[T any](a *App, kind, text string, do func(context.Context, *engine.Engine) (T, error)) (T, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (T, error) {
		ctx = a.asked.ask(ctx, kind, text)
		found, err := do(ctx, e)
		if err != nil && ctx.Err() != nil {
			err = fault.Wrap(err, "superseded", nil)
		}
		return found, err
	})
}
