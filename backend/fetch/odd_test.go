package fetch

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"conch/backend/fault"
)

// ranged answers a plain request with a range, as some caches do.
func ranged(data []byte, first, last int, mark string) step {
	return func(w http.ResponseWriter, _ *http.Request) {
		if mark != "" {
			w.Header().Set("ETag", mark)
		}
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", first, last, len(data)))
		w.Header().Set("Content-Length", fmt.Sprint(last-first+1))
		w.WriteHeader(http.StatusPartialContent)
		_, _ = w.Write(data[first : last+1])
	}
}

func TestRangesThatWereNotAskedFor(t *testing.T) {
	data := content(1, 1000)
	for name, steps := range map[string][]step{
		"all of it":               {ranged(data, 0, 999, v1)},
		"all of it, without mark": {ranged(data, 0, 999, "")},
		"its first half":          {ranged(data, 0, 499, v1), whole(data, v1)},
		"its second half":         {ranged(data, 500, 999, v1), whole(data, v1)},
	} {
		s := storing(t, steps...)
		f, _ := fetcher()
		r := request(t, s)
		if got, err := f.Download(t.Context(), r); err != nil || got.Bytes != 1000 || len(s.ranges()) != len(steps) {
			t.Errorf("%s: %+v, %v, asked %v", name, got, err, s.ranges())
			continue
		}
		holds(t, r.Path, data)
	}
}

// coded sends a body through codings, with the length of what is sent.
func coded(data []byte, name string, encode func(io.Writer) io.WriteCloser) step {
	var body bytes.Buffer
	w := encode(&body)
	_, _ = w.Write(data)
	_ = w.Close()
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", name)
		w.Header().Set("ETag", v1)
		_, _ = w.Write(body.Bytes())
	}
}

func TestCodingsAreUndone(t *testing.T) {
	data := bytes.Repeat(content(1, 1000), 50)
	zip := func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }
	for name, s := range map[string]step{
		"gzip": coded(data, "gzip", zip), "x-gzip": coded(data, "X-GZip", zip), "deflate": coded(data, "deflate", func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }),
		"identity": coded(data, "identity", func(w io.Writer) io.WriteCloser {
			return struct {
				io.Writer
				io.Closer
			}{w, io.NopCloser(nil)}
		}),
	} {
		storage := storing(t, s)
		f, _ := fetcher()
		r := request(t, storage)
		if got, err := f.Download(t.Context(), r); err != nil || got.Bytes != int64(len(data)) {
			t.Errorf("%s: %+v, %v", name, got, err)
			continue
		}
		holds(t, r.Path, data)
	}
	// One that breaks off begins anew: its ranges would be of other bytes.
	storage := storing(t, cut(coded(data, "gzip", zip), 100), coded(data, "gzip", zip))
	f, _ := fetcher()
	r := request(t, storage)
	if _, err := f.Download(t.Context(), r); err != nil || storage.ranges()[1] != [2]string{} {
		t.Fatal(err, storage.ranges())
	}
	holds(t, r.Path, data)
	// One that nobody here can undo is not kept as if it were the video.
	storage = storing(t, coded(data, "br", zip), whole(data, v1))
	r = request(t, storage)
	if _, err := f.Download(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	holds(t, r.Path, data)
}

func refusing(code int) step {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func TestNothingIsLeftOfNothing(t *testing.T) {
	for name, s := range map[string]step{
		"404": refusing(http.StatusNotFound), "401": refusing(http.StatusUnauthorized), "503": refusing(http.StatusServiceUnavailable), "cut at once": cut(whole(content(1, 1000), v1), 0),
	} {
		storage := storing(t, s)
		f, _ := fetcher()
		r := request(t, storage)
		if _, err := f.Download(t.Context(), r); err == nil {
			t.Errorf("%s: no error", name)
		}
		if left, _ := os.ReadDir(filepath.Dir(r.Path)); len(left) != 0 {
			t.Errorf("%s: %v is left", name, left)
		}
	}
}

// TestTheKeyGoesHomeOnly: to the service's own origin, when it refuses without, and nowhere else.
func TestTheKeyGoesHomeOnly(t *testing.T) {
	data, elsewhere := content(1, 1000), ""
	locked := func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer the-key" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		whole(data, v1)(w, r)
	}
	leaving := func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		http.Redirect(w, r, elsewhere+"/x", http.StatusFound)
	}
	open := whole(data, v1)
	for name, c := range map[string]struct {
		steps []step
		other bool // the key belongs to another origin
		none  bool // there is no key
		rule  string
		keys  []string // that were sent, request by request
	}{
		"asked for":       {steps: []step{locked}, keys: []string{"", "Bearer the-key"}},
		"not asked for":   {steps: []step{open}, keys: []string{""}},
		"another's":       {steps: []step{locked}, other: true, rule: "output_unreachable", keys: []string{""}},
		"no key":          {steps: []step{locked}, none: true, rule: "output_unreachable", keys: []string{""}},
		"refused with it": {steps: []step{refusing(http.StatusForbidden)}, rule: "output_expired", keys: []string{"", "Bearer the-key"}},
		"redirected":      {steps: []step{leaving}, keys: []string{"", "Bearer the-key"}},
	} {
		s, storage := storing(t, c.steps...), storing(t, open)
		elsewhere = storage.URL
		f, _ := fetcher()
		r := request(t, s)
		r.KeyOrigin = s.URL
		if c.other {
			r.KeyOrigin = "https://api.example.test"
		}
		r.Key = func(context.Context) (string, error) {
			if c.none {
				return "", errors.New("no key")
			}
			return "the-key", nil
		}
		_, err := f.Download(t.Context(), r)
		if fault.Of(err) != nil && fault.Of(err).Rule != c.rule || err == nil && c.rule != "" {
			t.Errorf("%s: %v", name, err)
		}
		var keys []string
		for _, h := range s.asked {
			keys = append(keys, h.Get("Authorization"))
		}
		if fmt.Sprint(keys) != fmt.Sprint(c.keys) {
			t.Errorf("%s: sent %q, want %q", name, keys, c.keys)
		}
		for _, h := range storage.asked {
			if h.Get("Authorization") != "" {
				t.Errorf("%s: the key left for another origin", name)
			}
		}
	}
}
