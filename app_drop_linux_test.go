package main

import (
	"encoding/base64"
	"reflect"
	"testing"

	"conch/backend/fault"
	"conch/backend/toolkit"
)

func TestWhatWasDropped(t *testing.T) {
	const (
		web    = "https://example.com/a%20shell.jpg?w=1&h=2"
		linked = `<meta http-equiv="content-type" content="text/html"><a href="https://example.com/page"><img alt='>' class="x" src="https://example.com/a%20shell.jpg?w=1&amp;h=2"></a>`
	)
	dot := []byte("\x89PNG dot")
	inline := "data:image/png;base64," + base64.StdEncoding.EncodeToString(dot)
	mounted := func(address string) string {
		if address == "sftp://nas/films/a.mp4" {
			return "/run/user/1000/gvfs/sftp:host=nas/films/a.mp4"
		}
		return ""
	}
	for name, c := range map[string]struct {
		addresses []string
		html      string
		want      lot
		rule      string
	}{
		"a file":                         {addresses: []string{"file:///home/a%20b/two%0Alines.mp4"}, want: lot{files: []string{"/home/a b/two\nlines.mp4"}}},
		"of this host":                   {addresses: []string{"file://localhost/a.png", "FILE://Desk/b.png"}, want: lot{files: []string{"/a.png", "/b.png"}}},
		"of another host":                {addresses: []string{"file://nas/a.png"}, rule: "drop_elsewhere"},
		"a file among files elsewhere":   {addresses: []string{"file:///a.png", "file://nas/a.png"}, rule: "drop_elsewhere"},
		"a picture of the web":           {addresses: []string{web}, want: lot{address: web}},
		"over http":                      {addresses: []string{"HTTP://example.com/a.png"}, want: lot{address: "HTTP://example.com/a.png"}},
		"a picture that is a link":       {addresses: []string{"https://example.com/page"}, html: linked, want: lot{address: web}},
		"a link with several pictures":   {addresses: []string{"https://example.com/page"}, html: linked + linked, want: lot{address: "https://example.com/page"}},
		"a picture of a page's own":      {addresses: []string{"https://example.com/page"}, html: `<img src="blob:https://example.com/1">`, want: lot{address: "https://example.com/page"}},
		"a picture within the page":      {addresses: []string{"https://example.com/page"}, html: `<img src='` + inline + `'>`, want: lot{picture: dot}},
		"a picture that is its address":  {addresses: []string{inline}, want: lot{picture: dot}},
		"a cut picture in its address":   {addresses: []string{inline + "!"}, rule: "picture_broken"},
		"several of the web":             {addresses: []string{web, web + "2"}, rule: "picture_many"},
		"a file and one of the web":      {addresses: []string{"file:///a.png", web}, rule: "drop_mixed"},
		"one of the web and a file":      {addresses: []string{web, "file:///a.png"}, rule: "drop_mixed"},
		"a server that is mounted":       {addresses: []string{"sftp://nas/films/a.mp4"}, want: lot{files: []string{mounted("sftp://nas/films/a.mp4")}}},
		"a server that is not":           {addresses: []string{"sftp://nas/films/b.mp4"}, rule: "drop_elsewhere"},
		"another":                        {addresses: []string{"smb://nas/films/b.mp4"}, rule: "drop_elsewhere"},
		"the trash":                      {addresses: []string{"trash:///a.mp4"}, rule: "drop_elsewhere"},
		"a telephone":                    {addresses: []string{"mtp://phone/DCIM"}, rule: "drop_elsewhere"},
		"a mail":                         {addresses: []string{"mailto:a@example.com"}, rule: "drop_elsewhere"},
		"a script":                       {addresses: []string{"javascript:alert(1)"}, rule: "drop_elsewhere"},
		"no path":                        {addresses: []string{"file:relative.png"}, rule: "drop_elsewhere"},
		"no address":                     {addresses: []string{"words"}, rule: "drop_elsewhere"},
		"an address that doesn't parse":  {addresses: []string{"%%%://"}, rule: "drop_nothing"},
		"nothing":                        {addresses: []string{""}, rule: "drop_elsewhere"},
		"nothing at all":                 {rule: "drop_nothing"},
		"a file that came from the web":  {addresses: []string{"file:///a.png"}, html: linked, want: lot{files: []string{"/a.png"}}},
		"a web page's words with a file": {addresses: []string{"https://example.com/", "trash:///a.png"}, rule: "drop_elsewhere"},
	} {
		got, err := sorted(toolkit.Drop{Addresses: c.addresses, HTML: c.html}, "desk", mounted)
		if c.rule == "" && (err != nil || !reflect.DeepEqual(got, c.want)) || c.rule != "" && fault.Of(err).Rule != c.rule {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
}
