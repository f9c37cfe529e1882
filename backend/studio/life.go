package studio

import (
	"context"
	"errors"
	"time"

	"conch/backend/fault"
	"conch/backend/generation"
)

// live runs steps until the generation ends here or somebody else has it.
func (s *Studio) live(ctx context.Context, g generation.Generation) {
	for troubles := 0; !g.State.Ended() && g.State != generation.Uncertain; {
		nudged := s.nudge() // taken before the step: what mends while it fails is not missed
		err := s.next(ctx, &g)
		if err == nil {
			troubles = 0
			continue
		}
		if errors.Is(err, ErrLost) || errors.Is(err, ErrCanceled) || ctx.Err() != nil {
			return
		}
		troubles++
		var held *hold
		known := errors.As(err, &held)
		if !known {
			// The library could not be written: what happened is safe at the service, in the journal, or not begun.
			s.Log.Error("generation held up", "id", g.ID, "state", g.State, "error", err)
			held = &hold{cause: err, first: heartbeat, most: time.Minute}
			if troubles == 1 {
				s.OnTrouble(err)
			}
		}
		if !s.Lingers && (known || troubles >= onlyTries) {
			return
		}
		if s.holdOn(ctx, g, held, troubles, nudged) != nil {
			return
		}
	}
	if g.State == generation.Done && g.Charged == nil {
		s.settle(g)
	}
}

// hold says why a generation can't go on now. It is tried again when something outside changes, and after a pause
// that doubles from first to most; without one only then.
type hold struct {
	cause       error
	first, most time.Duration
}

func (h *hold) Error() string { return h.cause.Error() }
func (h *hold) Unwrap() error { return h.cause }

// holdOn waits until a held generation may be tried again.
func (s *Studio) holdOn(ctx context.Context, g generation.Generation, h *hold, times int, nudged <-chan struct{}) error {
	var pause <-chan time.Time
	if h.first > 0 {
		t := time.NewTimer(jitter(min(h.most, h.first<<min(times-1, 10))))
		defer t.Stop()
		pause = t.C
	}
	s.mu.Lock()
	s.running[g.ID].held = true
	s.mu.Unlock()
	s.awaken() // its place is free
	defer func() {
		s.mu.Lock()
		s.running[g.ID].held = false
		s.mu.Unlock()
	}()
	return nudgedOr(ctx, nudged, pause)
}

// nudgedOr waits for a nudge from outside or for the end of a pause; a nil pause has none.
func nudgedOr(ctx context.Context, nudged <-chan struct{}, pause <-chan time.Time) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-nudged:
	case <-pause:
	}
	return nil
}

func (s *Studio) nudge() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.nudged
}

// held records why a generation can't go on, for the person to see, and gives the hold.
func (s *Studio) held(ctx context.Context, g *generation.Generation, h *hold) error {
	if err := s.trouble(ctx, g, h.cause); err != nil {
		return err
	}
	return h
}

// next is the one place that decides what happens next. Each step records what it changed; its error is a hold, or
// says that nothing could be recorded, or that ctx ended.
func (s *Studio) next(ctx context.Context, g *generation.Generation) error {
	switch g.State {
	case generation.Waiting, generation.Uploading:
		return s.upload(ctx, g)
	case generation.Submitting:
		return s.cutOff(ctx, g)
	case generation.Processing:
		return s.poll(ctx, g)
	case generation.Downloading:
		return s.keep(ctx, g)
	}
	return errors.New("studio: no step for state " + string(g.State))
}

// save records and takes over the stored form.
func (s *Studio) save(ctx context.Context, g *generation.Generation) error {
	stored, err := s.Store.Save(ctx, s.Owner, *g)
	if err != nil {
		return err
	}
	*g = stored
	s.log(*g)
	s.say(generation.Stage{ID: g.ID, State: g.State})
	return nil
}

// log tells a step without the person's words.
func (s *Studio) log(g generation.Generation) {
	rule := ""
	if g.Fault != nil {
		rule = g.Fault.Rule
	}
	s.Log.Info("generation", "id", g.ID, "state", g.State, "model", g.Request.Model, "attempt", g.Attempt, "prediction", g.PredictionID, "fault", rule)
}

// trouble shows once why there is no progress; ended troubles are cleared by whoever makes progress.
func (s *Studio) trouble(ctx context.Context, g *generation.Generation, cause error) error {
	w := fault.ToWire(cause)
	if g.Fault != nil && g.Fault.Rule == w.Rule {
		return nil
	}
	g.Fault = w
	return s.save(ctx, g)
}

// fail ends a generation with the reason a person reads.
func (s *Studio) fail(ctx context.Context, g *generation.Generation, cause error) error {
	s.Log.Info("generation failed", "id", g.ID, "state", g.State, "error", cause)
	g.State, g.Fault, g.EndedAt = generation.Failed, fault.ToWire(cause), time.Now().UnixMilli()
	if err := s.save(ctx, g); err != nil {
		return err
	}
	s.write(*g)
	return nil
}

// write puts an end into the journal; the store has it already, so that a failure here loses nothing.
func (s *Studio) write(g generation.Generation) {
	if g.Attempt == 0 && !g.Adopted {
		return // never sent: there is nothing to account for
	}
	if err := s.Journal.Append(g); err != nil {
		s.Log.Warn("end not written to the journal", "id", g.ID, "error", err)
	}
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}
