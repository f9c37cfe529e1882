package studio

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/cenkalti/backoff/v5"

	"conch/backend/fault"
	"conch/backend/generation"
)

// submitPatience bounds a submit that the end of the program may not interrupt.
const submitPatience = 90 * time.Second

// onlyTries is how often the command line tries what was not sent before it says so.
const onlyTries = 3

// upload sends the pictures, which costs nothing and may be repeated, then submits.
func (s *Studio) upload(ctx context.Context, g *generation.Generation) error {
	for _, field := range slices.Sorted(maps.Keys(g.Request.Pictures)) {
		if g.Uploaded[field] != "" {
			continue
		}
		if g.State != generation.Uploading {
			g.State = generation.Uploading
			if err := s.save(ctx, g); err != nil {
				return err
			}
		}
		meter := s.meter(g)
		address, err := s.API.Upload(ctx, g.Request.Pictures[field], meter.tell)
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

// submit is the step that costs money. It is recorded before it is sent, sent once, and not interrupted.
func (s *Studio) submit(ctx context.Context, g *generation.Generation) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	before := g.State
	g.State, g.SubmittedAt = generation.Submitting, time.Now().UnixMilli()
	if err := s.save(ctx, g); err != nil {
		g.State = before
		return err
	}
	params := maps.Clone(g.Request.Params)
	maps.Copy(params, anyValues(g.Uploaded))
	whole, cancel := context.WithTimeout(context.WithoutCancel(ctx), submitPatience)
	defer cancel()
	receipt, err := s.API.Submit(whole, g.Request.Model, params)
	record := context.WithoutCancel(ctx)
	switch code := fault.CodeOf(err); {
	case err == nil:
		g.State, g.PredictionID, g.ServiceStatus, g.Answer, g.Fault = generation.Processing, receipt.PredictionID, receipt.Status, receipt.Answer, nil
		return s.saveSurely(record, g)
	case code == fault.Unreachable, code == fault.Limited:
		g.State, g.SubmittedAt = generation.Waiting, 0
		if err := s.saveSurely(record, g); err != nil {
			return err
		}
		return s.notSent(ctx, g, err)
	case code == fault.Invalid, code == fault.Key, code == fault.Balance, code == fault.Vault:
		g.SubmittedAt = 0
		return s.fail(record, g, err)
	}
	if !fault.Is(err, fault.Uncertain) {
		err = fault.Wrap(err, "submit_uncertain", nil)
	}
	g.State, g.Fault = generation.Uncertain, fault.ToWire(err)
	return s.saveSurely(record, g)
}

// saveSurely keeps trying: the prediction's id must not be lost because the disk was full for a moment.
// Should the process die meanwhile, the record says submitting, and its successor makes it uncertain.
func (s *Studio) saveSurely(ctx context.Context, g *generation.Generation) (err error) {
	pace := backoff.NewExponentialBackOff()
	for range 20 {
		if err = s.save(ctx, g); err == nil {
			return nil
		}
		s.Log.Error("result of a submit not recorded yet", "id", g.ID, "prediction", g.PredictionID, "error", err)
		if wait(ctx, pace.NextBackOff()) != nil {
			break
		}
	}
	return err
}

// notSent decides about a request that never got through: refusals end it, everything else waits and tries again.
func (s *Studio) notSent(ctx context.Context, g *generation.Generation, cause error) error {
	code := fault.CodeOf(cause)
	if code != fault.Unreachable && code != fault.Limited {
		return s.fail(ctx, g, cause)
	}
	s.mu.Lock()
	s.tries[g.ID]++
	tries := s.tries[g.ID]
	s.mu.Unlock()
	if s.Only && code == fault.Unreachable && tries >= onlyTries {
		return s.fail(ctx, g, cause)
	}
	pause := retryPause(tries)
	if asked, ok := s.API.RetryAfter(cause); ok {
		pause = asked
	}
	g.Fault = fault.ToWire(cause)
	if err := s.save(ctx, g); err != nil {
		return err
	}
	if err := wait(ctx, pause); err != nil {
		return err
	}
	g.Fault = nil
	return nil
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
