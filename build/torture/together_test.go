//go:build torture && linux

package torture

import (
	"testing"
	"time"
)

// TestKilledTogether kills a command in the middle of its submit together with one that takes over from the dead. The
// second must not outlive the first by a moment: what it makes of the other's work would be nobody's cut.
func TestKilledTogether(t *testing.T) {
	count := &tally{kinds: map[string]int{}}
	l := newLane(t, "together", 1, count)
	l.wire.arm(&trap{on: "prediction", at: "before", spring: func(p *process) { l.kill("prediction before", p) }})
	l.join(l.press(1, false))
	inside, goOn := make(chan *process), make(chan struct{})
	stay := func(p *process) {
		inside <- p
		<-goOn
	}
	l.wire.arm(&trap{on: "prediction", at: "before", spring: stay})
	heir := l.resume() // busy with what the dead one left, it looks for more
	<-inside
	l.wire.arm(&trap{on: "submit", at: "billed", spring: stay})
	victim := l.press(1, false)
	<-inside
	count.mu.Lock() // the end of a process is noticed only once it was counted
	killed := make(chan struct{})
	go func() {
		defer close(killed)
		l.kill("together", victim, heir)
	}()
	for !still(heir.cmd.Process.Pid) && len(l.in("uncertain")) == 0 {
		time.Sleep(time.Millisecond)
	}
	count.mu.Unlock()
	<-killed
	close(goOn)
	l.reconcile()
}
