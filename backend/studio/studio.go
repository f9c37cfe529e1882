// Package studio is the life of a generation: an explicit state machine whose
// every step is recorded before it is acted on. It is the only writer of a
// generation's states, and next (in life.go) is the one place that decides what happens next.
package studio

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"conch/backend/fault"
	"conch/backend/generation"
)

// ErrLost says that another process owns the generation now: stop, and touch nothing.
var ErrLost = errors.New("another process owns this generation")

// ErrCanceled says that a person canceled it before it was submitted.
var ErrCanceled = errors.New("canceled by the person")

// ErrUnknown says that the service does not know a prediction (404).
var ErrUnknown = errors.New("the service does not know this prediction")

// Lease is who works on a generation and until when that is believed without a renewal, in epoch milliseconds.
type Lease struct {
	Owner string
	Until int64
}

// Store is where generations are recorded. Each call is one transaction; Save and Finish give ErrLost when
// the owner is another, and ErrCanceled instead of entering Submitting after a cancel.
type Store interface {
	Create(ctx context.Context, g generation.Generation, lease Lease) (generation.Generation, error)
	Save(ctx context.Context, owner string, g generation.Generation) (generation.Generation, error)
	Finish(ctx context.Context, owner string, g generation.Generation, videos []generation.Video) (generation.Generation, error)
	Generation(ctx context.Context, id string) (generation.Generation, error)
	Claim(ctx context.Context, service string, lease Lease, now int64) ([]generation.Generation, error)
	Renew(ctx context.Context, lease Lease) error
	Release(ctx context.Context, owner string) error
	RequestCancel(ctx context.Context, id string) (generation.Generation, error)
	Reopen(ctx context.Context, id string, lease Lease, change func(*generation.Generation) error) (generation.Generation, error)
	Charge(ctx context.Context, id string, amount generation.Money) error
	Estimate(ctx context.Context, service, model, duration string) (seconds float64, err error)
}

// Receipt is the service's acceptance of a submit.
type Receipt struct {
	PredictionID, Status, Answer string
}

// Prediction is a run as the service tells it. Settled false means still running, whatever the word.
type Prediction struct {
	Status      string
	Settled     bool
	Succeeded   bool
	Canceled    bool
	Outputs     []string
	Reason      string // the service's words for a failure
	Moderated   bool
	PredictTime float64
	Charged     *generation.Money
	Answer      string
}

// API is the service. Errors are faults; Prediction gives ErrUnknown for a 404.
type API interface {
	Upload(ctx context.Context, picture string, progress func(sent, total int64)) (address string, err error)
	Submit(ctx context.Context, model string, params map[string]any) (Receipt, error)
	Prediction(ctx context.Context, id string) (Prediction, error)
	RetryAfter(err error) (time.Duration, bool)
}

// Keeper brings one output into the library's folder: downloaded, checked, tagged, synced, under its final name.
// Called again for the same output it takes up what is there.
type Keeper interface {
	Keep(ctx context.Context, g generation.Generation, output int, progress func(done, total int64)) (generation.Video, error)
}

// Options configure a Studio.
type Options struct {
	Store    Store
	API      API
	Keeper   Keeper
	Service  string                 // generations of another service are left alone
	Owner    string                 // unique to this process and engine
	Parallel func() int             // how many run at once
	Only     bool                   // run what is accepted here and take over nothing: the command line
	Expected time.Duration          // how long a run takes while no past one tells; 0 is 40 s
	OnStage  func(generation.Stage) // may be nil
	Log      *slog.Logger
}

// Timing of ownership: an owner is dead when its lease ran out.
const (
	leaseFor  = 25 * time.Second
	heartbeat = 5 * time.Second
)

// Studio runs generations. Make one with New, then Run it.
type Studio struct {
	Options
	wake chan struct{}

	mu      sync.Mutex
	queue   []generation.Generation // claimed and not started, oldest first
	running map[string]context.CancelCauseFunc
	tries   map[string]int // how often in a row a generation could not be sent
	ended   chan struct{}  // closed and replaced whenever a generation stops here

	whole context.Context // Run's, for what outlives a generation: the question for a late price
	late  sync.WaitGroup
}

// New makes a Studio.
func New(o Options) *Studio {
	if o.OnStage == nil {
		o.OnStage = func(generation.Stage) {}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Expected == 0 {
		o.Expected = 40 * time.Second
	}
	return &Studio{Options: o, wake: make(chan struct{}, 1), running: map[string]context.CancelCauseFunc{}, tries: map[string]int{}, ended: make(chan struct{})}
}

func (s *Studio) lease() Lease {
	return Lease{Owner: s.Owner, Until: time.Now().Add(leaseFor).UnixMilli()}
}

// Accept records a generation as waiting. It is on its way from here on, whatever happens to this process.
func (s *Studio) Accept(ctx context.Context, request generation.Request, price *generation.Price) (generation.Generation, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return generation.Generation{}, err
	}
	g, err := s.Store.Create(ctx, generation.Generation{
		ID: id.String(), Service: s.Service, State: generation.Waiting, Request: request, Price: price, CreatedAt: time.Now().UnixMilli(),
	}, s.lease())
	if err != nil {
		return g, err
	}
	s.enqueue(g)
	return g, nil
}

func (s *Studio) enqueue(all ...generation.Generation) {
	s.mu.Lock()
	s.queue = append(s.queue, all...)
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run works until ctx ends, then lets what may not be interrupted finish, and gives the rest up for others.
func (s *Studio) Run(ctx context.Context) error {
	s.whole = ctx
	var jobs sync.WaitGroup
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	s.takeOver(ctx)
	for {
		s.startWaiting(ctx, &jobs)
		select {
		case <-ctx.Done():
			jobs.Wait()
			s.late.Wait()
			return s.Store.Release(context.WithoutCancel(ctx), s.Owner)
		case <-s.wake:
		case <-beat.C:
			if err := s.Store.Renew(ctx, s.lease()); err != nil && ctx.Err() == nil {
				s.Log.Warn("lease not renewed", "error", err)
			}
			s.takeOver(ctx)
		}
	}
}

// takeOver claims what dead owners left.
func (s *Studio) takeOver(ctx context.Context) {
	if s.Only {
		return
	}
	left, err := s.Store.Claim(ctx, s.Service, s.lease(), time.Now().UnixMilli())
	if err != nil {
		if ctx.Err() == nil {
			s.Log.Warn("looking for unfinished generations", "error", err)
		}
		return
	}
	s.mu.Lock()
	left = remove(left, func(g generation.Generation) bool { return s.here(g.ID) })
	s.mu.Unlock()
	if len(left) > 0 {
		s.enqueue(left...)
	}
}

// here says whether this studio has it already: its lease ran out while the machine slept. Needs mu.
func (s *Studio) here(id string) bool {
	if _, running := s.running[id]; running {
		return true
	}
	for _, g := range s.queue {
		if g.ID == id {
			return true
		}
	}
	return false
}

func remove(all []generation.Generation, drop func(generation.Generation) bool) []generation.Generation {
	kept := all[:0]
	for _, g := range all {
		if !drop(g) {
			kept = append(kept, g)
		}
	}
	return kept
}

// startWaiting begins as many as may run at once. What the service already has is not held back: it is paid.
func (s *Studio) startWaiting(ctx context.Context, jobs *sync.WaitGroup) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	var held []generation.Generation
	for _, g := range s.queue {
		if g.State == generation.Waiting && len(s.running) >= s.Parallel() {
			held = append(held, g)
			continue
		}
		own, cancel := context.WithCancelCause(ctx)
		s.running[g.ID] = cancel
		jobs.Go(func() { s.work(own, g) })
	}
	s.queue = held
}

// work lives one generation as far as it goes here.
func (s *Studio) work(ctx context.Context, g generation.Generation) {
	s.live(ctx, g)
	s.mu.Lock()
	s.running[g.ID](nil)
	delete(s.running, g.ID)
	close(s.ended)
	s.ended = make(chan struct{})
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Cancel stops a generation that was not submitted yet. Faults: too_late_to_cancel, not_now, not_found_generation.
func (s *Studio) Cancel(ctx context.Context, id string) error {
	g, err := s.Store.RequestCancel(ctx, id)
	if err != nil {
		return err
	}
	s.mu.Lock()
	stop, running := s.running[id]
	queued := len(s.queue)
	s.queue = remove(s.queue, func(q generation.Generation) bool { return q.ID == id })
	queued -= len(s.queue)
	s.mu.Unlock()
	switch {
	case running:
		stop(ErrCanceled)
		_, err = s.Wait(ctx, id)
	case queued > 0:
		err = s.endCanceled(ctx, &g)
	}
	return err
}

// RetryDownload takes the keeping of a finished run up again. Faults: not_now, not_found_generation.
func (s *Studio) RetryDownload(ctx context.Context, id string) error {
	g, err := s.Store.Reopen(ctx, id, s.lease(), func(g *generation.Generation) error {
		if g.State != generation.Failed || g.PredictionID == "" || g.Fault == nil || g.Fault.Code != fault.NotKept {
			return fault.New("not_now", fault.Args{"state": string(g.State)})
		}
		// The service is asked again: the addresses of the outputs expire.
		g.State, g.Fault, g.Outputs, g.EndedAt = generation.Processing, nil, nil, 0
		return nil
	})
	if err != nil {
		return err
	}
	s.enqueue(g)
	return nil
}

// Wait returns when a generation of this studio ended, is uncertain, or ctx ends.
func (s *Studio) Wait(ctx context.Context, id string) (generation.Generation, error) {
	for {
		s.mu.Lock()
		ended := s.ended
		here := s.here(id)
		s.mu.Unlock()
		g, err := s.Store.Generation(ctx, id)
		if err != nil || !here && (g.State.Ended() || g.State == generation.Uncertain) {
			return g, err
		}
		select {
		case <-ended:
		case <-ctx.Done():
			return g, ctx.Err()
		}
	}
}
