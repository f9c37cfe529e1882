package studio

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"conch/backend/fault"
	"conch/backend/generation"
)

// unknownFor is how long a 404 is believed to mean "not yet": the job exists before it can be read.
const unknownFor = 30 * time.Second

// poll asks for the prediction until it is settled. Whatever goes wrong on the way, a submitted run stays
// submitted: only the service's own word ends it.
func (s *Studio) poll(ctx context.Context, g *generation.Generation) error {
	expected, err := s.Store.Estimate(ctx, g.Service, g.Request.Model, fmt.Sprint(g.Request.Params["duration"]))
	if err != nil {
		expected = 0
	}
	s.OnStage(generation.Stage{ID: g.ID, State: g.State, Estimate: expected})
	likely := s.Expected
	if expected > 0 {
		likely = time.Duration(expected * float64(time.Second))
	}
	var unknownSince time.Time
	for troubles := 0; ; {
		elapsed := time.Since(time.UnixMilli(g.SubmittedAt))
		pause := PollPause(elapsed, likely)
		if troubles > 0 {
			pause = max(pause, retryPause(troubles))
		}
		if asked, ok := s.API.RetryAfter(err); ok {
			pause = max(pause, asked)
		}
		if err := wait(ctx, pause); err != nil {
			return err
		}
		var p Prediction
		p, err = s.API.Prediction(ctx, g.PredictionID)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		switch {
		case err == nil && p.Settled:
			return s.settled(ctx, g, p)
		case err == nil:
			troubles, unknownSince = 0, time.Time{}
			if err := s.goesOn(ctx, g, p); err != nil {
				return err
			}
		case errors.Is(err, ErrUnknown):
			if unknownSince.IsZero() {
				unknownSince = time.Now()
			}
			if time.Since(unknownSince) >= unknownFor {
				return s.fail(ctx, g, fault.Wrap(err, "run_vanished", nil))
			}
		default:
			troubles++
			if err := s.troubled(ctx, g, err); err != nil {
				return err
			}
		}
	}
}

// goesOn records a new status word and that an earlier trouble is over; an unchanged answer costs no write.
func (s *Studio) goesOn(ctx context.Context, g *generation.Generation, p Prediction) error {
	if g.ServiceStatus == p.Status && g.Fault == nil {
		return nil
	}
	g.ServiceStatus, g.Answer, g.Fault = p.Status, p.Answer, nil
	return s.save(ctx, g)
}

// troubled shows once why there is no news.
func (s *Studio) troubled(ctx context.Context, g *generation.Generation, cause error) error {
	if w := fault.ToWire(cause); g.Fault == nil || g.Fault.Rule != w.Rule {
		g.Fault = w
		return s.save(ctx, g)
	}
	return nil
}

// settled records the service's verdict.
func (s *Studio) settled(ctx context.Context, g *generation.Generation, p Prediction) error {
	g.ServiceStatus, g.Answer, g.Outputs, g.PredictTime, g.Fault = p.Status, p.Answer, p.Outputs, p.PredictTime, nil
	if g.CompletedAt == 0 {
		g.CompletedAt = time.Now().UnixMilli()
	}
	if p.Charged != nil {
		g.Charged = p.Charged
	}
	reason := fault.Args{"reason": p.Reason}
	switch {
	case p.Succeeded && len(p.Outputs) == 0:
		return s.fail(ctx, g, fault.New("output_missing", nil))
	case p.Succeeded:
		g.State = generation.Downloading
		return s.save(ctx, g)
	case p.Canceled:
		return s.fail(ctx, g, fault.New("run_canceled", nil))
	case p.Moderated:
		return s.fail(ctx, g, fault.New("run_moderated", reason))
	default:
		return s.fail(ctx, g, fault.New("run_failed", reason))
	}
}

// PollPause is how long to wait before asking again: seldom while a run can't be done yet, every two seconds
// when it is due, ever more slowly when it is long overdue.
func PollPause(elapsed, expected time.Duration) time.Duration {
	const slow, overdue, forgotten = 10 * time.Second, 15 * time.Second, 2 * time.Minute
	quick := min(2*time.Second, max(expected/10, 100*time.Millisecond)) // a simulator may be much faster than the service
	due := expected * 7 / 10
	switch {
	case elapsed < due:
		return jitter(max(quick, min(slow, (due-elapsed)/2)))
	case elapsed < 3*expected:
		return jitter(quick)
	case elapsed < time.Hour:
		return jitter(overdue)
	}
	return jitter(forgotten)
}

// jitter keeps many clients from asking in step.
func jitter(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (0.9 + 0.2*rand.Float64()))
}

// settleAfter are the waits between the questions for a price that comes late.
var settleAfter = []time.Duration{3 * time.Second, 15 * time.Second, time.Minute, 5 * time.Minute, 20 * time.Minute}

// settle asks for a while what was really charged. The generation is done: nothing waits for this.
func (s *Studio) settle(g generation.Generation) {
	ctx := s.whole
	s.late.Go(func() {
		for _, pause := range settleAfter {
			if wait(ctx, pause) != nil {
				return
			}
			p, err := s.API.Prediction(ctx, g.PredictionID)
			if err != nil || p.Charged == nil {
				continue
			}
			if err := s.Store.Charge(ctx, g.ID, *p.Charged); err != nil {
				s.Log.Warn("charge not recorded", "id", g.ID, "error", err)
			}
			return
		}
	})
}
