//go:build window && linux

package window

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// answers runs the app with arguments that open no window.
func (d *desk) answers(args ...string) (code int, said string) {
	d.t.Helper()
	out, err := d.command(d.binary, args...).CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), string(out)
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return 0, string(out)
}

// TestFlags is what is given on a command line that opens a window, or opens none.
func TestFlags(t *testing.T) {
	d := newDesk(t)
	for args, want := range map[string]struct {
		code int
		says string
	}{
		"--version": {0, "conch "}, "-v": {0, "conch "}, "--help": {0, "Usage: conch"}, "help": {0, "Usage: conch"},
		"--no-such": {2, "conch --help"}, "--demo --no-such": {2, "conch --help"}, "gone.mp4": {2, "conch --help"},
	} {
		if code, said := d.answers(strings.Fields(args)...); code != want.code || !strings.Contains(said, want.says) {
			t.Errorf("%s: %d %s", args, code, said)
		}
	}
	nowhere := d.command(d.binary)
	nowhere.Env = append(nowhere.Env, "DISPLAY=")
	if out, err := nowhere.CombinedOutput(); err == nil || !strings.Contains(string(out), "needs a desktop") || strings.Contains(string(out), "goroutine") {
		t.Errorf("without a display: %v %s", err, out)
	}

	picture, err := filepath.Abs(firstFrame)
	if err != nil {
		t.Fatal(err)
	}
	d.prefer(`{"locale":"en","theme":"dark"}`)
	d.env = append(d.env, "ATLASCLOUD_API_KEY="+testKey, "CONCH_DEMO_SPEED=20")
	app := d.opens("--demo", picture)
	d.sees("Demo")
	d.sees("first-frame.png")
	d.quit(app)

	app = d.open() // the flag was for that start
	d.sees("First frame")
	if d.reads("Demo") {
		t.Error("the demonstration stays")
	}
	second := d.start(d.binary, "--demo", picture)
	d.wait(second)
	if code := second.ProcessState.ExitCode(); code != 0 {
		t.Errorf("the second start ended with %d", code)
	}
	d.sees("Demo")
	d.sees("first-frame.png")
	d.alive(app, "a second start")
	for _, unclean := range []string{".local/share/conch/library.db.suspect"} {
		if _, err := os.Stat(filepath.Join(d.home, unclean)); err == nil {
			t.Error("there is a ", unclean)
		}
	}
}
