package pace

import "time"

// Answered says that the service took a request and answered it, with whatever verdict: it can be reached. A pause that
// began while the request was under way still holds.
func (p *Pacer) Answered() {
	p.change(func(now time.Time) {
		p.failures, p.closed = 0, time.Time{}
		if p.paused.After(now) {
			p.state = State{Kind: Limited, Until: p.paused}
			return
		}
		p.limits = 0
		p.state = State{Kind: Online}
	})
}

// Failed says that a request found the service down, or no connection at all (offline).
func (p *Pacer) Failed(offline bool) {
	p.change(func(now time.Time) {
		p.failures++
		kind := Down
		if offline {
			kind = Offline
		}
		p.state = State{Kind: kind}
		if p.Breaker && p.failures >= opensAfter {
			p.closed = now.Add(p.probeEvery())
			p.state.Until = p.closed
		}
	})
}

// Limited says that the service asked for a pause (429), for so long; 0 when it didn't say.
func (p *Pacer) Limited(pause time.Duration) {
	p.change(func(now time.Time) {
		p.failures, p.closed = 0, time.Time{}
		p.limits++
		if pause <= 0 {
			pause = min(lastPause, firstPause<<min(p.limits-1, 5))
		}
		p.paused = latest(p.paused, now.Add(pause))
		p.state = State{Kind: Limited, Until: p.paused}
	})
}

// Retry ends the wait for an outage's end: the network changed, or a person doesn't want to wait.
func (p *Pacer) Retry() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = time.Time{}
	p.grant()
}

// State is how the service can be reached, as far as the last request showed.
func (p *Pacer) State() State {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state
}

// probeEvery is how long the breaker stays closed to all but one. Without a breaker nobody waits. Needs mu.
func (p *Pacer) probeEvery() time.Duration {
	if !p.Breaker {
		return 0
	}
	return min(lastProbe, firstProbe<<min(p.failures-opensAfter, 6))
}

// change updates and tells; tell keeps the calls in order without holding mu while they run.
func (p *Pacer) change(update func(now time.Time)) {
	p.tell.Lock()
	defer p.tell.Unlock()
	p.mu.Lock()
	before := p.state
	now := time.Now()
	p.arrived(now)
	update(now)
	p.grant()
	after := p.state
	p.mu.Unlock()
	if after != before {
		p.OnState(after)
	}
}
