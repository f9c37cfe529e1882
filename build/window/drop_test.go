//go:build window && linux

package window

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
)

// TestDrops lets go over the window what other programs let a person drag: files, a picture of a web page, places that
// are no files, and several kinds at once.
func TestDrops(t *testing.T) {
	picture, err := os.ReadFile(firstFrame)
	if err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int64
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.URL.Path != "/a shell.png" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(picture)
	}))
	defer web.Close()
	shell := web.URL + "/a%20shell.png"

	d := newDesk(t)
	sim := d.simulate("127.0.0.1:0")
	d.prefer(`{"locale":"en","theme":"dark"}`)
	clip, err := os.ReadFile("../../backend/container/testdata/clip.mov")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(d.home, "not-dropped.mov"), clip, 0o600); err != nil { // the app's folder
		t.Fatal(err)
	}
	app := d.open("ATLASCLOUD_BASE_URL="+sim.base, "ATLASCLOUD_API_KEY="+testKey)
	d.sees("First frame")
	full, err := filepath.Abs(firstFrame)
	if err != nil {
		t.Fatal(err)
	}

	for _, c := range []struct {
		drop []string
		says string
	}{
		{[]string{"sftp://nas/films/a.mp4"}, "open sftp://nas directly"},
		{[]string{"smb://nas/films/b.mp4"}, "open smb://nas directly"},
		{[]string{"trash:///c.mp4"}, "open trash:// directly"},
		{[]string{full, shell}, "not both at once"},
		{[]string{shell, full}, "not both at once"},
	} {
		d.drop(c.drop...)
		d.sees(c.says)
		if d.shelved() > 0 || d.reads("not-dropped") {
			t.Fatalf("%v: something was taken", c.drop)
		}
		d.press("Close")
		d.until("the notice is gone", func() bool { return !d.reads(c.says) })
	}
	if n := asked.Load(); n > 0 {
		t.Errorf("the web was asked %d times", n)
	}
	d.drop(web.URL + "/nothing")
	d.until("the web was asked", func() bool { return asked.Load() == 1 }) // the form says what came of it, as after a paste

	source := d.carries(shell)
	d.sees("Drop") // the window says that it takes it
	d.shot("drop-overlay")
	if !d.letsGo(source, "sleep", "0.4", "mouseup", "1") {
		t.Error("not taken")
	}
	d.focus()
	d.until("the picture of the web is taken", func() bool { return d.shelved() == 1 })
	d.sees("a shell")
	d.drop(web.URL+"/page", `<a href="`+web.URL+`/page"><img alt="" src="`+shell+`"></a>`)
	d.until("the picture within a link is asked for", func() bool { return asked.Load() == 3 })

	grey := d.blank("grey.png", 640, 400)
	for range 3 { // a hand that lets go at once
		d.letsGo(d.carries(grey), "mouseup", "1")
		d.focus()
		d.alive(app, "a quick drop")
		d.sees("First frame")
	}
	d.sees("grey.png")
}
