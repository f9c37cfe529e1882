package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conch/backend/simulator"
)

func TestADamagedLibraryIsToldOfOnce(t *testing.T) {
	s := newShell(t, simulator.Options{})
	if code, _, said := s.run("generate", "--model", "minimax/hailuo-02/t2v-standard", "--prompt", "a shell"); code != exitDone {
		t.Fatal(code, said)
	}
	_, before, _ := s.run("list", "--json")
	if err := os.WriteFile(s.places.Database(), []byte("%PDF-1.4"), 0o600); err != nil {
		t.Fatal(err)
	}
	_ = os.RemoveAll(filepath.Join(s.places.Data, "backups"))
	code, after, said := s.run("list", "--json")
	aside, _ := filepath.Glob(s.places.Database() + ".damaged-*Z")
	if code != exitDone || len(aside) != 1 || !strings.Contains(said, "1 videos and 1 runs") || !strings.Contains(said, aside[0]) {
		t.Fatal(code, aside, said)
	}
	if after != before || before == "" {
		t.Fatalf("the library differs:\n%s%s", before, after)
	}
	if _, again, said := s.run("list", "--json"); again != before || said != "" {
		t.Fatal("told twice:", said)
	}
	if _, ledger, _ := s.run("ledger", "--csv"); strings.Count(ledger, "\n") != 2 {
		t.Fatal(ledger)
	}
}
