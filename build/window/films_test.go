//go:build window && linux

package window

import (
	"bytes"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// dropsFilms drops three files at once: a video of ours, a film from elsewhere, which is copied, and one that is none,
// whose name has a line break.
func (d *desk) dropsFilms() {
	d.t.Helper()
	elsewhere, err := filepath.Abs("../../backend/container/testdata/clip.mov")
	if err != nil {
		d.t.Fatal(err)
	}
	bad := filepath.Join(d.home, "two\nlines.mp4")
	if err := os.WriteFile(bad, nil, 0o600); err != nil {
		d.t.Fatal(err)
	}
	d.drop(d.videos()[0].Path, elsewhere, bad)
	d.sees("lines.mp4” is empty (0 bytes)")
	d.sees("already in library")
	d.shot("drop-films")
	d.walksTo("Cancel", "Import without copying", "Copy to library")
	d.sees("1 couldn’t be imported")
	if all := d.videos(); len(all) != 2 {
		d.t.Fatalf("%d videos", len(all))
	}
	d.key("Escape")
	d.until("the dialog is gone", func() bool { return !d.reads("1 couldn’t be imported") })
}

// dragsOut drags the video's file from the player to another program.
func (d *desk) dragsOut() {
	d.t.Helper()
	d.press("Open in player")
	d.drags("Drag the file to another app, or click to copy it", d.addresses())
}

// dragsMany drags all videos from the gallery to another program, and puts them on the clipboard.
func (d *desk) dragsMany() {
	d.t.Helper()
	d.key("ctrl+3")
	d.walksToTile("clip", "a shell at dawn")
	for _, action := range []string{"Select", "Favorite", "Actions"} {
		d.key("Tab")
		d.writesInto(action)
	}
	d.key("ctrl+a")
	d.sees("2 selected")
	const handle = "Drag the files to another app, or click to copy them"
	d.drags(handle, d.addresses())
	d.press(handle)
	d.until("both files can be pasted", func() bool {
		said, _ := d.output("xclip", "-selection", "clipboard", "-target", "text/uri-list", "-out")
		return slices.Equal(slices.Sorted(slices.Values(strings.Fields(said))), d.addresses())
	})
	said, err := d.output("xclip", "-selection", "clipboard", "-target", "x-special/gnome-copied-files", "-out")
	if lines := strings.Fields(said); err != nil || len(lines) != 3 || lines[0] != "copy" {
		d.t.Errorf("%q, %v", said, err)
	}
	d.shot("dragged-many")
}

// addresses are those of the videos' files.
func (d *desk) addresses() (all []string) {
	for _, v := range d.videos() {
		all = append(all, (&url.URL{Scheme: "file", Path: v.Path}).String())
	}
	slices.Sort(all)
	return all
}

// drags takes a handle to another program, which gets these addresses.
func (d *desk) drags(name string, want []string) {
	d.t.Helper()
	handle := d.place(name)
	target, said := d.command("/usr/bin/python3", "testdata/drop-target.py"), &bytes.Buffer{}
	target.Stdout = said
	taken := d.begin(target)
	id := ""
	d.until("the file can be dropped", func() bool {
		id, _ = d.output("xdotool", "search", "--onlyvisible", "--name", "^drop-target$")
		return id != ""
	})
	steps := []string{"windowmove", "--sync", id, "300", "300", "mousemove", strconv.Itoa(handle.X), strconv.Itoa(handle.Y), "sleep", "0.2", "mousedown", "1", "sleep", "0.2"}
	for n := 1; n <= 12; n++ {
		steps = append(steps, "mousemove", strconv.Itoa(handle.X+(380-handle.X)*n/12), strconv.Itoa(handle.Y+(400-handle.Y)*n/12), "sleep", "0.1")
	}
	d.until("the file is taken", func() bool { // dragged again when a busy page did not notice, as a person would
		if err := d.run("xdotool", append(steps, "sleep", "0.3", "mouseup", "1")...); err != nil {
			d.t.Fatal("drag: ", err)
		}
		select {
		case <-taken.ended:
			return true
		case <-time.After(3 * time.Second):
			return false
		}
	})
	if got := slices.Sorted(slices.Values(strings.Fields(said.String()))); !slices.Equal(got, want) {
		d.t.Errorf("dragged out %q, want %q", got, want)
	}
	d.focus()
}

// walksToTile goes on with the Tab key until it is at a video, by what its title may begin with.
func (d *desk) walksToTile(titles ...string) {
	d.t.Helper()
	before := false
	d.until("keys go to a tile", func() bool {
		now := slices.ContainsFunc(d.things(), func(t thing) bool {
			return t.is(focused) && slices.ContainsFunc(titles, func(title string) bool { return strings.HasPrefix(t.name, title) })
		})
		if !now {
			d.key("Tab")
		}
		rests := now && before // what is told lags behind the keys
		before = now
		return rests
	})
}

// walksTo goes from button to button with the Tab key, and presses the last: WebKitGTK tells assistive technology
// wrong places of what is drawn shifted, as dialogs are, so that the mouse would miss it.
func (d *desk) walksTo(buttons ...string) {
	d.t.Helper()
	for i, name := range buttons {
		if i > 0 {
			d.key("Tab")
		}
		d.writesInto(name)
	}
	d.key("Return")
}
