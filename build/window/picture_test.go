//go:build window && linux

package window

import (
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// blank writes a picture of a size.
func (d *desk) blank(name string, width, height int) string {
	d.t.Helper()
	path := filepath.Join(d.home, name)
	file, err := os.Create(path)
	if err != nil {
		d.t.Fatal(err)
	}
	if err := png.Encode(file, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		d.t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		d.t.Fatal(err)
	}
	return path
}

// TestPictures drops and pastes what a person could, with a key from the environment: each refusal has its sentence,
// the page stays, and nothing is billed.
func TestPictures(t *testing.T) {
	d := newDesk(t)
	sim := d.simulate("127.0.0.1:0")
	d.open("ATLASCLOUD_BASE_URL="+sim.base, "ATLASCLOUD_API_KEY="+testKey, "CONCH_DEMO_SPEED=20")
	d.writesInto("Prompt")
	d.typeText("a shell at dawn")

	text := filepath.Join(d.home, "words.png")
	if err := os.WriteFile(text, []byte("just words, really\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	five := make([]string, 5)
	for i := range five {
		five[i] = d.blank(string(rune('a'+i))+".png", 640, 400)
	}
	for _, c := range []struct {
		name, says string
		drop       []string
	}{
		{"five", "You dropped 5 files. Drop one picture at a time.", five},
		{"folder", "“Videos” has no MP4 or MOV files. Drop videos, a folder of videos, or one picture.", []string{filepath.Join(d.home, "Videos")}},
		{"text", "“words.png” isn’t a picture. It looks like", []string{text}},
	} {
		d.drop(c.drop...)
		d.sees(c.says)
		d.shot("drop-" + c.name)
		if d.shelved() > 0 {
			t.Fatalf("%s: a picture is on the shelf", c.name)
		}
	}
	d.sees("a shell at dawn") // the page stayed, with what was written

	d.drop(d.blank("small.png", 300, 400))
	d.sees("The picture’s short side is 300 px. This model needs more than 300 px.")
	d.sees("Upscale")
	d.shot("drop-small")
	d.key("ctrl+Return") // not accepted: the picture must be mended first
	d.press("Remove")

	d.pastes(firstFrame)
	d.sees("1,280 × 720")
	d.shot("pasted")
	d.key("ctrl+comma")
	d.sees("Set by the environment variable ATLASCLOUD_API_KEY, which overrides the keychain. Change it there.")
	if d.reads("Replace…", pushButton) || d.reads("Remove…", pushButton) {
		t.Fatal("the settings offer to change a key of the environment")
	}
	if billed := sim.billed(); billed != 0 {
		t.Fatalf("%d runs were billed", billed)
	}
	d.key("ctrl+n")
	d.writesInto("Prompt")
	d.key("ctrl+Return")
	d.until("the video is kept", func() bool { return len(d.videos()) == 1 })
	if billed := sim.billed(); billed != 1 {
		t.Fatalf("%d runs were billed", billed)
	}
	d.dragsOut()
	d.dropsFilms()
	d.dragsMany()
	d.savesStatistics()
	d.holdsNoKey(d.home)
}

// pastes puts a picture on the clipboard, as an image editor does, and pastes it.
func (d *desk) pastes(path string) {
	d.t.Helper()
	before := d.shelved()
	d.start("xclip", "-selection", "clipboard", "-target", "image/png", "-in", "-quiet", path)
	d.until("the clipboard holds the picture", func() bool {
		kinds, _ := d.output("xclip", "-selection", "clipboard", "-target", "TARGETS", "-out")
		return kinds != ""
	})
	d.focus()
	d.key("ctrl+v")
	d.until("the picture is on the shelf", func() bool { return d.shelved() > before })
}
