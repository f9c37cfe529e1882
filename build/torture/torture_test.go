//go:build torture && linux

// Package torture tries to break the promise that a paid generation is never lost and never paid twice: it kills
// the real program at every step, and then holds three books against each other, what the service billed, what the
// ledger says and what lies in the gallery.
package torture

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	kills = flag.Int("kills", 500, "how many processes to kill")
	seed  = flag.Uint64("seed", 0, "of the dice; 0 is another one each time")
	lanes = flag.Int("lanes", 8, "how many homes at once")
)

// tally counts over all lanes.
type tally struct {
	mu                  sync.Mutex
	kinds               map[string]int
	killed              int
	longest             time.Duration
	what                string // took it
	lives, runs, videos int
	uncertain, unheard  int // unheard: billed, and no process ever heard the answer
}

func (t *tally) add(do func(*tally)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	do(t)
}

func (t *tally) kills(kind string, n int) {
	t.add(func(t *tally) { t.kinds[kind] += n; t.killed += n })
}

// took remembers the longest that a command took by itself.
func (t *tally) took(p *process, long time.Duration) {
	t.add(func(t *tally) {
		if p.killed == "" && long > t.longest {
			t.longest, t.what = long, p.String()
		}
	})
}

// enough: the kills that were asked for, and a few more while the dice have left a kind out.
func (t *tally) enough() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.killed >= *kills && (len(t.missing()) == 0 || t.killed >= *kills+*kills/2)
}

// missing are the kinds that nobody died of; in a short run that says nothing. Needs mu.
func (t *tally) missing() (all []string) {
	for _, kind := range everyKind() {
		if *kills >= 500 && t.kinds[kind] == 0 {
			all = append(all, kind)
		}
	}
	return all
}

// perLife is how many rounds a home is used for before its books are closed.
const perLife = 40

func TestCrashAtEveryStep(t *testing.T) {
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	began := time.Now()
	count := &tally{kinds: map[string]int{}}
	var work sync.WaitGroup
	for n := range *lanes {
		work.Go(func() {
			for life := 0; !count.enough() && !t.Failed(); life++ {
				l := newLane(t, fmt.Sprintf("lane %d life %d", n, life), *seed+uint64(n)<<32+uint64(life), count)
				for round := 0; round < perLife && !count.enough() && !t.Failed(); round++ {
					l.round()
				}
				l.reconcile()
				count.add(func(c *tally) { c.lives++ })
			}
		})
	}
	work.Wait()
	var by []string
	for _, kind := range slices.Sorted(maps.Keys(count.kinds)) {
		by = append(by, fmt.Sprintf("%s %d", kind, count.kinds[kind]))
	}
	fmt.Printf("torture: seed %d, %d kills in %.0f s (%s), %d homes, %d runs billed, %d videos, %d uncertain of which %d were billed; the longest command took %.1f s\n",
		*seed, count.killed, time.Since(began).Seconds(), strings.Join(by, ", "), count.lives, count.runs, count.videos, count.uncertain, count.unheard, count.longest.Seconds())
	if count.longest > slow {
		t.Log(count.what)
	}
	if missing := count.missing(); count.killed >= *kills && len(missing) > 0 {
		t.Errorf("nobody was killed %s", strings.Join(missing, ", "))
	}
}

// slow is a command worth looking at.
const slow = 20 * time.Second

func everyKind() []string {
	all := []string{atFile, atRandom}
	for _, s := range states {
		all = append(all, atState(s))
	}
	for _, p := range points {
		all = append(all, p.kind())
	}
	return all
}
