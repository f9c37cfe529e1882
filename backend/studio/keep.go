package studio

import (
	"context"
	"time"

	"conch/backend/fault"
	"conch/backend/generation"
)

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
			if !fault.Is(err, fault.NotKept) {
				err = fault.Wrap(err, "output_unreachable", nil)
			}
			return s.fail(ctx, g, err)
		}
		videos = append(videos, v)
		g.Videos = append(g.Videos, v.ID)
	}
	g.State, g.Fault, g.EndedAt = generation.Done, nil, time.Now().UnixMilli()
	stored, err := s.Store.Finish(ctx, s.Owner, *g, videos)
	if err != nil {
		g.State = generation.Downloading
		return err
	}
	*g = stored
	s.OnStage(generation.Stage{ID: g.ID, State: g.State})
	return nil
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
	return &meter{stage: generation.Stage{ID: g.ID, State: g.State}, say: s.OnStage, at: time.Now()}
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
