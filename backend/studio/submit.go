package studio

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/cenkalti/backoff/v5"

	"conch/backend/fault"
	"conch/backend/generation"
)

// submitPatience bounds a submit that the end of the program may not interrupt.
const submitPatience = 90 * time.Second

// onlyTries is how often a studio that doesn't linger tries what was not sent before it says so.
const onlyTries = 3

// reprice asks what a run costs that was accepted while the service could not be asked, or long ago, and holds it while
// the budget has no room for that: a person raises the budget, or cancels it.
func (s *Studio) reprice(ctx context.Context, g *generation.Generation) error {
	if g.Price == nil || g.Price.Source != generation.FromQuote || time.Since(time.UnixMilli(g.CreatedAt)) > quoteHolds {
		if err := s.API.Turn(ctx, time.Time{}); err != nil {
			return err
		}
		price, told := s.API.Price(ctx, g.Request)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if told && (g.Price == nil || *g.Price != price) {
			g.Price = &price
			if err := s.save(ctx, g); err != nil {
				return err
			}
		}
	}
	err := s.Store.Affordable(ctx, *g, s.Budget())
	if fault.Is(err, fault.Balance) {
		return s.held(ctx, g, &hold{cause: err})
	}
	return err
}

// quoteHolds is how long a quote is believed between the acceptance of a run and its submit.
const quoteHolds = time.Minute

// upload sends the pictures, which costs nothing and may be repeated, then submits.
func (s *Studio) upload(ctx context.Context, g *generation.Generation) error {
	if err := s.reprice(ctx, g); err != nil {
		return err
	}
	for _, field := range slices.Sorted(maps.Keys(g.Request.Pictures)) {
		if g.Uploaded[field] != "" {
			continue
		}
		if err := s.API.Turn(ctx, time.Time{}); err != nil {
			return err
		}
		if g.State != generation.Uploading {
			g.State = generation.Uploading
			if err := s.save(ctx, g); err != nil {
				return err
			}
		}
		address, err := s.API.Upload(ctx, g.Request.Pictures[field], s.meter(g).tell)
		if err != nil {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			return s.notSent(ctx, g, err)
		}
		if g.Uploaded == nil {
			g.Uploaded = map[string]string{}
		}
		g.Uploaded[field] = address
		if err := s.save(ctx, g); err != nil {
			return err
		}
	}
	return s.submit(ctx, g)
}

// submit is the step that costs money. It is recorded in both books before it is sent, sent once, and not interrupted.
func (s *Studio) submit(ctx context.Context, g *generation.Generation) error {
	if err := s.API.Turn(ctx, time.Time{}); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	before := *g
	g.State, g.SubmittedAt, g.Attempt, g.Fault = generation.Submitting, time.Now().UnixMilli(), g.Attempt+1, nil
	if err := s.save(ctx, g); err != nil {
		*g = before
		return err
	}
	record := context.WithoutCancel(ctx)
	if err := s.Journal.Append(*g); err != nil { // without the second book nothing is sent
		g.State, g.SubmittedAt = generation.Waiting, 0
		return errors.Join(err, s.answered(record, g))
	}
	params := maps.Clone(g.Request.Params)
	maps.Copy(params, anyValues(g.Uploaded))
	whole, cancel := context.WithTimeout(record, submitPatience)
	defer cancel()
	receipt, err := s.API.Submit(whole, g.Request.Model, params)
	switch code := fault.CodeOf(err); {
	case err == nil:
		g.State, g.PredictionID, g.ServiceStatus, g.Answer = generation.Processing, receipt.PredictionID, receipt.Status, receipt.Answer
		return s.answered(record, g)
	case code == fault.Unreachable, code == fault.Limited:
		g.State, g.SubmittedAt = generation.Waiting, 0
		if err := s.answered(record, g); err != nil {
			return err
		}
		return s.notSent(ctx, g, err)
	case code == fault.Invalid, code == fault.Key, code == fault.Balance, code == fault.Vault:
		g.SubmittedAt, g.State, g.Fault, g.EndedAt = 0, generation.Failed, fault.ToWire(err), time.Now().UnixMilli()
		return s.answered(record, g)
	}
	if !fault.Is(err, fault.Uncertain) {
		err = fault.Wrap(err, "submit_uncertain", nil)
	}
	g.State, g.Fault = generation.Uncertain, fault.ToWire(err)
	return s.answered(record, g)
}

// answered puts what became of a submit into both books. It keeps trying: the prediction's id must not be lost because
// the disk was full for a moment. Should the process die meanwhile, its successor finds it in the journal, or says uncertain.
func (s *Studio) answered(ctx context.Context, g *generation.Generation) (err error) {
	pace := backoff.NewExponentialBackOff()
	written := s.Journal.Append(*g)
	for range 20 {
		if written != nil {
			written = s.Journal.Append(*g)
		}
		if err = s.save(ctx, g); err == nil {
			return nil
		}
		if repeated(g, err) {
			written = s.Journal.Append(*g)
			continue
		}
		if errors.Is(err, ErrLost) { // taken over while the answer was on its way, but it is still the answer
			var stored generation.Generation
			if stored, err = s.Store.Receive(ctx, s.Owner, *g); err == nil {
				*g = stored
				return nil
			}
			if errors.Is(err, ErrLost) {
				return err
			}
		}
		s.Log.Error("result of a submit not recorded yet", "id", g.ID, "prediction", g.PredictionID, "error", errors.Join(err, written))
		if wait(ctx, pace.NextBackOff()) != nil {
			break
		}
	}
	return err
}

// repeated makes a generation uncertain whose answer named a prediction that another run here already is: the service
// repeated itself, or a cache did, and nobody can tell what became of this submit.
func repeated(g *generation.Generation, err error) bool {
	if fault.Of(err).Rule != "prediction_taken" {
		return false
	}
	cause := fault.New("prediction_repeated", fault.Args{"id": g.PredictionID})
	g.State, g.PredictionID, g.Fault = generation.Uncertain, "", fault.ToWire(cause)
	return true
}

// notSent decides about a request that never got through: refusals end it, everything else waits and tries again.
func (s *Studio) notSent(ctx context.Context, g *generation.Generation, cause error) error {
	code := fault.CodeOf(cause)
	if code != fault.Unreachable && code != fault.Limited {
		return s.fail(ctx, g, cause)
	}
	s.mu.Lock()
	s.running[g.ID].tries++
	tries := s.running[g.ID].tries
	s.mu.Unlock()
	if !s.Lingers && code == fault.Unreachable && tries >= onlyTries {
		return s.fail(ctx, g, cause)
	}
	pause := retryPause(tries)
	if asked, ok := s.API.RetryAfter(cause); ok {
		pause = asked
	}
	if err := s.trouble(ctx, g, cause); err != nil {
		return err
	}
	t := time.NewTimer(pause)
	defer t.Stop()
	return nudgedOr(ctx, s.nudge(), t.C)
}

// retryPause grows from two seconds to a minute.
func retryPause(tries int) time.Duration {
	const first, longest = 2 * time.Second, time.Minute
	return jitter(min(longest, first<<min(tries-1, 5)))
}

func anyValues(m map[string]string) map[string]any {
	all := make(map[string]any, len(m))
	for k, v := range m {
		all[k] = v
	}
	return all
}
