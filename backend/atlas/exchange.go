package atlas

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"

	"conch/backend/fault"
)

// answer is one HTTP answer, read to its end or to the limit.
type answer struct {
	status int
	header http.Header
	body   []byte
	key    string // the key it was asked with: struck from the body and from everything else that is shown
}

var (
	errTooLong = errors.New("the answer is longer than any real one")
	errIdle    = errors.New("nothing moved on the connection for too long")
)

func (c *Client) request(ctx context.Context, method, path string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base.String()+path, nil)
	if err != nil {
		return nil, fmt.Errorf("atlas: make request: %w", err)
	}
	req.Header.Set("User-Agent", c.userAgent)
	req.Header.Set("Accept", "application/json")
	return req, nil
}

// authorised is a request that carries the key, which is asked for anew each time.
func (c *Client) authorised(ctx context.Context, method, path string) (*http.Request, error) {
	req, err := c.request(ctx, method, path)
	if err != nil {
		return nil, err
	}
	if c.key == nil {
		return nil, fault.New("key_missing", nil)
	}
	key, err := c.key(ctx)
	switch {
	case err != nil:
		return nil, err
	case key == "":
		return nil, fault.New("key_missing", nil)
	case strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }):
		return nil, fault.New("key_malformed", nil)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	return req, nil
}

// mover is a request body that tells when a piece of it was handed to the network.
type mover interface{ onMove(func()) }

// exchange sends one request and reads the answer. On an error the status is set if one arrived. The
// connection is given up when nothing moves on it, either way, for the idle time; there is no limit on the whole.
func (c *Client) exchange(client *http.Client, req *http.Request, limit int64, idle time.Duration) (answer, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	defer cancel(nil)
	watchdog := time.AfterFunc(idle, func() { cancel(errIdle) })
	defer watchdog.Stop()
	moved := func() { watchdog.Reset(idle) }
	if body, ok := req.Body.(mover); ok {
		body.onMove(moved)
	}
	a := answer{key: strings.TrimPrefix(req.Header.Get("Authorization"), "Bearer ")}
	fail := func(err error) (answer, error) {
		if errors.Is(context.Cause(ctx), errIdle) {
			err = errIdle // not "context canceled": nobody canceled
		}
		return a, a.scrub(err)
	}
	resp, err := client.Do(req.WithContext(ctx))
	if err != nil {
		return fail(err)
	}
	defer func() { _ = resp.Body.Close() }()
	a.status, a.header = resp.StatusCode, resp.Header
	body, err := io.ReadAll(io.LimitReader(movedReader{resp.Body, moved}, limit+1))
	if err != nil {
		return fail(fmt.Errorf("read answer: %w", err))
	}
	if int64(len(body)) > limit {
		return fail(errTooLong)
	}
	a.body = []byte(a.strike(string(body)))
	return a, nil
}

type movedReader struct {
	r     io.Reader
	moved func()
}

func (m movedReader) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	if n > 0 {
		m.moved()
	}
	return n, err
}

// do is exchange for everything that may be asked again: its errors are faults, or the context's own.
func (c *Client) do(req *http.Request, limit int64) (answer, error) {
	a, err := c.exchange(c.http, req, limit, idleRead)
	switch {
	case err == nil:
		return a, nil
	case req.Context().Err() != nil:
		return a, req.Context().Err()
	case errors.Is(err, errTooLong):
		return a, fault.Wrap(err, "answer_unreadable", nil)
	case a.status >= 400 && a.status < 500: // cut short, but the status already says no
		return a, nil
	}
	return a, unreachable(err)
}

// unreachable is why nothing came of a request: the proxy's fault, where it is that.
func unreachable(err error) error {
	var known *fault.Error
	switch {
	case errors.As(err, &known):
		return known
	case strings.Contains(err.Error(), http.StatusText(http.StatusProxyAuthRequired)): // net/http has words only
		return fault.Wrap(err, "proxy_auth", nil)
	}
	return fault.Wrap(err, "unreachable", nil)
}

func (c *Client) get(ctx context.Context, path string, limit int64) (answer, error) {
	req, err := c.authorised(ctx, http.MethodGet, path)
	if err != nil {
		return answer{}, err
	}
	return c.do(req, limit)
}

// scrub keeps the cause's words, without the request's address and without the key, should the peer echo it.
func (a answer) scrub(err error) error {
	if u := (*url.Error)(nil); errors.As(err, &u) {
		err = fmt.Errorf("%s: %w", strings.ToLower(u.Op), u.Err)
	}
	if text := err.Error(); a.strike(text) != text {
		return errors.New(a.strike(text))
	}
	return err
}

// strike takes the key out of a text that the service sent.
func (a answer) strike(text string) string {
	if len(a.key) < 4 { // no real key is so short, and striking it would garble the text
		return text
	}
	return strings.ReplaceAll(text, a.key, "[key]")
}

const (
	readTries  = 4
	quoteTries = 2
	patience   = 2 * time.Minute // a longer wait that the service asks for is the caller's to decide about
)

// retried repeats what may be repeated: outages, lost connections and 429, with jittered exponential
// backoff or as long as the service asks; refusals never.
func retried[T any](ctx context.Context, c *Client, tries int, do func() (T, error)) (T, error) {
	pace := backoff.NewExponentialBackOff()
	pace.InitialInterval, pace.MaxInterval = 400*time.Millisecond, 8*time.Second
	for try := 1; ; try++ {
		value, err := do()
		if err == nil || try >= tries || !mayRepeat(err) {
			return value, err
		}
		pause := pace.NextBackOff()
		if asked, ok := RetryAfter(err); ok {
			pause = asked
		}
		if pause > patience {
			return value, err
		}
		if fault.Is(err, fault.Limited) {
			c.limited(pause)
		}
		if err := c.wait(ctx, pause); err != nil {
			return value, err
		}
	}
}

func mayRepeat(err error) bool {
	var f *fault.Error
	if !errors.As(err, &f) || (f.Code != fault.Unreachable && f.Code != fault.Limited) {
		return false
	}
	var certificate *tls.CertificateVerificationError
	return !errors.Is(err, errRedirect) && !errors.As(err, &certificate)
}
