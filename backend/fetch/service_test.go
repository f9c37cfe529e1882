package fetch

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"conch/backend/fault"
)

// content is a file whose every stretch differs from every other.
func content(seed byte, size int) []byte {
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(i) ^ byte(i>>8)*31 ^ byte(i>>16)*17 ^ seed
	}
	return data
}

// storage remembers what it was asked; its n-th answer is the n-th step's, and the last one's from then on.
type storage struct {
	*httptest.Server
	mu    sync.Mutex
	asked []http.Header
}

type step func(w http.ResponseWriter, r *http.Request)

func storing(t *testing.T, steps ...step) *storage {
	t.Helper()
	s := &storage{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		n := len(s.asked)
		s.asked = append(s.asked, r.Header.Clone())
		s.mu.Unlock()
		steps[min(n, len(steps)-1)](w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// ranges are the Range and If-Range of each request.
func (s *storage) ranges() [][2]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all [][2]string
	for _, h := range s.asked {
		all = append(all, [2]string{h.Get("Range"), h.Get("If-Range")})
	}
	return all
}

// whole serves a file as a good server does: ranges, If-Range, 416.
func whole(data []byte, etag string) step {
	return func(w http.ResponseWriter, r *http.Request) {
		if etag != "" {
			w.Header().Set("ETag", etag)
		}
		w.Header().Set("Content-Type", "video/mp4")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	}
}

// cut is whole, but the connection breaks after n bytes of the body.
func cut(s step, n int) step {
	return func(w http.ResponseWriter, r *http.Request) { s(&cutting{ResponseWriter: w, left: n}, r) }
}

type cutting struct {
	http.ResponseWriter
	left int
}

func (c *cutting) Write(p []byte) (int, error) {
	if len(p) >= c.left {
		_, _ = c.ResponseWriter.Write(p[:c.left])
		_ = http.NewResponseController(c.ResponseWriter).Flush()
		panic(http.ErrAbortHandler)
	}
	c.left -= len(p)
	return c.ResponseWriter.Write(p)
}

// withoutRanges serves everything whatever is asked for.
func withoutRanges(s step) step {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Range")
		s(w, r)
	}
}

// plain sends a status, a head and a body as they are.
func plain(status int, body []byte, head ...string) step {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(head); i += 2 {
			w.Header().Set(head[i], head[i+1])
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(status)
		_, _ = w.Write(body)
	}
}

// fetcher lets no time pass between tries, and remembers how long it would have waited.
func fetcher() (*Fetcher, *[]time.Duration) {
	var waited []time.Duration
	return New(Options{UserAgent: "Conch/test", Wait: func(ctx context.Context, d time.Duration) error {
		waited = append(waited, d)
		return ctx.Err()
	}}), &waited
}

func request(t *testing.T, s *storage) Request {
	t.Helper()
	return Request{URL: s.URL + "/result.mp4?signature=secret", Path: filepath.Join(t.TempDir(), "video.part"), AllowPrivate: true}
}

func holds(t *testing.T, path string, want []byte) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes of %d are there, %v", len(got), len(want), err)
	}
	if _, err := os.Stat(markPath(path)); err == nil {
		t.Error("the mark is still there")
	}
}

func ruled(t *testing.T, name string, err error, rule string) {
	t.Helper()
	if f := fault.Of(err); f == nil || f.Rule != rule {
		t.Errorf("%s: %v, want %s", name, err, rule)
	}
}
