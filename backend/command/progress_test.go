package command

import (
	"strings"
	"testing"
	"time"

	"conch/backend/simulator"
)

func TestTimeLeft(t *testing.T) {
	now := time.Now()
	for ahead, want := range map[time.Duration]string{
		-time.Second: "", 0: "", 400 * time.Millisecond: ", about 0:01 left", 59 * time.Second: ", about 0:59 left", 61 * time.Second: ", about 1:01 left", time.Hour: ", about 60:00 left",
	} {
		b, end := &bar{}, now.Add(ahead)
		b.end.Store(&end)
		if got := b.left(now); got != want {
			t.Errorf("%v ahead: %q, want %q", ahead, got, want)
		}
	}
	if got := (&bar{}).left(now); got != "" {
		t.Errorf("not known: %q", got)
	}
}

// TestEachLineNamesItsRun: of several runs a person can tell which one a line is about, in a pipe too.
func TestEachLineNamesItsRun(t *testing.T) {
	s := newShell(t, simulator.Options{})
	_, _, said := s.run("generate", "--prompt", "a very long\nprompt "+strings.Repeat("海螺", 60))
	for _, line := range []string{"submitting: a very long prompt 海螺", "processing: a very long prompt 海螺", "downloading: a very long prompt 海螺"} {
		if !strings.Contains(said, line) {
			t.Errorf("no %q in\n%s", line, said)
		}
	}
}
