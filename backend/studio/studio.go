// Package studio is the life of a generation: an explicit state machine whose
// every step is recorded before it is acted on. It is the only writer of a
// generation's states, and next (in life.go) is the one place that decides what happens next.
package studio

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"conch/backend/generation"
)

// Studio runs generations. Make one with New, then Run it.
type Studio struct {
	Options
	wake chan struct{}

	mu      sync.Mutex
	queue   []generation.Generation // owned and not started, oldest first
	running map[string]*job
	seen    map[string]sighting         // other owners' hearts
	others  bool                        // some other process has unfinished generations
	ended   chan struct{}               // closed and replaced whenever a generation stops here
	nudged  chan struct{}               // closed and replaced to end the waits of what is held
	stages  map[string]generation.Stage // the latest, for who comes later

	taking sync.Mutex // what is taken over is queued before anybody looks again

	whole context.Context // Run's, for what outlives a generation: the question for a late price
	late  sync.WaitGroup
}

// job is one generation at work here.
type job struct {
	cancel context.CancelCauseFunc
	held   bool // it waits until something outside changes, and takes nobody's place
	tries  int  // how often it could not be sent

	refreshed int                    // how often an address of its outputs led nowhere
	next      *generation.Generation // what comes after it: taken up again before it had ended, or taken back from others
}

// New makes a Studio.
func New(o Options) *Studio {
	o.fill()
	return &Studio{
		Options: o, wake: make(chan struct{}, 1), running: map[string]*job{}, seen: map[string]sighting{},
		ended: make(chan struct{}), nudged: make(chan struct{}), stages: map[string]generation.Stage{},
	}
}

// Accept records so many generations of one request as waiting: all or none. They are on their way from here on,
// whatever happens to this process. Fault: budget.
func (s *Studio) Accept(ctx context.Context, request generation.Request, price *generation.Price, count int, budget Budget) ([]generation.Generation, error) {
	all, now := make([]generation.Generation, count), time.Now()
	for i := range all {
		id, err := uuid.NewV7()
		if err != nil {
			return nil, err
		}
		all[i] = generation.Generation{
			ID: id.String(), Service: s.Service, State: generation.Waiting, Request: request, Price: price, CreatedAt: now.UnixMilli(), Day: dayOf(now),
		}
	}
	return s.create(ctx, all, budget)
}

func (s *Studio) create(ctx context.Context, all []generation.Generation, budget Budget) ([]generation.Generation, error) {
	if err := s.Store.Beat(ctx, s.Owner); err != nil {
		return nil, err
	}
	all, err := s.Store.CreateAll(ctx, all, s.Owner, budget)
	if err != nil {
		return nil, err
	}
	s.enqueue(all...)
	return all, nil
}

func (s *Studio) enqueue(all ...generation.Generation) {
	s.mu.Lock()
	for _, g := range all {
		if j := s.running[g.ID]; j != nil {
			j.next = &g
			j.cancel(ErrLost)
		} else if at := s.queued(g.ID); at >= 0 {
			s.queue[at] = g // as others left it
		} else {
			s.queue = append(s.queue, g)
		}
	}
	s.mu.Unlock()
	s.awaken()
}

func (s *Studio) awaken() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Look says that another process wrote to the store: its work may be there to be taken over one day.
func (s *Studio) Look() {
	if s.idle() {
		s.awaken()
	}
}

// Nudge says that something outside changed: the network or a folder came back, there is another key. What is held
// tries again at once.
func (s *Studio) Nudge() {
	s.mu.Lock()
	close(s.nudged)
	s.nudged = make(chan struct{})
	s.mu.Unlock()
	s.awaken()
}

// Run works until ctx ends, then lets what may not be interrupted finish, and gives the rest up for others.
func (s *Studio) Run(ctx context.Context) error {
	s.whole = ctx
	if s.Lingers {
		s.late.Go(func() { s.askPrices(ctx) })
	}
	var jobs sync.WaitGroup
	beat, beating := time.NewTimer(0), true
	defer beat.Stop()
	for {
		s.startWaiting(ctx, &jobs)
		select {
		case <-ctx.Done():
			jobs.Wait()
			s.late.Wait()
			return s.Store.Release(context.WithoutCancel(ctx), s.Owner)
		case <-s.wake:
			if !beating {
				beating = true
				beat.Reset(0) // whatever woke us may be another process's work
			}
		case <-beat.C:
			s.beat(ctx)
			if beating = !s.idle(); beating { // no timer while there is nothing to do
				beat.Reset(heartbeat)
			}
		}
	}
}

// idle says that nothing is at work here, and nowhere else as far as is known.
func (s *Studio) idle() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue)+len(s.running) == 0 && !s.others
}

// here says whether this studio has a generation. Needs mu.
func (s *Studio) here(id string) bool {
	_, running := s.running[id]
	return running || s.queued(id) >= 0
}

// queued is a generation's place in the queue, or -1. Needs mu.
func (s *Studio) queued(id string) int {
	return slices.IndexFunc(s.queue, func(g generation.Generation) bool { return g.ID == id })
}

// startWaiting begins as many as may run at once. What the service already has is not held back: it is paid.
func (s *Studio) startWaiting(ctx context.Context, jobs *sync.WaitGroup) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	places := s.Parallel()
	for _, j := range s.running {
		if !j.held {
			places--
		}
	}
	var left []generation.Generation
	for _, g := range s.queue {
		if g.State == generation.Waiting && places <= 0 {
			left = append(left, g)
			continue
		}
		places--
		own, cancel := context.WithCancelCause(ctx)
		s.running[g.ID] = &job{cancel: cancel}
		jobs.Go(func() { s.work(own, g) })
	}
	s.queue = left
}

// work lives one generation as far as it goes here, beginning where the store has it by now.
func (s *Studio) work(ctx context.Context, g generation.Generation) {
	if now, err := s.Store.Generation(ctx, g.ID); err == nil {
		g = now
	}
	s.live(ctx, g)
	s.mu.Lock()
	j := s.running[g.ID]
	j.cancel(nil)
	if j.next != nil {
		s.queue = append(s.queue, *j.next)
	}
	delete(s.running, g.ID)
	delete(s.stages, g.ID)
	close(s.ended)
	s.ended = make(chan struct{})
	s.mu.Unlock()
	s.awaken()
}

// Wait returns when a generation goes no further here: it ended, is uncertain, or is held and this studio doesn't linger.
func (s *Studio) Wait(ctx context.Context, id string) (generation.Generation, error) {
	for {
		s.mu.Lock()
		ended, here := s.ended, s.here(id)
		s.mu.Unlock()
		if !here {
			return s.Store.Generation(ctx, id)
		}
		select {
		case <-ended:
		case <-ctx.Done():
			return generation.Generation{}, context.Cause(ctx)
		}
	}
}

// Drain returns when nothing is left to do here nor to be taken over: the rest is others' or a person's.
func (s *Studio) Drain(ctx context.Context) error {
	for {
		s.mu.Lock()
		ended := s.ended
		s.mu.Unlock()
		if !s.busy() {
			left, err := s.takeOver(ctx)
			if err != nil || !left && !s.busy() {
				return err
			}
		}
		select {
		case <-ended:
		case <-s.after(s.busy()):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (s *Studio) busy() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue)+len(s.running) > 0
}

// after is the time to look again for an owner who may have died; never while there is work here.
func (s *Studio) after(busy bool) <-chan time.Time {
	if busy {
		return nil
	}
	return time.After(heartbeat)
}

// say tells a stage and remembers it.
func (s *Studio) say(stage generation.Stage) {
	s.mu.Lock()
	if _, running := s.running[stage.ID]; running {
		s.stages[stage.ID] = stage
	}
	s.mu.Unlock()
	s.OnStage(stage)
}

// Stages are the latest stages of what is at work here.
func (s *Studio) Stages() []generation.Stage {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]generation.Stage, 0, len(s.stages))
	for _, stage := range s.stages {
		all = append(all, stage)
	}
	return all
}

// dayOf is the day that the files of what begins at a moment are kept under.
func dayOf(begun time.Time) string { return begun.Format(time.DateOnly) }
