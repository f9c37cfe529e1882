package atlas

import (
	"bufio"
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// The golden answers are whole HTTP answers as the service gives them, written by hand from its documents.

const testKey = "apikey-0123456789abcdef"

const (
	hailuo = "minimax/hailuo-02/standard"
	result = "https://storage.atlascloud.ai/outputs/result.mp4"
	stored = "https://storage.atlascloud.ai/uploads/abc123/image.png"
)

func golden(t testing.TB, name string) (*http.Response, []byte) {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", filepath.FromSlash(name)+".http"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	resp, err := http.ReadResponse(bufio.NewReader(file), nil)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return resp, body
}

// service answers with goldens, one after another and the last again and again, and remembers what it was asked.
type service struct {
	*httptest.Server
	mu     sync.Mutex
	asked  []*http.Request
	bodies []string
	from   []string
}

func answering(t *testing.T, names ...string) *service {
	t.Helper()
	type stored struct {
		resp *http.Response
		body []byte
	}
	var answers []stored
	for _, name := range names {
		resp, body := golden(t, name)
		answers = append(answers, stored{resp, body})
	}
	return serving(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		a := answers[min(n, len(answers)-1)]
		for name, values := range a.resp.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(a.resp.StatusCode)
		_, _ = w.Write(a.body)
	})
}

func serving(t *testing.T, handle func(w http.ResponseWriter, r *http.Request, n int)) *service {
	t.Helper()
	s := &service{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		n := len(s.asked)
		s.asked, s.bodies, s.from = append(s.asked, r), append(s.bodies, string(body)), append(s.from, r.RemoteAddr)
		s.mu.Unlock()
		handle(w, r, n)
	}))
	t.Cleanup(s.Close)
	return s
}

func newPlain(t *testing.T, handle http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(handle)
	t.Cleanup(s.Close)
	return s
}

// newTLS has a certificate that only its own client trusts.
func newTLS(t *testing.T, handler http.Handler) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(handler)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func (s *service) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.asked)
}

// waits remembers how long the client would have waited, and lets no time pass.
type waits struct{ asked []time.Duration }

func (w *waits) wait(ctx context.Context, d time.Duration) error {
	w.asked = append(w.asked, d)
	return ctx.Err()
}

func client(t *testing.T, address string, change ...func(*Options)) (*Client, *waits) {
	t.Helper()
	w := &waits{}
	o := Options{
		BaseURL: address, UserAgent: "Conch/test", Wait: w.wait,
		Key: func(context.Context) (string, error) { return testKey, nil },
	}
	for _, c := range change {
		c(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c, w
}

func asked(t *testing.T, s *service, want string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.asked) != 1 {
		t.Fatalf("asked %d times", len(s.asked))
	}
	r := s.asked[0]
	if got := r.Method + " " + r.RequestURI; got != want {
		t.Errorf("asked %q, want %q", got, want)
	}
	if got := r.UserAgent(); got != "Conch/test" {
		t.Errorf("User-Agent %q", got)
	}
}
