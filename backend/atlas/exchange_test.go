package atlas

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"conch/backend/fault"
)

func TestGzip(t *testing.T) {
	_, page := golden(t, "balance/page")
	s := serving(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			t.Errorf("Accept-Encoding %q", r.Header.Get("Accept-Encoding"))
		}
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = z.Write(page)
		_ = z.Close()
	})
	c, _ := client(t, s.URL)
	if got, err := c.Balance(t.Context()); err != nil || got.Available != 125_500_000 {
		t.Fatalf("%+v, %v", got, err)
	}
}

// spaces writes more of them than any answer may have, compressed where asked for.
func spaces(limit int, compressed bool, status int) func(http.ResponseWriter, *http.Request) {
	text := bytes.Repeat([]byte(" "), limit+1)
	if compressed {
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		_, _ = z.Write(text)
		_ = z.Close()
		text = out.Bytes()
	}
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if compressed {
			w.Header().Set("Content-Encoding", "gzip")
		}
		w.WriteHeader(status)
		_, _ = w.Write(text)
	}
}

func TestNoAnswerFillsTheMemory(t *testing.T) {
	for call, do := range calls {
		rule, limit := "answer_unreadable", answerLimit
		switch call {
		case "submit":
			rule = "submit_uncertain"
		case "models":
			limit = catalogLimit
		}
		c, _ := client(t, newPlain(t, spaces(limit, call == "balance", 200)).URL)
		err := do(t.Context(), c)
		if ruled(t, call, err, rule); !errors.Is(err, errTooLong) {
			t.Errorf("%s: %v", call, err)
		}
	}
	for status, want := range map[int]string{401: "key_refused", 422: "refused", 502: "submit_uncertain"} {
		c, _ := client(t, newPlain(t, spaces(answerLimit, false, status)).URL)
		ruled(t, http.StatusText(status), submit(t.Context(), c), want)
	}
}

func TestHeadsAreLimited(t *testing.T) {
	w := wired(t, func(c net.Conn) {
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nX-Long: "+strings.Repeat("x", 2*headerLimit)+"\r\n\r\n{}")
		_ = c.Close()
	})
	c, _ := client(t, w.address)
	_, err := c.Balance(t.Context())
	ruled(t, "long head", err, "unreachable")
}

func TestLostConnectionsAreTakenUp(t *testing.T) {
	_, page := golden(t, "balance/page")
	s := serving(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		if n < 2 {
			w.Header().Set("Content-Length", "900")
			_, _ = w.Write(page[:len(page)-n])
			panic(http.ErrAbortHandler)
		}
		_, _ = w.Write(page)
	})
	c, w := client(t, s.URL)
	if got, err := c.Balance(t.Context()); err != nil || got.Available != 125_500_000 || s.count() != 3 || len(w.asked) != 2 {
		t.Fatalf("%+v, %v after %d", got, err, s.count())
	}
}

func TestACutRefusalIsOne(t *testing.T) {
	w := wired(t, func(c net.Conn) {
		_, _ = io.WriteString(c, "HTTP/1.1 402 Payment Required\r\nContent-Length: 90\r\n\r\n{\"mess")
		_ = c.Close()
	})
	c, _ := client(t, w.address)
	_, err := c.Balance(t.Context())
	if ruled(t, "cut", err, "balance"); w.requests.Load() != 1 {
		t.Errorf("asked %d times", w.requests.Load())
	}
}

func TestBadCertificatesAreNotRetried(t *testing.T) {
	s := answering(t, "balance/page")
	tls := newTLS(t, s.Config.Handler)
	c, w := client(t, tls.URL)
	_, err := c.Balance(t.Context())
	if ruled(t, "certificate", err, "unreachable"); len(w.asked) != 0 || s.count() != 0 {
		t.Errorf("waited %v", w.asked)
	}
}

func TestCallsEndWithTheirContext(t *testing.T) {
	for call, do := range calls {
		if call == "submit" { // see TestSubmitThatIsCanceledMeanwhile
			continue
		}
		ctx, cancel := context.WithCancel(t.Context())
		s := serving(t, func(_ http.ResponseWriter, r *http.Request, _ int) { cancel(); <-r.Context().Done() })
		c, _ := client(t, s.URL)
		if err := do(ctx, c); !errors.Is(err, context.Canceled) || s.count() != 1 {
			t.Errorf("%s: %v after %d", call, err, s.count())
		}
	}
}

// transport answers without a network, so that the clock can be a bubble's.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestSilentConnectionsAreGivenUp(t *testing.T) {
	for call, do := range calls {
		synctest.Test(t, func(t *testing.T) {
			c, w := client(t, "https://api.example.test", func(o *Options) {
				o.Transport = transport(func(r *http.Request) (*http.Response, error) {
					if r.Body != nil {
						_, _ = io.Copy(io.Discard, r.Body)
					}
					<-r.Context().Done()
					return nil, r.Context().Err()
				})
			})
			began := time.Now()
			err := do(t.Context(), c)
			rule, want := "unreachable", time.Duration(tries[call])*idleRead
			if call == "submit" {
				rule, want = "submit_uncertain", idleSubmit
			}
			ruled(t, call, err, rule)
			if passed := time.Since(began); passed != want || !errors.Is(err, errIdle) || len(w.asked) != tries[call]-1 {
				t.Errorf("%s: %v after %v", call, err, passed)
			}
		})
	}
}

// drip gives its text a byte at a time, each after a pause.
type drip struct {
	text  *strings.Reader
	pause time.Duration
	ctx   context.Context
}

func (d drip) Read(p []byte) (int, error) {
	if err := Wait(d.ctx, d.pause); err != nil {
		return 0, err
	}
	return d.text.Read(p[:1])
}

func (drip) Close() error { return nil }

func TestSlowAnswersAreNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, w := client(t, "https://api.example.test", func(o *Options) {
			o.Transport = transport(func(r *http.Request) (*http.Response, error) {
				body := drip{strings.NewReader(`{"available":"1"}`), idleRead - time.Second, r.Context()}
				return &http.Response{StatusCode: 200, Header: http.Header{}, Body: body, Request: r}, nil
			})
		})
		if got, err := c.Balance(t.Context()); err != nil || got.Available != 1_000_000 || len(w.asked) != 0 {
			t.Fatalf("%+v, %v", got, err)
		}
	})
}

func TestThroughAProxy(t *testing.T) {
	proxy := serving(t, func(w http.ResponseWriter, _ *http.Request, _ int) { w.WriteHeader(http.StatusBadGateway) })
	at, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	c, _ := client(t, "https://api.example.test", func(o *Options) { o.Transport, o.Proxy = nil, http.ProxyURL(at) })
	ruled(t, "behind a proxy", submit(t.Context(), c), "unreachable")
	_, err = c.Prediction(t.Context(), "pred_abc123")
	ruled(t, "behind a proxy", err, "unreachable")
	if proxy.count() != 2 {
		t.Fatalf("the proxy was asked %d times", proxy.count())
	}
	for _, r := range proxy.asked {
		if r.Method != http.MethodConnect || r.Host != "api.example.test:443" || r.Header.Get("Authorization") != "" {
			t.Errorf("the proxy was asked %s %s %v", r.Method, r.Host, r.Header)
		}
	}
}

func TestDefaultAgent(t *testing.T) {
	s := answering(t, "balance/page")
	c, _ := client(t, s.URL, func(o *Options) { o.UserAgent = "" })
	if _, err := c.Balance(t.Context()); err != nil || s.asked[0].UserAgent() != "Conch" {
		t.Fatalf("%v, %q", err, s.asked[0].UserAgent())
	}
}

func TestWaitIsAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		if err := Wait(t.Context(), time.Hour); err != nil || time.Since(began) != time.Hour {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := Wait(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}

func TestErrorsKeepAddressesOut(t *testing.T) {
	c, _ := client(t, "https://no-such-host.invalid")
	_, err := c.Schema(t.Context(), "https://no-such-host.invalid/s.json?signature=secret")
	if err == nil || strings.Contains(said(err), "secret") || !fault.Is(err, fault.Unreachable) {
		t.Error(err)
	}
}
