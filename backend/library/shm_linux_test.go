package library

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/journal"
)

// TestTheSharedMemoryIsCutOff: nothing of ours maps a person's file into memory, but SQLite maps the -shm beside the
// database. When that is cut under a running process it is told as trouble of the disk, the process lives, and nothing
// that was recorded is lost.
func TestTheSharedMemoryIsCutOff(t *testing.T) {
	if at := os.Getenv("CONCH_CUT_SHM"); at != "" {
		l, err := Open(t.Context(), filepath.Join(at, "library.db"))
		if err != nil {
			t.Fatal(err)
		}
		add(t, l, "recorded", "x", 1)
		fmt.Println("RECORDED")
		if err := os.Truncate(l.path+"-shm", 0); err != nil {
			t.Fatal(err)
		}
		err = l.AddVideo(t.Context(), generation.Video{ID: "after"})
		fmt.Println("TOLD", fault.Of(err).Rule)
		return
	}
	s := work(t, 3, 1)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self, "-test.run=^TestTheSharedMemoryIsCutOff$", "-test.v")
	child.Env = append(os.Environ(), "CONCH_CUT_SHM="+filepath.Dir(s.path))
	out, err := child.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "RECORDED\nTOLD library_unwritable") {
		t.Fatalf("%v: %s", err, out)
	}
	s.book = journal.Open(filepath.Join(filepath.Dir(s.path), "journal.jsonl"))
	l, r, err := OpenOrRebuild(t.Context(), s.path, s.sources())
	if err != nil || r != nil {
		t.Fatal(r, err)
	}
	defer func() { _ = l.Close() }()
	everything(t, l, 3)
	if _, err := l.Video(t.Context(), "recorded"); err != nil {
		t.Fatal(err)
	}
}
