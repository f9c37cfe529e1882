package journal

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"conch/backend/generation"
)

func line(id string, attempt int, prediction string) generation.Generation {
	return generation.Generation{ID: id, Attempt: attempt, PredictionID: prediction, Answer: "a long answer"}
}

func TestTheLastLineCounts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	j := Open(path)
	if _, found, err := j.Last("a"); found || err != nil {
		t.Fatal(found, err)
	}
	for _, g := range []generation.Generation{line("a", 1, ""), line("b", 1, ""), line("a", 1, "p")} {
		if err := j.Append(g); err != nil {
			t.Fatal(err)
		}
	}
	last, found, err := j.Last("a")
	if err != nil || !found || last.PredictionID != "p" || last.Answer != "" {
		t.Fatal(last, found, err)
	}
	all, err := j.Attempts()
	if err != nil || len(all) != 2 || all[0].PredictionID != "p" || all[1].ID != "b" {
		t.Fatal(all, err)
	}
}

func TestATornLineHarmsNoOther(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	j := Open(path)
	if err := j.Append(line("a", 1, "p")); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := range whole {
		if err := os.WriteFile(path, append(append([]byte{}, whole...), whole[:cut]...), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := j.Append(line("b", 1, "q")); err != nil {
			t.Fatal(err)
		}
		all, err := j.Attempts()
		if err != nil || len(all) != 2 || all[1].PredictionID != "q" {
			t.Fatal(cut, all, err)
		}
	}
}

func TestManyWritersLoseNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	var writers sync.WaitGroup
	for _, id := range strings.Split("abcdefgh", "") {
		writers.Go(func() {
			j := Open(path) // as another process would
			for n := range 20 {
				if err := j.Append(line(id, n, strings.Repeat("x", 500))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	lines := 0
	if err := Open(path).Each(func(generation.Generation) { lines++ }); err != nil || lines != 8*20 {
		t.Fatal(lines, err)
	}
}

func TestALongJournalIsShortened(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	j := Open(path)
	long := line("old", 1, strings.Repeat("x", longest))
	if err := j.Append(long); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	if err := j.Shorten(now); err != nil || len(j.parts()) != 1 {
		t.Fatal(j.parts(), err)
	}
	if err := j.Append(line("new", 1, "p")); err != nil {
		t.Fatal(err)
	}
	if err := j.Shorten(now); err != nil || len(j.parts()) != 1 {
		t.Fatal("a short one was set aside", j.parts(), err)
	}
	if all, err := j.Attempts(); err != nil || len(all) != 2 || all[0].ID != "old" || all[1].ID != "new" {
		t.Fatal(len(all), err)
	}
	if err := j.Shorten(now.AddDate(0, 0, 2)); err != nil || len(j.parts()) != 0 {
		t.Fatal("what the copies have was kept", j.parts(), err)
	}
	if all, err := j.Attempts(); err != nil || len(all) != 1 || all[0].ID != "new" {
		t.Fatal(len(all), err)
	}
}

func TestAnotherAttemptIsAnotherLine(t *testing.T) {
	j := Open(filepath.Join(t.TempDir(), "journal.jsonl"))
	for _, g := range []generation.Generation{line("a", 1, ""), line("b", 1, "p"), line("a", 2, ""), line("a", 2, "q")} {
		if err := j.Append(g); err != nil {
			t.Fatal(err)
		}
	}
	all, err := j.Attempts()
	if err != nil || len(all) != 3 || all[0].Attempt != 1 || all[2].Attempt != 2 || all[2].PredictionID != "q" {
		t.Fatal(all, err)
	}
}

func FuzzEach(f *testing.F) {
	f.Add([]byte("\n{\"id\":\"a\"}\n"))
	f.Add([]byte("{\"id\":1}\n\x00\xff"))
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "journal.jsonl")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := Open(path).Append(line("mine", 1, "p")); err != nil {
			t.Fatal(err)
		}
		if g, found, err := Open(path).Last("mine"); err != nil || !found || g.PredictionID != "p" {
			t.Fatal(g, found, err)
		}
	})
}
