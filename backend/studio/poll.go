package studio

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"conch/backend/fault"
	"conch/backend/generation"
)

// Patience with answers that say nothing of a run.
const (
	unknownFor = 30 * time.Second // a 404 means "not yet": the job exists before it can be read
	vanishFor  = 10 * time.Minute // a 404 may pass with an outage; then it is asked seldom
)

// overdueAfter is when a run that the service says nothing decisive of is told to the person: long past the longest.
func (s *Studio) overdueAfter(past Estimate) time.Duration { return max(45*s.Expected, 4*past.High) }

// poll asks for the prediction until it is settled. Whatever goes wrong on the way, a submitted run stays
// submitted: only the service's own word, or a person, ends it.
func (s *Studio) poll(ctx context.Context, g *generation.Generation) error {
	past, err := s.Store.Estimate(ctx, g.Service, g.Request.Model, g.Request.Duration())
	if err != nil {
		past = Estimate{}
	}
	s.say(generation.Stage{ID: g.ID, State: g.State, Estimate: past.Typical.Seconds()})
	if past.Typical == 0 {
		past = Estimate{Low: s.Expected / 2, Typical: s.Expected, High: 2 * s.Expected}
	}
	// The wall clock only says how long it ran before; from here on the monotonic one counts, which never jumps.
	began, before := time.Now(), max(0, time.Since(time.UnixMilli(g.SubmittedAt)))
	var unknownSince, emptySince time.Time
	for troubles, asked := 0, 0; ; asked++ {
		elapsed := before + time.Since(began)
		pause := PollPause(elapsed, past)
		switch {
		case asked == 0 && (g.CompletedAt > 0 || elapsed >= past.Low):
			pause = 0 // taken up after a while: it may be done, or was and only its addresses are asked for again
		case troubles > 0:
			pause = max(pause, retryPause(troubles))
		case !emptySince.IsZero():
			pause = jitter(s.Expected / 20)
		}
		if retryAfter, ok := s.API.RetryAfter(err); ok {
			pause = max(pause, retryAfter)
		}
		if err := s.API.Turn(ctx, time.Now().Add(pause)); err != nil {
			return err
		}
		var p Prediction
		p, err = s.API.Prediction(ctx, g.PredictionID)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		switch {
		case err == nil && p.Succeeded && len(p.Outputs) == 0:
			// Done, and its addresses are not there yet: they have been seen to come a little later.
			troubles, unknownSince = 0, time.Time{}
			if emptySince.IsZero() {
				emptySince = time.Now()
			}
			if time.Since(emptySince) >= s.fresh() || g.Fault != nil && g.Fault.Rule == "output_missing" {
				g.ServiceStatus, g.Answer = p.Status, p.Answer
				return s.held(ctx, g, &hold{cause: fault.New("output_missing", nil), first: time.Minute, most: time.Hour})
			}
		case err == nil && p.Settled:
			return s.settled(ctx, g, p)
		case err == nil && elapsed >= s.overdueAfter(past):
			g.ServiceStatus, g.Answer = p.Status, p.Answer
			cause := fault.New("run_overdue", fault.Args{"status": p.Status, "minutes": int(elapsed.Minutes())})
			return s.held(ctx, g, &hold{cause: cause, first: 5 * time.Minute, most: time.Hour})
		case err == nil:
			troubles, unknownSince = 0, time.Time{}
			if err := s.goesOn(ctx, g, p); err != nil {
				return err
			}
		case errors.Is(err, ErrUnknown), fault.Is(err, fault.Invalid):
			// The service took this run: that it doesn't know it now is trouble of its own, however long that lasts.
			if unknownSince.IsZero() {
				unknownSince = time.Now()
			}
			switch quiet := time.Since(unknownSince); {
			case quiet >= vanishFor:
				return s.held(ctx, g, &hold{cause: fault.Wrap(err, "run_vanished", nil), first: time.Minute, most: time.Hour})
			case quiet >= unknownFor:
				troubles++
				if err := s.trouble(ctx, g, fault.Wrap(err, "run_vanished", nil)); err != nil {
					return err
				}
			}
		case !fault.Is(err, fault.Unreachable) && !fault.Is(err, fault.Limited):
			// A refusal, such as of the key, stays one however often it is asked for.
			return s.held(ctx, g, &hold{cause: err})
		default:
			troubles++
			if err := s.trouble(ctx, g, err); err != nil {
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

// settled records the service's verdict.
func (s *Studio) settled(ctx context.Context, g *generation.Generation, p Prediction) error {
	g.ServiceStatus, g.Answer, g.Outputs, g.PredictTime, g.Fault = p.Status, p.Answer, p.Outputs, p.PredictTime, nil
	if g.CompletedAt == 0 {
		g.CompletedAt = time.Now().UnixMilli()
		if ended := g.SubmittedAt + p.Took.Milliseconds(); p.Took > 0 && g.SubmittedAt > 0 {
			g.CompletedAt = min(g.CompletedAt, ended) // it may have been noticed hours later
		}
	}
	if p.Charged != nil {
		g.Charged = p.Charged
	}
	reason := fault.Args{"reason": p.Reason}
	switch {
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

// PollPause is how long to wait before asking again: seldom while a run can't be done yet, quickly while it is due,
// ever more slowly when it is long overdue. Half of the past runs ended on either side of the typical one: where they
// lie closer together, the questions do too.
func PollPause(elapsed time.Duration, past Estimate) time.Duration {
	const first, seldom, quick, slow, perHalf = 4 * time.Second, 20 * time.Second, 1500 * time.Millisecond, 10 * time.Minute, 5
	half := past.Typical - past.Low
	if elapsed >= past.Typical {
		half = past.High - past.Typical
	}
	step := min(quick, max(half/perHalf, past.Typical/50, 50*time.Millisecond)) // a simulator may be much faster than the service
	due, over := past.Low+step/2, past.High+max(past.High-past.Low, past.Typical/10)
	rest := max(seldom, past.Low/5)
	switch {
	case elapsed < first && first < due/2: // what fails, fails in the first seconds
		return first - elapsed + jitter(step/2)
	case elapsed < due-2*rest:
		return jitter(rest)
	case elapsed < due:
		return due - elapsed + jitter(step/4)
	case elapsed < over:
		return jitter(step)
	}
	return jitter(min(slow, max(step, (elapsed-past.Low)/20)))
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
			if s.API.Turn(ctx, time.Now().Add(pause)) != nil {
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

// pricesKept is how long the service can be asked about a run; between two such questions it is left in peace.
const (
	pricesKept = 14 * 24 * time.Hour
	pricePause = 5 * time.Second
)

// askPrices asks once what runs were charged that ended in processes which did not stay to hear it: commands.
func (s *Studio) askPrices(ctx context.Context) {
	all, err := s.Store.Uncharged(ctx, s.Service, time.Now().Add(-pricesKept).UnixMilli())
	if err != nil {
		s.Log.Warn("looking for runs without their charge", "error", err)
		return
	}
	for _, g := range all {
		if s.API.Turn(ctx, time.Now().Add(jitter(pricePause))) != nil {
			return
		}
		p, err := s.API.Prediction(ctx, g.PredictionID)
		switch {
		case err == nil && p.Charged != nil:
			if err := s.Store.Charge(ctx, g.ID, *p.Charged); err != nil {
				s.Log.Warn("charge not recorded", "id", g.ID, "error", err)
			}
		case err != nil && !errors.Is(err, ErrUnknown):
			return // no network, no key: the next start asks again
		}
	}
}
