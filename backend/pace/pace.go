// Package pace is the one gate to the service: requests wait here for their time, for the shared rate limit, for a
// pause that the service asked for, and for the end of an outage. One timer serves all who wait; with nobody waiting
// there is none.
package pace

import (
	"container/heap"
	"context"
	"sync"
	"time"

	"conch/backend/fault"
)

// PerSecond is the default of the shared rate limit: no second on the wire sees more requests.
const PerSecond = 5

// The circuit breaker: so many failures in a row open it, and one request at a time then tries whether the outage is over.
const (
	opensAfter            = 3
	firstProbe, lastProbe = 5 * time.Second, 2 * time.Minute
)

// The pause after a 429 that doesn't say how long: it doubles from one to the next.
const (
	firstPause, lastPause = 2 * time.Second, time.Minute
)

// Kind says how the service can be reached.
type Kind string

// The kinds of State.
const (
	Online  Kind = "online"
	Offline Kind = "offline" // no connection can be made: most likely this machine's network
	Down    Kind = "down"    // the service answers with outages; tried again at Until
	Limited Kind = "limited" // the service asked to wait until Until
)

// State is what a person is told about the service. The zero value means that nothing was asked yet.
type State struct {
	Kind  Kind
	Until time.Time // of Offline, Down and Limited: when the next request goes out
}

// Options configure a Pacer.
type Options struct {
	PerSecond int         // requests per second; 0 is PerSecond
	Breaker   bool        // hold requests back during an outage; without it each is tried
	OnState   func(State) // told at each change, one call at a time; may be nil
}

// Pacer is safe for concurrent use.
type Pacer struct {
	Options

	mu      sync.Mutex
	waiting waiters
	seq     int64
	timer   *time.Timer
	sent    []sent // the latest grants, at most PerSecond

	paused   time.Time // no request before, the service's own wish
	limits   int       // answers 429 in a row
	closed   time.Time // during an outage: no request before but one
	failures int       // in a row

	state State
	tell  sync.Mutex
}

// New makes a pacer that holds nothing back yet.
func New(o Options) *Pacer {
	if o.PerSecond <= 0 {
		o.PerSecond = PerSecond
	}
	if o.OnState == nil {
		o.OnState = func(State) {}
	}
	return &Pacer{Options: o}
}

// waiter is one request that waits for its turn.
type waiter struct {
	due     time.Time
	seq     int64
	asked   bool // by a person who looks at the screen: before all others, and through an outage
	granted chan struct{}
	index   int
}

// Turn waits until a request may go out, not before due. The earliest due goes first.
func (p *Pacer) Turn(ctx context.Context, due time.Time) error {
	return p.wait(ctx, &waiter{due: due})
}

// Ask is Turn for a question of the person at the screen: it goes before all others and tries also during an
// outage. Fault: limited, at once, while the service wants a pause.
func (p *Pacer) Ask(ctx context.Context) error {
	p.mu.Lock()
	pause := time.Until(p.paused)
	p.mu.Unlock()
	if pause > 0 {
		return fault.New("limited", fault.Args{"seconds": int(pause/time.Second) + 1})
	}
	return p.wait(ctx, &waiter{asked: true})
}

func (p *Pacer) wait(ctx context.Context, w *waiter) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	w.granted = make(chan struct{})
	p.mu.Lock()
	p.seq++
	w.seq = p.seq
	heap.Push(&p.waiting, w)
	p.grant()
	p.mu.Unlock()
	select {
	case <-w.granted:
		return nil
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if w.index >= 0 {
		heap.Remove(&p.waiting, w.index)
		p.grant()
	}
	return context.Cause(ctx)
}

// grant lets everybody go whose turn it is and sets the timer for the next. Needs mu.
func (p *Pacer) grant() {
	if p.timer != nil {
		p.timer.Stop()
		p.timer = nil
	}
	now := time.Now()
	for len(p.waiting) > 0 {
		w := p.waiting[0]
		if at := p.free(w, now); at.After(now) {
			p.timer = time.AfterFunc(at.Sub(now), func() {
				p.mu.Lock()
				defer p.mu.Unlock()
				p.grant()
			})
			return
		}
		heap.Pop(&p.waiting)
		p.count(now)
		if p.failures >= opensAfter && !w.asked {
			p.closed = now.Add(p.probeEvery()) // the one that tries; the others wait for what it finds
		}
		close(w.granted)
	}
}

// free is when a request may go out.
func (p *Pacer) free(w *waiter, now time.Time) time.Time {
	at := latest(w.due, p.paused)
	if !w.asked && p.failures >= opensAfter {
		at = latest(at, p.closed)
	}
	if len(p.sent) == p.PerSecond {
		at = latest(at, p.sent[p.first()].over())
	}
	return latest(at, now)
}

// sent is a request that went out. It reached the service at some time before its answer: the second counts from there.
type sent struct {
	at       time.Time // granted; once it is answered, that
	answered bool
}

// unanswered is how long an answer is waited for before the request is taken to have arrived.
const unanswered = time.Second

// over is when the second that the request was in has surely passed.
func (s sent) over() time.Time {
	if s.answered {
		return s.at.Add(time.Second)
	}
	return s.at.Add(unanswered + time.Second)
}

// first is the request whose second is over first. Needs mu and one at least.
func (p *Pacer) first() int {
	first := 0
	for i, s := range p.sent {
		if s.over().Before(p.sent[first].over()) {
			first = i
		}
	}
	return first
}

func (p *Pacer) count(now time.Time) {
	if len(p.sent) < p.PerSecond {
		p.sent = append(p.sent, sent{at: now})
	} else {
		p.sent[p.first()] = sent{at: now}
	}
}

// arrived counts an answer for the oldest request without one. Needs mu.
func (p *Pacer) arrived(now time.Time) {
	var oldest *sent
	for i := range p.sent {
		if s := &p.sent[i]; !s.answered && (oldest == nil || s.at.Before(oldest.at)) {
			oldest = s
		}
	}
	if oldest != nil && now.Sub(oldest.at) < unanswered {
		*oldest = sent{now, true}
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
