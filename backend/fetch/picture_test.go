package fetch

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"

	"conch/backend/fault"
)

func TestPicture(t *testing.T) {
	data := content(1, 1000)
	s := storing(t, plain(200, data, "Content-Type", "image/png"))
	f, _ := fetcher()
	host := strings.TrimPrefix(s.URL, "http://")
	for address, want := range map[string]string{
		"/a/%E8%B2%9D.png?x=y": "貝.png", "/a/b/": "b", "/": host, "": host, " ": host,
	} {
		name, got, err := f.Picture(t.Context(), s.URL+address, 1000)
		if err != nil || name != want || !bytes.Equal(got, data) {
			t.Errorf("%q: %q, %d bytes, %v", address, name, len(got), err)
		}
	}
	if h := s.asked[0]; h.Get("User-Agent") != "Conch/test" || h.Get("Authorization") != "" {
		t.Errorf("asked with %v", h)
	}
}

func TestPicturesThatAreRefused(t *testing.T) {
	f, _ := fetcher()
	for _, address := range []string{"", "picture.png", "/etc/passwd", "file:///etc/passwd", "data:image/png;base64,AAAA", "ftp://host.test/x", "https://", "https://exa mple.test/"} {
		_, _, err := f.Picture(t.Context(), address, 1000)
		ruled(t, address, err, "picture_address")
	}
	endless := func(w http.ResponseWriter, _ *http.Request) {
		for block := make([]byte, 1<<20); ; {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	}
	for name, c := range map[string]struct {
		step step
		rule string
	}{
		"gone":      {plain(404, nil), "picture_download"},
		"nothing":   {plain(204, nil), "picture_download"},
		"too big":   {plain(200, make([]byte, 2_000_001)), "picture_too_big"},
		"endless":   {endless, "picture_too_big"},
		"cut short": {cut(whole(content(1, 1000), ""), 400), "picture_download"},
		"dropped":   {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "picture_download"},
		"led astray": {
			func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
			}, "picture_download",
		},
		"in circles": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/again", http.StatusFound) }, "picture_download"},
	} {
		s := storing(t, c.step)
		_, data, err := f.Picture(t.Context(), s.URL+"/x.png?signature=secret", 2_000_000)
		if ruled(t, name, err, c.rule); data != nil || err != nil && strings.Contains(err.Error(), "secret") || !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %d bytes, %v", name, len(data), err)
		}
	}
}

func TestPictureEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := storing(t, func(_ http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() })
	f, _ := fetcher()
	_, _, err := f.Picture(ctx, s.URL, 1000)
	ruled(t, "canceled", err, "picture_download")
}
