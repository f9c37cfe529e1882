//go:build torture && linux

package torture

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the "sqlite" driver
)

// peek reads the database through a copy, so that the one that a crash left stays as it was left.
func (l *lane) peek() []row {
	l.peeking.Lock()
	defer l.peeking.Unlock()
	for _, tail := range []string{"", "-wal", "-shm"} {
		copyTo := filepath.Join(l.scratch, "library.db"+tail)
		_ = os.Remove(copyTo)
		if tail == "-shm" {
			continue // made anew from the log, as after a crash
		}
		if err := copyFile(l.database()+tail, copyTo); err != nil && !os.IsNotExist(err) {
			l.t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(l.scratch, "library.db")); err != nil {
		return nil
	}
	db := readWrite(filepath.Join(l.scratch, "library.db"))
	defer func() { _ = db.Close() }()
	return rowsOf(db)
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Close()
}

// seen reads the generations as whoever lives sees them. What a dead process wrote into the log without the others having
// heard of it is undone by those who live, while one who comes into an empty house finds it in the log.
func (l *lane) seen() []row {
	if len(l.running()) == 0 {
		return l.peek()
	}
	db := readOnly(l.database())
	defer func() { _ = db.Close() }()
	if all := rowsOf(db); all != nil {
		return all
	}
	return l.peek() // who lives has not opened it yet
}

// look finds the submits that a kill cut off: recorded as submitting for an owner that is dead, their answer in
// neither book. All that live stand still.
func (l *lane) look(kind string) {
	living := map[string]bool{}
	for _, p := range l.running() {
		living[ownerOf(p)] = true
	}
	answered := l.answered()
	for _, g := range l.seen() {
		at := attempt{g.id, g.attempt}
		if g.state == "submitting" && !living[g.owner] && !answered[at] {
			l.mu.Lock()
			if l.cut[at] == "" {
				l.cut[at] = kind
			}
			l.mu.Unlock()
		}
	}
}

// answered are the attempts whose answer the journal has.
func (l *lane) answered() map[attempt]bool {
	all := map[attempt]bool{}
	lines, err := os.ReadFile(filepath.Join(l.data(), "journal.jsonl"))
	if err != nil {
		return all
	}
	for line := range bytes.Lines(lines) {
		var g struct {
			ID, State string
			Attempt   int
		}
		if json.Unmarshal(line, &g) == nil && g.ID != "" {
			all[attempt{g.ID, g.Attempt}] = g.State != "submitting"
		}
	}
	return all
}

// lines runs a command to its end and gives its JSON lines.
func lines[T any](l *lane, args ...string) []T {
	p := l.start(args...)
	l.join(p)
	if p.code != 0 {
		l.t.Errorf("%s: exit code %d of %v", l.name, p.code, p)
	}
	var all []T
	for line := range strings.Lines(p.out.String()) {
		var one T
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			l.t.Errorf("%s: %v in %q of %v", l.name, err, line, p)
		}
		all = append(all, one)
	}
	return all
}

// entry is a line of `conch ledger --json`.
type entry struct {
	Outcome, Prompt string
	Prediction      string `json:"prediction_id"`
	Generation      string `json:"generation_id"`
	Attempt         int
}

// listed is a line of `conch list --json`: a video, or a generation that has none.
type listed struct {
	ID, State, Prompt, Path string
	Generation              string `json:"generation_id"`
	Prediction              string `json:"prediction_id"`
}

// books are the three books at one moment.
type books struct {
	billed  map[string]string // prediction -> prompt, as the service billed it
	ledger  []entry
	known   map[string]entry // by prediction
	unsure  []entry
	gallery []listed
}

func (l *lane) open() books {
	b := books{billed: map[string]string{}, known: map[string]entry{}}
	for _, e := range l.sim.Ledger() {
		b.billed[e.ID], _ = e.Request["prompt"].(string)
	}
	b.ledger = lines[entry](l, "ledger", "--json")
	for _, e := range b.ledger {
		if e.Prediction != "" {
			if _, twice := b.known[e.Prediction]; twice {
				l.t.Errorf("%s: %s stands in the ledger twice", l.name, e.Prediction)
			}
			b.known[e.Prediction] = e
		}
		if e.Outcome == "uncertain" {
			b.unsure = append(b.unsure, e)
		}
	}
	b.gallery = lines[listed](l, "list", "--json", "--limit", "0")
	return b
}

// reconcile holds the books against each other, lets a person decide what only a person can, and closes them.
func (l *lane) reconcile() {
	l.finish()
	b := l.open()
	l.onePaid(b)
	l.exactlyCut(b)
	l.decide(b)
	l.finish()
	l.close(l.open())
}

// onePaid: no press was billed twice, and nothing was sent that was not recorded before.
func (l *lane) onePaid(b books) {
	paid, rows := map[string]int{}, map[string]int{}
	for _, e := range b.ledger {
		rows[e.Prompt]++
		if e.Outcome != "not_sent" && e.Outcome != "refused" {
			paid[e.Generation]++
		}
		if e.Outcome == "sending" {
			l.t.Errorf("%s: unfinished in the ledger: %+v", l.name, e)
		}
		if e.Prediction != "" && b.billed[e.Prediction] != e.Prompt {
			l.t.Errorf("%s: %+v was not billed", l.name, e)
		}
	}
	for id, n := range paid {
		if n > 1 {
			l.t.Errorf("%s: generation %s was paid %d times", l.name, id, n)
		}
	}
	made, sent, billed := map[string]int{}, map[string]int{}, map[string]int{}
	for _, g := range l.peek() {
		made[g.prompt]++
	}
	for _, s := range l.wire.submits {
		sent[s.prompt]++
		if s.prediction != "" && s.by != nil && s.by.killed == "" && b.known[s.prediction].Prompt != s.prompt {
			l.t.Errorf("%s: the answer %s to a process that lived is in no book: %v", l.name, s.prediction, s.by)
		}
	}
	for _, prompt := range b.billed {
		billed[prompt]++
	}
	for prompt, count := range l.asked {
		switch {
		case made[prompt] > count, l.sure[prompt] && made[prompt] < count:
			l.t.Errorf("%s: %d of %d generations for %q", l.name, made[prompt], count, prompt)
		case billed[prompt] > made[prompt]:
			l.t.Errorf("%s: %q was billed %d times for %d", l.name, prompt, billed[prompt], made[prompt])
		case sent[prompt] > rows[prompt]:
			l.t.Errorf("%s: %q was sent %d times and recorded %d times", l.name, prompt, sent[prompt], rows[prompt])
		}
	}
}

// exactlyCut: uncertain is what was cut between request and answer, and nothing else; every billed run is known or one of those.
func (l *lane) exactlyCut(b books) {
	open, lost := map[string]int{}, map[string]int{}
	for _, e := range b.unsure {
		open[e.Prompt]++
		if l.cut[attempt{e.Generation, e.Attempt}] == "" {
			l.t.Errorf("%s: uncertain, and nobody cut it: %+v", l.name, e)
		}
	}
	for _, e := range b.ledger {
		if kind := l.cut[attempt{e.Generation, e.Attempt}]; kind != "" && e.Outcome != "uncertain" {
			l.t.Errorf("%s: cut off (%s), and not uncertain: %+v", l.name, kind, e)
		}
	}
	all := 0
	for prediction, prompt := range b.billed {
		if _, known := b.known[prediction]; !known {
			lost[prompt]++
			all++
			if lost[prompt] > open[prompt] {
				l.t.Errorf("%s: lost: %s for %q", l.name, prediction, prompt)
			}
		}
	}
	l.tally.add(func(t *tally) { t.uncertain += len(b.unsure); t.unheard += all })
}

// decide is the person who looks the uncertain ones up in the service's history.
func (l *lane) decide(b books) {
	history := map[string][]string{}
	for prediction, prompt := range b.billed {
		if _, known := b.known[prediction]; !known {
			history[prompt] = append(history[prompt], prediction)
		}
	}
	for _, e := range b.unsure {
		args := []string{"cancel", "--give-up", e.Generation}
		if runs := history[e.Prompt]; len(runs) > 0 {
			args = []string{"adopt", "--json", "--for", e.Generation, runs[0]}
			history[e.Prompt] = runs[1:]
		}
		p := l.start(args...)
		l.join(p)
		if p.code != 0 {
			l.t.Errorf("%s: exit code %d of %v", l.name, p.code, p)
		}
	}
}
