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
	if g.State == generation.Submitting {
		// Its owner died between the request and the answer: nobody may send it again.
		g.State, g.Fault = generation.Uncertain, fault.ToWire(fault.New("submit_uncertain", nil))
		if _, err := s.Store.Save(ctx, s.Owner, g); err != nil {
			s.Log.Warn("uncertain generation not recorded", "id", g.ID, "error", err)
		}
		return
	}
	if g.State == generation.Downloading {
		g.State = generation.Processing // taken over: the addresses of the outputs may have changed or expired
	}
	for !g.State.Ended() && g.State != generation.Uncertain {
		err := s.next(ctx, &g)
		switch {
		case err == nil:
		case errors.Is(err, ErrLost):
			return
		case errors.Is(err, ErrCanceled), errors.Is(context.Cause(ctx), ErrCanceled) && beforeSubmit(g.State):
			if err := s.endCanceled(context.WithoutCancel(ctx), &g); err != nil {
				s.Log.Warn("cancel not recorded", "id", g.ID, "error", err)
			}
			return
		case ctx.Err() != nil:
			return
		default:
			// The library could not be written: what happened is safe at the service or not begun. Try later.
			s.Log.Error("generation held up", "id", g.ID, "state", g.State, "error", err)
			if wait(ctx, heartbeat) != nil {
				return
			}
		}
	}
	if g.State == generation.Done && g.Charged == nil {
		s.settle(g)
	}
}

func beforeSubmit(state generation.State) bool {
	return state == generation.Waiting || state == generation.Uploading
}

// next is the one place that decides what happens next. Each step records what it changed; its error means
// that nothing could be recorded, or that ctx ended.
func (s *Studio) next(ctx context.Context, g *generation.Generation) error {
	switch g.State {
	case generation.Waiting, generation.Uploading:
		return s.upload(ctx, g)
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
	s.OnStage(generation.Stage{ID: g.ID, State: g.State})
	return nil
}

// fail ends a generation with the reason a person reads.
func (s *Studio) fail(ctx context.Context, g *generation.Generation, cause error) error {
	s.Log.Info("generation failed", "id", g.ID, "state", g.State, "error", cause)
	g.State, g.Fault, g.EndedAt = generation.Failed, fault.ToWire(cause), time.Now().UnixMilli()
	return s.save(ctx, g)
}

func (s *Studio) endCanceled(ctx context.Context, g *generation.Generation) error {
	g.State, g.Fault, g.EndedAt = generation.Canceled, fault.ToWire(fault.New("canceled", nil)), time.Now().UnixMilli()
	return s.save(ctx, g)
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
