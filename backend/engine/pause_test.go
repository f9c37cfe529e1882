package engine

import (
	"context"
	"testing"

	"conch/backend/fault"
	"conch/backend/pace"
	"conch/backend/simulator"
)

// A pause that the service asks of one question is told, and holds for all, also while the client waits it out itself.
func TestAPauseAskedOfOneQuestionHoldsForAll(t *testing.T) {
	sim, base := simulated(t)
	told := make(chan pace.State, 16)
	p := newPerson(t, sim, base, func(o *Options) { o.OnConnection = func(s pace.State) { told <- s } })
	sim.SetFaults(simulator.Fault{On: "balance", Status: 429, RetryAfter: "60", Times: 1})
	ctx, cancel := context.WithCancel(t.Context())
	answered := make(chan struct{})
	go func() {
		_, _ = p.Account(ctx)
		close(answered)
	}()
	for limited := false; !limited; {
		select {
		case s := <-told:
			limited = s.Kind == pace.Limited
		case <-answered:
			t.Fatal("the question was answered and nobody was told of the pause: ", p.Connection())
		}
	}
	if err := p.pace.Ask(t.Context()); !fault.Is(err, fault.Limited) {
		t.Error("another question went out during the pause: ", err)
	}
	cancel()
	<-answered
}
