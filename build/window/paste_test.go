//go:build window && linux

package window

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPastesFiles copies files as a file manager does, in each form that one says it in, and pastes them into Create.
func TestPastesFiles(t *testing.T) {
	d := newDesk(t)
	sim := d.simulate("127.0.0.1:0")
	d.prefer(`{"locale":"en","theme":"dark"}`)
	d.open("ATLASCLOUD_BASE_URL="+sim.base, "ATLASCLOUD_API_KEY="+testKey)
	d.sees("First frame")
	d.writesInto("Prompt")
	d.typeText("a shell at dawn")
	address := func(path string) string { return (&url.URL{Scheme: "file", Path: path}).String() }

	first, second := d.blank("贝壳 100% #1.png", 640, 400), d.blank("two.png", 800, 600)
	words := filepath.Join(d.home, "words.png")
	if err := os.WriteFile(words, []byte("just words, really\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.copies("text/uri-list", address(first)+"\r\n")
	d.sees("贝壳 100% #1.png")
	d.shot("pasted-file")
	d.copies("x-special/gnome-copied-files", "copy\n"+address(second))
	d.sees("two.png")

	shelved := d.shelved()
	for _, c := range []struct{ name, list, says string }{
		{"several", address(first) + "\r\n" + address(second) + "\r\n", "You pasted 2 files. Paste one picture at a time."},
		{"a folder", address(filepath.Join(d.home, "Videos")) + "\r\n", "“Videos” has no MP4 or MOV files."},
		{"no picture", address(words) + "\r\n", "“words.png” isn’t a picture. It looks like text"},
		{"elsewhere", "smb://nas/a.png\r\n", "open smb://nas directly"},
	} {
		d.copies("text/uri-list", c.list)
		d.sees(c.says)
		d.shot("paste-" + c.name)
		if d.shelved() != shelved {
			t.Fatalf("%s: something was taken", c.name)
		}
	}
	d.copies("text/uri-list", address(first)+"\r\n") // after which the refusals are gone
	d.until("the last refusal is gone", func() bool { return !d.reads("open smb://nas directly") })
	d.copies("UTF8_STRING", "/a/path in words")
	d.sees("a shell at dawn/a/path in words")
}

// copies puts something on the clipboard in one form, as another program does, and pastes it.
func (d *desk) copies(form, content string) {
	d.t.Helper()
	path := filepath.Join(d.home, ".clipboard")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		d.t.Fatal(err)
	}
	d.start("xclip", "-selection", "clipboard", "-target", form, "-in", "-quiet", path)
	d.until("the clipboard holds it", func() bool {
		got, _ := d.output("xclip", "-selection", "clipboard", "-target", form, "-out")
		return got == strings.TrimSpace(content)
	})
	d.focus()
	d.key("ctrl+v")
}
