//go:build window && linux

package window

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// open starts the app and waits until its page can be read.
func (d *desk) open(extra ...string) *process {
	d.t.Helper()
	d.env = append(d.env, extra...)
	return d.opens()
}

// opens starts the app with arguments and waits until its page can be read.
func (d *desk) opens(args ...string) *process {
	d.t.Helper()
	app := d.start(d.binary, args...)
	d.until("the window opens", func() bool {
		d.window, _ = d.output("xdotool", "search", "--onlyvisible", "--name", "^Conch$")
		d.window, _, _ = strings.Cut(d.window, "\n")
		return d.window != ""
	})
	d.until("the page is there", func() bool { return d.reads("", heading) || d.reads("Gallery", pushButton) })
	d.focus()
	return app
}

// quit ends the app as a person does, by the native menu's shortcut.
func (d *desk) quit(app *process) {
	d.t.Helper()
	d.focus()
	d.key("ctrl+q")
	d.wait(app)
}

// focus brings the app's window back under the keyboard.
func (d *desk) focus() {
	d.t.Helper()
	d.until("the window takes the keyboard", func() bool { return d.run("xdotool", "windowactivate", "--sync", d.window) == nil })
}

func (d *desk) key(keys ...string) {
	d.t.Helper()
	if err := d.run("xdotool", append([]string{"key", "--clearmodifiers", "--delay", "60"}, keys...)...); err != nil {
		d.t.Fatalf("keys %v: %v", keys, err)
	}
}

func (d *desk) typeText(text string) {
	d.t.Helper()
	if err := d.run("xdotool", "type", "--delay", "12", text); err != nil {
		d.t.Fatalf("type: %v", err)
	}
}

// drop drags files from another window onto the app, again when a busy page did not take them in time, as a person would.
func (d *desk) drop(paths ...string) {
	d.t.Helper()
	d.until("the window takes what is dropped", func() bool { return d.drag(paths...) })
	d.focus()
}

// drag moves files onto the app in steps as a hand does; false when nobody took them.
func (d *desk) drag(paths ...string) bool {
	d.t.Helper()
	source := d.carries(paths...)
	return d.letsGo(source, "sleep", "0.4", "mouseup", "1") // a hand that looks where it lets go
}

// letsGo ends a drag; false when nobody took it.
func (d *desk) letsGo(source *process, how ...string) bool {
	d.t.Helper()
	if err := d.run("xdotool", how...); err != nil {
		d.t.Fatal("drop: ", err)
	}
	d.wait(source) // it ends when the file was taken or refused
	return source.ProcessState.ExitCode() == 0
}

// carries moves files or addresses over the app, in steps as a hand does.
func (d *desk) carries(paths ...string) *process {
	d.t.Helper()
	source := d.start("/usr/bin/python3", append([]string{"testdata/drag-source.py"}, paths...)...)
	var id string
	d.until("the file can be dragged", func() bool {
		id, _ = d.output("xdotool", "search", "--onlyvisible", "--name", "^drag-source$")
		return id != ""
	})
	// The source covers a corner; the hand goes from there to the middle.
	if err := d.run("xdotool", "windowmove", "--sync", id, "20", "560", "windowraise", id, "mousemove", "--window", id, "60", "60", "mousedown", "1"); err != nil {
		d.t.Fatal("take the file: ", err)
	}
	for x := 160; x <= 560; x += 40 {
		if err := d.run("xdotool", "mousemove", "--sync", strconv.Itoa(x), strconv.Itoa(620-x/3), "sleep", "0.12"); err != nil {
			d.t.Fatal("drag: ", err)
		}
	}
	return source
}

func (d *desk) read(path string) string {
	raw, err := os.ReadFile(filepath.Join(d.home, path))
	if err != nil {
		return ""
	}
	return string(raw)
}

// shelved is how many pictures the app has taken in.
func (d *desk) shelved() int {
	found, _ := filepath.Glob(filepath.Join(d.home, ".local/share/conch/pictures/*.json"))
	return len(found)
}

// video is what `conch list --json` tells of one.
type video struct {
	ID           string `json:"id"`
	PredictionID string `json:"prediction_id"`
	Path         string `json:"path"`
	Prompt       string `json:"prompt"`
}

// videos asks the same binary without its window: two processes, one library.
func (d *desk) videos() []video {
	out, err := d.command(d.binary, "list", "--json").Output()
	if err != nil {
		return nil
	}
	var all []video
	for line := range strings.Lines(string(out)) {
		var v video
		if json.Unmarshal([]byte(line), &v) == nil && v.Path != "" { // else a run that is under way
			all = append(all, v)
		}
	}
	return all
}

// probe asks ffprobe, an independent reader, for a video's length, codec and comment.
func probe(path string) (string, error) {
	out, err := exec.Command("ffprobe", "-v", "error", "-show_entries",
		"stream=codec_name:format=duration:format_tags=comment,title", "-of", "default=nw=1", path).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("ffprobe: %w: %s", err, out)
	}
	return string(out), nil
}
