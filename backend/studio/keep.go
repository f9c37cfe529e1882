package studio

import (
	"context"
	"time"

	"conch/backend/fault"
	"conch/backend/generation"
)

// keep brings every output home, each as what it is, then records videos and end in one transaction. One that can't be
// kept now keeps back none of the others.
func (s *Studio) keep(ctx context.Context, g *generation.Generation) error {
	if s.refreshes(g.ID) > 0 {
		if err := s.readdress(ctx, g); err != nil || g.State != generation.Downloading {
			return err
		}
	}
	var videos []generation.Video
	var failed error
	g.Videos, g.Files = nil, nil
	for i := range g.Outputs {
		kept, err := s.Keeper.Keep(ctx, *g, i, s.meter(g).tell)
		switch {
		case ctx.Err() != nil && err != nil:
			return context.Cause(ctx)
		case err != nil && failed == nil:
			failed = err
		case kept.Video != nil:
			videos = append(videos, *kept.Video)
			g.Videos = append(g.Videos, kept.Video.ID)
		case kept.File != nil:
			g.Files = append(g.Files, *kept.File)
		}
	}
	if failed != nil {
		return s.notKept(ctx, g, failed)
	}
	done := *g
	done.State, done.Fault, done.EndedAt = generation.Done, nil, time.Now().UnixMilli()
	stored, err := s.Store.Finish(ctx, s.Owner, done, videos)
	if err != nil {
		return err
	}
	*g = stored
	s.log(*g)
	s.write(*g)
	s.say(generation.Stage{ID: g.ID, State: g.State})
	return nil
}

// elsewhere are the troubles of keeping an output that lie at its address: other addresses, or the same a little later,
// may mend them. A storage may answer 404 or 403 until a file has reached all of it, or send a page of its own.
var elsewhere = map[string]bool{"output_expired": true, "output_text": true, "output_incomplete": true, "output_address": true}

// outputsKept is the longest that the service keeps an output; see API.md.
const outputsKept = 14 * 24 * time.Hour

// notKept decides about an output that could not be kept. What was paid for is waited for: a disk or a network until
// somebody mends it, an address by asking for it anew, with ever longer pauses. Only where the service keeps nothing any
// more is it over.
func (s *Studio) notKept(ctx context.Context, g *generation.Generation, cause error) error {
	if !fault.Is(cause, fault.NotKept) {
		cause = fault.Wrap(cause, "output_unreachable", nil)
	}
	rule := fault.Of(cause).Rule
	if !elsewhere[rule] {
		return s.held(ctx, g, &hold{cause: cause, first: 15 * time.Second, most: 10 * time.Minute})
	}
	since := time.Since(time.UnixMilli(g.CompletedAt))
	s.mu.Lock()
	s.running[g.ID].refreshed++
	s.mu.Unlock()
	times := s.refreshes(g.ID)
	switch {
	case rule == "output_expired" && since > outputsKept && times > 1:
		return s.fail(ctx, g, cause)
	case since < s.fresh() || times == 1: // as long as this is usual, a person needn't hear of it
		return wait(ctx, jitter(s.Expected/20<<min(times-1, 4)))
	}
	return s.held(ctx, g, &hold{cause: cause, first: min(time.Hour, time.Minute<<min(times-1, 10)), most: time.Hour})
}

// refreshes is how often an address of a generation's outputs has led nowhere since it runs here.
func (s *Studio) refreshes(id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.running[id].refreshed
}

// readdress asks for the addresses of a run's outputs anew. Without an answer the old ones are tried again.
func (s *Studio) readdress(ctx context.Context, g *generation.Generation) error {
	if err := s.API.Turn(ctx, time.Time{}); err != nil {
		return err
	}
	p, err := s.API.Prediction(ctx, g.PredictionID)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err == nil && p.Settled && !p.Succeeded:
		return s.settled(ctx, g, p)
	case err == nil && p.Succeeded && len(p.Outputs) > 0:
		g.Outputs = p.Outputs
	}
	return nil
}

// fresh is how long after a run's end its files may still be on their way to where they are said to be.
func (s *Studio) fresh() time.Duration { return 3 * s.Expected }

// meter turns byte counts into stages, at most five a second, with a rate smoothed over seconds.
type meter struct {
	stage   generation.Stage
	say     func(generation.Stage)
	at      time.Time
	counted int64
}

const (
	stageEvery = 200 * time.Millisecond
	smoothing  = 0.3
)

func (s *Studio) meter(g *generation.Generation) *meter {
	return &meter{stage: generation.Stage{ID: g.ID, State: g.State}, say: s.say, at: time.Now()}
}

func (m *meter) tell(done, total int64) {
	now := time.Now()
	gap := now.Sub(m.at)
	last := total > 0 && done >= total
	if gap < stageEvery && !last {
		return
	}
	if gap > 0 {
		rate := float64(done-m.counted) / gap.Seconds()
		if m.stage.Rate == 0 || rate < 0 {
			m.stage.Rate = max(rate, 0)
		} else {
			m.stage.Rate += smoothing * (rate - m.stage.Rate)
		}
	}
	m.at, m.counted = now, done
	m.stage.Sent, m.stage.Total, m.stage.Left = done, total, 0
	if total > 0 && m.stage.Rate > 0 {
		m.stage.Left = float64(total-done) / m.stage.Rate
	}
	m.say(m.stage)
}
