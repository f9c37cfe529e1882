package fetch

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestDownload(t *testing.T) {
	data := content(1, 1<<20)
	s := storing(t, whole(data, v1))
	f, waited := fetcher()
	r := request(t, s)
	var told []int64
	r.Progress = func(done, total int64) {
		told = append(told, done)
		if total != int64(len(data)) {
			t.Errorf("total %d", total)
		}
	}
	got, err := f.Download(t.Context(), r)
	if want := (Result{Bytes: int64(len(data)), ContentType: "video/mp4", URL: r.URL}); err != nil || got != want {
		t.Fatalf("%+v, %v", got, err)
	}
	holds(t, r.Path, data)
	if !slices.IsSorted(told) || told[len(told)-1] != int64(len(data)) || len(*waited) != 0 {
		t.Errorf("told %v, waited %v", told, *waited)
	}
	if h := s.asked[0]; h.Get("User-Agent") != "Conch/test" || h.Get("Accept-Encoding") != "identity" || h.Get("Authorization") != "" || h.Get("Range") != "" {
		t.Errorf("asked with %v", h)
	}
}

func TestProgressRenewsTheTries(t *testing.T) {
	data := content(1, 1000)
	s := storing(t, cut(whole(data, v1), 40))
	f, _ := fetcher()
	r := request(t, s)
	r.Tries = 2
	_, err := f.Download(t.Context(), r)
	if got := len(s.ranges()); err != nil || got != 25 {
		t.Fatalf("%v after %d", err, got)
	}
	holds(t, r.Path, data)
}

func TestGivingUp(t *testing.T) {
	data := content(1, 1000)
	for name, c := range map[string]struct {
		step  step
		rule  string
		asked int
	}{
		"cut at one place":  {withoutRanges(cut(whole(data, v1), 400)), "output_incomplete", 5}, // the first try's bytes are progress, and renew the tries
		"dropped at once":   {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "output_unreachable", 4},
		"outage":            {plain(502, []byte("<html>")), "output_unreachable", 4},
		"too many requests": {plain(429, nil), "output_unreachable", 4},
		"too early":         {plain(425, nil), "output_unreachable", 4},
		"timeout":           {plain(408, nil), "output_unreachable", 4},
		"a range from nowhere": {
			plain(206, data, "Content-Range", "bytes 7-999/1000", "ETag", v1), "output_unreachable", 4,
		},
		"not found": {plain(404, nil), "output_expired", 1},
		"gone":      {plain(410, nil), "output_expired", 1},
		"forbidden": {plain(403, []byte("<Error>Request has expired</Error>")), "output_expired", 1},
		"bad":       {plain(400, nil), "output_unreachable", 1},
		"region":    {plain(451, nil), "output_unreachable", 1},
	} {
		s := storing(t, c.step)
		f, waited := fetcher()
		r := request(t, s)
		r.Tries = 4
		_, err := f.Download(t.Context(), r)
		if ruled(t, name, err, c.rule); len(s.ranges()) != c.asked || len(*waited) != c.asked-1 {
			t.Errorf("%s: asked %d times, waited %v", name, len(s.ranges()), *waited)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: repeats a signed address: %v", name, err)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	data := content(1, 10)
	s := storing(t, plain(503, nil, "Retry-After", "7"), plain(429, nil, "Retry-After", "86400"), plain(503, nil, "Retry-After", "-1"), whole(data, v1))
	f, waited := fetcher()
	if _, err := f.Download(t.Context(), request(t, s)); err != nil {
		t.Fatal(err)
	}
	if w := *waited; len(w) != 3 || w[0] != 7*time.Second || w[1] != longestWait || w[2] <= 0 || w[2] > 15*time.Second {
		t.Errorf("waited %v", w)
	}
}

func TestLimit(t *testing.T) {
	data := content(1, 5_000_000)
	chunked := func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(data); i += 100_000 {
			_, _ = w.Write(data[i : i+100_000])
			_ = http.NewResponseController(w).Flush()
		}
	}
	for name, s := range map[string]step{"said": whole(data, v1), "unsaid": chunked} {
		f, _ := fetcher()
		r := request(t, storing(t, s))
		r.Limit = 3_000_000
		_, err := f.Download(t.Context(), r)
		if ruled(t, name, err, "output_too_big"); sizeOf(r.Path) > r.Limit || err != nil && !strings.Contains(err.Error(), "(3 MB)") {
			t.Errorf("%s: %d bytes, %v", name, sizeOf(r.Path), err)
		}
		r.Limit = int64(len(data))
		if got, err := f.Download(t.Context(), r); err != nil || got.Bytes != r.Limit {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		holds(t, r.Path, data)
	}
}

func TestCanceledWhileWaiting(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f := New(Options{Wait: func(ctx context.Context, _ time.Duration) error { cancel(); return sleep(ctx, time.Hour) }})
	s := storing(t, plain(503, nil))
	if _, err := f.Download(ctx, request(t, s)); !errors.Is(err, context.Canceled) || len(s.ranges()) != 1 {
		t.Fatalf("%v after %d", err, len(s.ranges()))
	}
}

// unplugged answers without a network, so that the clock can be a bubble's.
type unplugged func(*http.Request) (*http.Response, error)

func (f unplugged) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// drip gives a byte after each pause, and nothing more once it is dry.
type drip struct {
	ctx   context.Context
	left  int
	pause time.Duration
}

func (d *drip) Read(p []byte) (int, error) {
	if d.left == 0 {
		<-d.ctx.Done()
		return 0, d.ctx.Err()
	}
	d.left--
	p[0] = 'x'
	return 1, sleep(d.ctx, d.pause)
}

func (*drip) Close() error { return nil }

func TestWatchdog(t *testing.T) {
	dripping := func(bytes int, pause time.Duration) unplugged {
		return func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{}, ContentLength: 100, Body: &drip{r.Context(), bytes, pause}, Request: r}, nil
		}
	}
	for name, c := range map[string]struct {
		way    unplugged
		rule   string
		passed time.Duration
	}{
		"silent":        {func(r *http.Request) (*http.Response, error) { <-r.Context().Done(); return nil, r.Context().Err() }, "output_unreachable", 2 * defaultIdle},
		"silent midway": {dripping(10, 20*time.Second), "output_incomplete", 3 * (200*time.Second + defaultIdle)},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := New(Options{Transport: c.way, Wait: func(context.Context, time.Duration) error { return nil }})
			began := time.Now()
			_, err := f.Download(t.Context(), Request{URL: "https://storage.example.test/x", Path: filepath.Join(t.TempDir(), "x"), Tries: 2})
			ruled(t, name, err, c.rule)
			if passed := time.Since(began); !errors.Is(err, errIdle) || passed != c.passed {
				t.Errorf("%s: %v after %v", name, err, passed)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) { // slow is not silent
		way := dripping(100, defaultIdle-time.Second)
		f := New(Options{Transport: unplugged(func(r *http.Request) (*http.Response, error) {
			resp, err := way(r)
			resp.Body = struct {
				io.Reader
				io.Closer
			}{io.LimitReader(resp.Body, 100), resp.Body}
			return resp, err
		})})
		if got, err := f.Download(t.Context(), Request{URL: "https://storage.example.test/x", Path: filepath.Join(t.TempDir(), "x")}); err != nil || got.Bytes != 100 {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestDownloadStreams(t *testing.T) {
	const size = 64 << 20
	block := make([]byte, 1<<20)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(size))
		for range size / len(block) {
			_, _ = w.Write(block)
		}
	}))
	t.Cleanup(s.Close)
	f, _ := fetcher()
	r := Request{URL: s.URL, Path: filepath.Join(t.TempDir(), "x"), AllowPrivate: true}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got, err := f.Download(t.Context(), r)
	runtime.ReadMemStats(&after)
	if err != nil || got.Bytes != size {
		t.Fatalf("%+v, %v", got, err)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 4<<20 {
		t.Errorf("%d bytes were allocated for a file of %d", grown, size)
	} else {
		t.Logf("%d KiB were allocated", grown>>10)
	}
}
