package atlas

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"conch/backend/fault"
)

// wire is a service below HTTP: each connection is handed over after one whole request was read from it.
type wire struct {
	address  string
	requests atomic.Int32
}

func wired(t *testing.T, then func(net.Conn)) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	w := &wire{address: "http://" + l.Addr().String()}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				in := bufio.NewReader(conn)
				for {
					req, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, req.Body)
					w.requests.Add(1)
					if then == nil {
						return
					}
					then(conn)
				}
			}()
		}
	}()
	return w
}

func submit(ctx context.Context, c *Client) error { return calls["submit"](ctx, c) }

func ruled(t *testing.T, name string, err error, rule string) {
	t.Helper()
	if f := fault.Of(err); f == nil || f.Rule != rule {
		t.Errorf("%s: %v, want %s", name, err, rule)
	}
}

// Whatever happens to the connection, the request is sent once; only what surely never left is "unreachable".
func TestSubmitIsSentOnce(t *testing.T) {
	says := func(text string) func(net.Conn) {
		return func(c net.Conn) {
			_, _ = io.WriteString(c, text)
			_ = c.Close()
		}
	}
	for name, c := range map[string]struct {
		then func(net.Conn)
		rule string
	}{
		"dropped before the answer":    {nil, "submit_uncertain"},
		"reset before the answer":      {func(c net.Conn) { _ = c.(*net.TCPConn).SetLinger(0); _ = c.Close() }, "submit_uncertain"},
		"dropped in the status line":   {says("HTTP/1.1 20"), "submit_uncertain"},
		"dropped in the head":          {says("HTTP/1.1 200 OK\r\nContent-Le"), "submit_uncertain"},
		"dropped in the body":          {says("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"code\":200,\"data\":{\"id\":\"pred"), "submit_uncertain"},
		"dropped in a chunk":           {says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{\"code\":200"), "submit_uncertain"},
		"dropped in a 500":             {says("HTTP/1.1 500 Oops\r\nContent-Length: 90\r\n\r\n{\"code\""), "submit_uncertain"},
		"dropped in a 422":             {says("HTTP/1.1 422 No\r\nContent-Length: 90\r\n\r\n{\"code\""), "refused"},
		"dropped in a 401":             {says("HTTP/1.1 401 No\r\nContent-Length: 90\r\n\r\n"), "key_refused"},
		"dropped in a 429":             {says("HTTP/1.1 429 No\r\nContent-Length: 90\r\n\r\n"), "limited"},
		"not HTTP":                     {says("SSH-2.0-OpenSSH_9.2\r\n"), "submit_uncertain"},
		"another version of HTTP":      {says("HTTP/9.9 200 OK\r\n\r\n"), "submit_uncertain"},
		"more informational than real": {says(strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 20)), "submit_uncertain"},
		"no content":                   {says("HTTP/1.1 204 No Content\r\n\r\n"), "submit_uncertain"},
		"broken gzip":                  {says("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"), "submit_uncertain"},
		"an answer without end":        {says("HTTP/1.1 200 OK\r\n\r\n" + strings.Repeat(" ", answerLimit+1)), "submit_uncertain"},
	} {
		w := wired(t, c.then)
		client, waited := client(t, w.address)
		ruled(t, name, submit(t.Context(), client), c.rule)
		if n := w.requests.Load(); n != 1 || len(waited.asked) != 0 {
			t.Errorf("%s: sent %d times, waited %v", name, n, waited.asked)
		}
	}
}

func TestSubmitFollowsNoRedirect(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		elsewhere := answering(t, "submit/envelope")
		s := serving(t, func(w http.ResponseWriter, r *http.Request, n int) {
			to := elsewhere.URL
			if r.URL.Path == "/own/api/v1/model/generateVideo" {
				to = "/api/v1/model/generateVideo"
			}
			http.Redirect(w, r, to, status)
		})
		for _, base := range []string{s.URL, s.URL + "/own"} {
			before := s.count()
			c, _ := client(t, base)
			ruled(t, fmt.Sprint(status), submit(t.Context(), c), "submit_uncertain")
			if s.count() != before+1 || elsewhere.count() != 0 {
				t.Errorf("%d: sent %d times, elsewhere %d", status, s.count()-before, elsewhere.count())
			}
		}
	}
}

func TestNothingSent(t *testing.T) {
	refusing, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = refusing.Close()
	untrusted := newTLS(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("reached") }))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	reached := answering(t, "submit/envelope")
	for name, c := range map[string]struct {
		ctx  context.Context
		base string
	}{
		"connection refused":  {t.Context(), "http://" + refusing.Addr().String()},
		"no such host":        {t.Context(), "https://no-such-host.invalid"},
		"strange certificate": {t.Context(), untrusted.URL},
		"canceled before":     {ended, reached.URL},
	} {
		client, waited := client(t, c.base)
		err := submit(c.ctx, client)
		ruled(t, name, err, "unreachable")
		if (name == "canceled before") != errors.Is(err, context.Canceled) || len(waited.asked) != 0 {
			t.Errorf("%s: %v, waited %v", name, err, waited.asked)
		}
	}
	if reached.count() != 0 {
		t.Errorf("sent %d times", reached.count())
	}
}

func TestSubmitThatIsCanceledMeanwhile(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	released := make(chan struct{})
	w := wired(t, func(net.Conn) { cancel(); <-released })
	c, _ := client(t, w.address)
	err := submit(ctx, c)
	close(released)
	ruled(t, "canceled", err, "submit_uncertain")
	if !errors.Is(err, context.Canceled) || w.requests.Load() != 1 {
		t.Errorf("%v, sent %d times", err, w.requests.Load())
	}
}

// A kept connection may be dead without anyone knowing yet: what is lost on it is lost in doubt.
func TestSubmitHasAConnectionOfItsOwn(t *testing.T) {
	s := answering(t, "balance/page", "balance/page", "submit/envelope", "submit/envelope", "balance/page")
	c, _ := client(t, s.URL, func(*Options) {})
	for _, call := range []string{"balance", "balance", "submit", "submit", "balance"} {
		if err := calls[call](t.Context(), c); err != nil {
			t.Fatal(call, err)
		}
	}
	if s.from[0] != s.from[1] || s.from[0] != s.from[4] {
		t.Errorf("reads don't keep their connection: %v", s.from)
	}
	if s.from[2] == s.from[0] || s.from[3] == s.from[0] || s.from[2] == s.from[3] {
		t.Errorf("a submit on a kept connection: %v", s.from)
	}
}
