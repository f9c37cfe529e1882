package command

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"conch/backend/settings"
	"conch/backend/simulator"
)

// states gives the ids of `list --json`, by state.
func (s *shell) states() map[string][]string {
	s.t.Helper()
	code, out, said := s.run("list", "--json")
	if code != exitDone {
		s.t.Fatal(code, said)
	}
	found := map[string][]string{}
	for text := range strings.Lines(out) {
		var one struct{ ID, State string }
		if err := json.Unmarshal([]byte(text), &one); err != nil {
			s.t.Fatal(err, text)
		}
		found[one.State] = append(found[one.State], one.ID)
	}
	return found
}

func TestABatchTellsItsSumFirst(t *testing.T) {
	s := newShell(t, simulator.Options{})
	code, out, said := s.run("generate", "--prompt", "three shells", "--count", "3")
	if code != exitDone || !strings.Contains(said, "3 runs: $0.69") || len(strings.Fields(strings.TrimSpace(out))) < 3 || len(s.sim.Ledger()) != 3 {
		t.Fatal(code, out, said, len(s.sim.Ledger()))
	}
	if code, _, said := s.run("generate", "--prompt", "x", "--count", "21"); code != exitInvalid || !strings.Contains(said, "1 to 20") {
		t.Fatal(code, said)
	}
}

func TestTheBudgetRefuses(t *testing.T) {
	s := newShell(t, simulator.Options{})
	store, err := settings.Open(s.places.Settings())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Update(func(p *settings.Settings) { p.Budget = 300_000 }); err != nil {
		t.Fatal(err)
	}
	if code, _, said := s.run("generate", "--prompt", "two", "--count", "2"); code != exitBalance || !strings.Contains(said, "monthly budget") || len(s.sim.Ledger()) != 0 {
		t.Fatal(code, said)
	}
	if code, _, said := s.run("generate", "--prompt", "one"); code != exitDone || strings.Contains(said, "budget") {
		t.Fatal(code, said)
	}
	if code, _, said := s.run("generate", "--prompt", "another"); code != exitBalance || !strings.Contains(said, "$0.23 of $0.30") || len(s.sim.Ledger()) != 1 {
		t.Fatal(code, said)
	}
	if _, err := store.Update(func(p *settings.Settings) { p.Budget = 500_000 }); err != nil {
		t.Fatal(err)
	}
	if code, _, said := s.run("generate", "--prompt", "raised"); code != exitDone || !strings.Contains(said, "92% of this month’s budget") {
		t.Fatal(code, said)
	}
}

// TestALostAnswer: uncertain, listed as such, resume refuses to guess, and a person says which prediction it was.
func TestALostAnswer(t *testing.T) {
	s := newShell(t, simulator.Options{})
	s.sim.SetFaults(simulator.Fault{On: "submit", Drop: "after", Times: 1})
	if code, _, said := s.run("generate", "--prompt", "a lost answer"); code != exitUncertain {
		t.Fatal(code, said)
	}
	unsure := s.states()["uncertain"]
	if len(unsure) != 1 {
		t.Fatal(s.states())
	}
	if code, _, said := s.run("resume"); code != exitUncertain || !strings.Contains(said, "billed: 1.") || len(s.sim.Ledger()) != 1 {
		t.Fatal(code, said)
	}
	if code, _, said := s.run("cancel", unsure[0]); code != exitInvalid || !strings.Contains(said, "already submitted") {
		t.Fatal(code, said)
	}
	if code, _, said := s.run("adopt", "nonsense", "--for", unsure[0]); code != exitInvalid || len(s.states()["uncertain"]) != 1 {
		t.Fatal(code, said)
	}
	prediction := s.sim.Ledger()[0].ID
	if code, out, said := s.run("adopt", prediction, "--for", unsure[0], "--json"); code != exitDone || !strings.Contains(out, prediction) {
		t.Fatal(code, out, said)
	}
	if code, out, _ := s.run("ledger", "--csv"); code != exitDone || strings.Count(out, "\n") != 2 || !strings.Contains(out, ",done,0.23,quote,") {
		t.Fatal(code, out)
	}
	if code, out, _ := s.run("stats"); code != exitDone || !regexp.MustCompile(`(?m)^20\S+  minimax\S+ +1 +1 +0 +\$0\.23$`).MatchString(out) || !strings.Contains(out, "median") {
		t.Fatal(code, out)
	}
	if code, out, _ := s.run("stats", "--days", "0", "--csv"); code != exitDone || !strings.Contains(out, ",1,1,0,0,0,0,0,0.23,0.00,0.00,0\n") {
		t.Fatal(code, out)
	}
	if code, out, _ := s.run("stats", "--json"); code != exitDone || !strings.Contains(out, `"done":1,"failed":0`) || !strings.Contains(out, `"spent":0.23`) {
		t.Fatal(code, out)
	}
	if code, out, _ := s.run("--demo", "stats"); code != exitDone || out != "" {
		t.Fatal("demonstrations are nobody's money", code, out)
	}
	if code, _, said := s.run("resume"); code != exitDone || len(s.sim.Ledger()) != 1 {
		t.Fatal(code, said)
	}
}

func TestAdoptSetAsideAndRetry(t *testing.T) {
	s := newShell(t, simulator.Options{})
	s.sim.SetFaults(simulator.Fault{On: "submit", Drop: "after", Times: 1}, simulator.Fault{On: "run", OutputBody: "not a video", Times: 1})
	if code, _, said := s.run("generate", "--prompt", "set aside"); code != exitUncertain {
		t.Fatal(code, said)
	}
	if code, out, said := s.run("cancel", "--give-up", s.states()["uncertain"][0]); code != exitDone || !strings.Contains(out, "dismissed this run") {
		t.Fatal(code, out, said)
	}
	if code, _, said := s.run("resume"); code != exitDone {
		t.Fatal("what a person set aside is decided", code, said)
	}
	if code, out, said := s.run("adopt", s.sim.Ledger()[0].ID); code != exitNotKept || !strings.Contains(said, "sent text instead of the video") {
		t.Fatal(code, out, said)
	}
	waiting := s.states()["downloading"]
	if len(waiting) != 1 {
		t.Fatal(s.states())
	}
	if code, _, said := s.run("resume"); code != exitNotKept || len(s.states()["downloading"]) != 1 {
		t.Fatal(code, said)
	}
	if code, _, said := s.run("cancel", "--give-up", waiting[0]); code != exitDone {
		t.Fatal(code, said)
	}
	if code, _, said := s.run("retry-download", waiting[0]); code != exitNotKept {
		t.Fatal(code, said)
	}
	if code, _, said := s.run("retry-download", "nothing"); code != exitInvalid || !strings.Contains(said, "no run nothing") {
		t.Fatal(code, said)
	}
	if len(s.sim.Ledger()) != 1 {
		t.Fatal("billed again")
	}
}
