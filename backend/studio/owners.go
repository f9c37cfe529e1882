package studio

import (
	"context"
	"time"

	"conch/backend/fault"
	"conch/backend/generation"
)

// Timing of ownership. Hearts are counted and watched on the watcher's own monotonic clock: no jump of the wall
// clock makes anybody dead.
const (
	heartbeat = 5 * time.Second
	silence   = 22 * time.Second // a heart that stood still so long is dead; with a heartbeat to notice, under 30 s
)

// sighting is when another owner's heart was last seen to have moved.
type sighting struct {
	beat  int64
	since time.Time
}

// beat shows that this owner lives, and looks after those that don't.
func (s *Studio) beat(ctx context.Context) {
	if s.busy() {
		if err := s.Store.Beat(ctx, s.Owner); err != nil && ctx.Err() == nil {
			s.Log.Warn("heartbeat not recorded", "error", err)
		}
	}
	if _, err := s.takeOver(ctx); err != nil && ctx.Err() == nil {
		s.Log.Warn("looking for unfinished generations", "error", err)
	}
}

// takeOver takes what dead owners left; left says that somebody of whom it can't be known yet has unfinished work.
func (s *Studio) takeOver(ctx context.Context) (left bool, err error) {
	if !s.TakesOver {
		return false, nil
	}
	s.taking.Lock()
	defer s.taking.Unlock()
	owners, err := s.Store.Owners(ctx, s.Service)
	if err != nil {
		return false, err
	}
	dead, left, others := s.sort(owners)
	s.mu.Lock()
	s.others = others
	s.mu.Unlock()
	if len(dead) == 0 {
		return left, nil
	}
	if err := s.Store.Beat(ctx, s.Owner); err != nil {
		return left, err
	}
	taken, err := s.Store.Take(ctx, s.Service, s.Owner, dead)
	if err != nil {
		return left, err
	}
	s.recovered(dead, taken)
	s.enqueue(taken...)
	return left || len(taken) > 0, nil
}

// sort tells the dead from those who may live, and whether some other process has anything at all.
func (s *Studio) sort(owners []Owner) (dead []Owner, unclear, others bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	seen := map[string]sighting{}
	for _, o := range owners {
		if o.ID == s.Owner {
			continue
		}
		others = true
		last, known := s.seen[o.ID]
		if !known || last.beat != o.Beat {
			last = sighting{o.Beat, now}
		}
		seen[o.ID] = last
		alive, sure := s.Presence(o.ID)
		switch {
		case o.ID == "", sure && !alive, now.Sub(last.since) >= silence:
			dead = append(dead, o)
		case !sure:
			unclear = true
		}
	}
	s.seen = seen
	return dead, unclear, others
}

// recovered tells what was left by processes that ended without saying so.
func (s *Studio) recovered(dead []Owner, taken []generation.Generation) {
	crashed := false
	for _, o := range dead {
		crashed = crashed || o.ID != ""
	}
	if !crashed {
		return
	}
	var r Recovered
	for _, g := range taken {
		answered := g.State != generation.Submitting
		if !answered {
			_, answered = s.journaled(g)
		}
		if answered {
			r.Resumed++
		} else {
			r.Uncertain++
		}
	}
	s.Log.Warn("took over from a process that ended without saying so", "resumed", r.Resumed, "uncertain", r.Uncertain)
	s.OnRecovered(r)
}

// journaled is the answer to a submit as the journal has it, where the store lacks it.
func (s *Studio) journaled(g generation.Generation) (answered generation.Generation, found bool) {
	last, found, err := s.Journal.Last(g.ID)
	return last, err == nil && found && last.Attempt == g.Attempt && last.State != generation.Submitting
}

// cutOff is a generation whose owner died between the request and the record of its answer: the journal may have
// the answer; else it is uncertain, and nobody may send it again.
func (s *Studio) cutOff(ctx context.Context, g *generation.Generation) error {
	if answered, found := s.journaled(*g); found {
		answered.Version = g.Version
		*g = answered
		err := s.save(ctx, g)
		if err != nil && repeated(g, err) {
			err = s.save(ctx, g)
		}
		return err
	}
	g.State, g.Fault = generation.Uncertain, fault.ToWire(fault.New("submit_uncertain", nil))
	return s.save(ctx, g)
}
