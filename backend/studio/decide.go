package studio

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"conch/backend/fault"
	"conch/backend/generation"
)

func notNow(g *generation.Generation) error {
	return fault.New("not_now", fault.Args{"state": string(g.State)})
}

// Cancel stops a generation that was not submitted yet: nothing is sent. Faults: too_late_to_cancel, not_now, not_found_generation.
func (s *Studio) Cancel(ctx context.Context, id string) (generation.Generation, error) {
	return s.end(ctx, id, func(g *generation.Generation) error {
		switch {
		case g.State.Ended():
			return notNow(g)
		case g.State != generation.Waiting && g.State != generation.Uploading:
			return fault.New("too_late_to_cancel", nil)
		}
		g.Fault = fault.ToWire(fault.New("canceled", nil))
		return nil
	})
}

// GiveUp stops waiting for a run that the service has, or sets one aside whose answer was lost. A billed one is billed
// all the same; its id is kept, and TakeUp goes on with it. Faults: not_now, not_found_generation.
func (s *Studio) GiveUp(ctx context.Context, id string) (generation.Generation, error) {
	g, err := s.end(ctx, id, func(g *generation.Generation) error {
		switch g.State {
		case generation.Processing, generation.Downloading:
			g.Fault = fault.ToWire(fault.New("given_up", nil))
		case generation.Uncertain:
			g.Fault = fault.ToWire(fault.New("set_aside", nil))
		default:
			return notNow(g)
		}
		return nil
	})
	if err == nil {
		s.write(g)
	}
	return g, err
}

// end records an end that a person wants, whoever owns the generation, and stops it where it runs here. Elsewhere its
// owner learns of it with its next step.
func (s *Studio) end(ctx context.Context, id string, allowed func(*generation.Generation) error) (generation.Generation, error) {
	g, err := s.Store.Decide(ctx, id, "", func(g *generation.Generation) error {
		if err := allowed(g); err != nil {
			return err
		}
		g.State, g.EndedAt = generation.Canceled, time.Now().UnixMilli()
		return nil
	})
	if err != nil {
		return g, err
	}
	s.mu.Lock()
	var kept []generation.Generation
	for _, q := range s.queue {
		if q.ID != id {
			kept = append(kept, q)
		}
	}
	s.queue = kept
	if j := s.running[id]; j != nil {
		j.cancel(ErrCanceled)
	}
	s.mu.Unlock()
	_, err = s.Wait(ctx, id)
	return g, err
}

// TakeUp goes on with a run that was given up, that the service no longer knew, or whose video could not be kept.
// Faults: not_now, not_found_generation.
func (s *Studio) TakeUp(ctx context.Context, id string) (generation.Generation, error) {
	return s.reopen(ctx, id, func(g *generation.Generation) error {
		again := g.State == generation.Canceled || g.State == generation.Failed && g.Fault != nil && (g.Fault.Code == fault.NotKept || g.Fault.Rule == "run_vanished")
		if g.PredictionID == "" || !again {
			return notNow(g)
		}
		// The service is asked again: the addresses of the outputs expire.
		g.State, g.Outputs = generation.Processing, nil
		return nil
	})
}

// Resolve says which prediction an uncertain generation became, also one that was set aside: it goes on with that one.
// The service is asked first.
// Faults: not_found_prediction, prediction_taken, not_now, and the service's.
func (s *Studio) Resolve(ctx context.Context, id, prediction string) (generation.Generation, error) {
	if _, err := s.lookUp(ctx, prediction); err != nil {
		return generation.Generation{}, err
	}
	g, err := s.reopen(ctx, id, func(g *generation.Generation) error {
		aside := g.State == generation.Canceled && g.Fault != nil && g.Fault.Rule == "set_aside"
		if g.State != generation.Uncertain && !aside {
			return notNow(g)
		}
		g.State, g.PredictionID = generation.Processing, prediction
		return nil
	})
	if err == nil {
		s.write(g)
	}
	return g, err
}

// Resubmit sends an uncertain generation once more, as a person decided: it is billed again if the first was.
// Faults: not_now, not_found_generation.
func (s *Studio) Resubmit(ctx context.Context, id string) (generation.Generation, error) {
	return s.reopen(ctx, id, func(g *generation.Generation) error {
		if g.State != generation.Uncertain {
			return notNow(g)
		}
		g.State, g.SubmittedAt, g.Uploaded = generation.Waiting, 0, nil // uploads are temporary
		return nil
	})
}

func (s *Studio) reopen(ctx context.Context, id string, change func(*generation.Generation) error) (generation.Generation, error) {
	if err := s.Store.Beat(ctx, s.Owner); err != nil {
		return generation.Generation{}, err
	}
	g, err := s.Store.Decide(ctx, id, s.Owner, func(g *generation.Generation) error {
		if err := change(g); err != nil {
			return err
		}
		g.Fault, g.EndedAt, g.Dismissed = nil, 0, false
		return nil
	})
	if err != nil {
		return g, err
	}
	s.enqueue(g)
	return g, nil
}

// Adopt takes in a run that was made elsewhere, or goes on with one that is known here, by its prediction id.
// Faults: not_found_prediction, and the service's.
func (s *Studio) Adopt(ctx context.Context, prediction string) (generation.Generation, error) {
	known, err := s.Store.Prediction(ctx, s.Service, prediction)
	if err == nil {
		if again, err := s.TakeUp(ctx, known.ID); err == nil || fault.Of(err).Rule != "not_now" {
			return again, err
		}
		return known, nil // it runs, or its video is kept
	}
	if !fault.Is(err, fault.NotFound) {
		return known, err
	}
	p, err := s.lookUp(ctx, prediction)
	if err != nil {
		return generation.Generation{}, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return generation.Generation{}, err
	}
	now := time.Now().UnixMilli()
	g := generation.Generation{
		ID: id.String(), Service: s.Service, State: generation.Processing, Adopted: true, PredictionID: prediction, ServiceStatus: p.Status, Answer: p.Answer,
		Request: generation.Request{Model: p.Model, Params: generation.Shallow(p.Input)}, CreatedAt: now, SubmittedAt: now,
	}
	if p.CreatedAt > 0 && p.CreatedAt < now {
		g.CreatedAt, g.SubmittedAt = p.CreatedAt, p.CreatedAt
	}
	g.Day = dayOf(time.UnixMilli(g.CreatedAt))
	if g.Request.Params == nil {
		g.Request.Params = map[string]any{}
	}
	all, err := s.create(ctx, []generation.Generation{g}, Budget{})
	if err != nil {
		return g, err
	}
	s.write(all[0])
	return all[0], nil
}

// lookUp asks the service about a prediction that a person named.
func (s *Studio) lookUp(ctx context.Context, prediction string) (Prediction, error) {
	if err := s.API.Ask(ctx); err != nil {
		return Prediction{}, err
	}
	p, err := s.API.Prediction(ctx, prediction)
	switch {
	case errors.Is(err, ErrUnknown):
		err = fault.Wrap(err, "not_found_prediction", fault.Args{"id": prediction})
	case fault.Is(err, fault.Unreachable):
		err = fault.Wrap(err, "lookup_unreachable", nil)
	}
	return p, err
}
