//go:build window && linux

package window

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// below are the processes of a name that one of the app's started, by the kernel's list.
func (p *process) below(name string) (found []int) {
	all, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range all {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		begin, end := bytes.IndexByte(stat, '('), bytes.LastIndexByte(stat, ')')
		if begin < 0 || end < begin || !strings.HasPrefix(name, string(stat[begin+1:end])) {
			continue
		}
		fields := strings.Fields(string(stat[end+1:]))
		if fields[0] == "Z" || fields[1] != strconv.Itoa(p.Process.Pid) {
			continue
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		found = append(found, pid)
	}
	return found
}

// kills ends the app's one process of this name as a crash does, and waits until another is there.
func (d *desk) kills(app *process, name string) {
	d.t.Helper()
	var old []int
	d.until("there is a "+name, func() bool { old = app.below(name); return len(old) == 1 })
	if err := syscall.Kill(old[0], syscall.SIGKILL); err != nil {
		d.t.Fatal(err)
	}
	d.until("it is gone", func() bool { now := app.below(name); return len(now) == 0 || now[0] != old[0] })
}

const crashed = "window crashed and was reloaded"

// TestThePageComesBack kills the processes that the page lives in: the window is as it was, and says so; when it goes
// on, the person is asked.
func TestThePageComesBack(t *testing.T) {
	d := newDesk(t)
	d.prefer(`{"demo":true,"theme":"dark","locale":"en"}`)
	app := d.open("CONCH_DEMO_SPEED=20")
	d.generate("a boat in the fog")
	d.until("the video is kept", func() bool { return len(d.videos()) == 1 })
	d.key("ctrl+n")
	d.writesInto("Prompt")
	d.key("ctrl+a")
	d.typeText("a draft that must not be lost")
	d.sees("a draft that must not be lost")
	d.key("ctrl+3")
	d.sees("a boat in the fog")
	place := d.geometry()

	d.kills(app, "WebKitWebProcess")
	d.sees(crashed)
	d.sees("1 video") // the gallery, where it was
	d.shot("came-back")
	if now := d.geometry(); now != place {
		t.Errorf("the window was at %s and is at %s", place, now)
	}
	d.key("ctrl+n")
	d.sees("a draft that must not be lost")
	d.alive(app, "a crash")
	d.key("ctrl+3")
	d.sees("1 video")

	d.kills(app, "WebKitWebProcess") // at once again: it begins where nothing but the form can be to blame
	d.sees("a draft that must not be lost")
	d.sees(crashed)

	d.kills(app, "WebKitWebProcess")
	d.sees("keeps crashing")
	d.shot("keeps-crashing")
	d.press("Try Again")
	d.sees("a draft that must not be lost")

	d.kills(app, "WebKitWebProcess")
	d.sees("keeps crashing")
	d.press("Quit")
	d.wait(app)
	if code := app.ProcessState.ExitCode(); code != 0 {
		t.Errorf("ended with %d: %s", code, app.noise.String())
	}
	if log := d.read(".local/state/conch/activity.log") + d.read(".local/share/conch/activity.log"); !strings.Contains(log, "the page's process ended") {
		t.Error("the activity log says nothing of it")
	}
}

// TestTheNetworkProcessIsKilled is the other process of the page's.
func TestTheNetworkProcessIsKilled(t *testing.T) {
	d := newDesk(t)
	d.prefer(`{"demo":true,"theme":"dark","locale":"en"}`)
	app := d.open("CONCH_DEMO_SPEED=20")
	d.writesInto("Prompt")
	d.kills(app, "WebKitNetworkProcess")
	d.generate("a boat in the fog")
	d.until("the video is kept", func() bool { return len(d.videos()) == 1 })
	d.key("ctrl+3")
	d.plays("a boat in the fog", "without-network-process")
	d.fillsTheScreen(app)
	for n := range 2 {
		d.key(fmt.Sprintf("ctrl+%d", n+1))
	}
	d.sees("Done")
	d.alive(app, "the end of the network process")
}
