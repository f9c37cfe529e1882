package studio

import (
	"context"
	"time"

	"conch/backend/fault"
	"conch/backend/generation"
)

// mends are the troubles of keeping a video that pass by themselves or by a person's hand: a network, a disk, a drive.
var mends = map[string]bool{"output_unreachable": true, "output_incomplete": true, "disk_full": true, "folder_read_only": true, "folder_missing": true, "folder_gone": true}

// keep brings every output home, then records videos and end in one transaction.
func (s *Studio) keep(ctx context.Context, g *generation.Generation) error {
	var videos []generation.Video
	g.Videos = nil
	for i := range g.Outputs {
		v, err := s.Keeper.Keep(ctx, *g, i, s.meter(g).tell)
		if err != nil {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			return s.notKept(ctx, g, err)
		}
		videos = append(videos, v)
		g.Videos = append(g.Videos, v.ID)
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

// notKept decides about a video that could not be kept: what can pass is waited for, expired addresses are asked for
// again once, the rest is for a person.
func (s *Studio) notKept(ctx context.Context, g *generation.Generation, cause error) error {
	if !fault.Is(cause, fault.NotKept) {
		cause = fault.Wrap(cause, "output_unreachable", nil)
	}
	rule := fault.Of(cause).Rule
	if mends[rule] {
		return s.held(ctx, g, &hold{cause: cause, first: 15 * time.Second, most: 10 * time.Minute})
	}
	s.mu.Lock()
	job := s.running[g.ID]
	again := rule == "output_expired" && !job.refreshed
	job.refreshed = true
	s.mu.Unlock()
	if again {
		g.State, g.Outputs, g.Videos = generation.Processing, nil, nil
		return s.save(ctx, g)
	}
	return s.fail(ctx, g, cause)
}

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
