// Package atlas is the Atlas Cloud API client: submit, prediction, upload,
// quote, balance, catalogue. It tolerates every answer form that the service has
// been seen to give (see decode.go) and turns every refusal into a fault.
package atlas

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"conch/backend/fault"
)

// DefaultBaseURL is the service's public address.
const DefaultBaseURL = "https://api.atlascloud.ai"

// Limits of what is read of one answer, in bytes after decompression: no answer may fill the memory.
const (
	answerLimit  = 4 << 20
	catalogLimit = 32 << 20
	headerLimit  = 1 << 20
)

// How long nothing may move on a connection before it counts as dead. A submit is waited for longest:
// giving up on it costs a person the certainty of what was billed.
const (
	idleRead   = 90 * time.Second
	idleSubmit = 3 * time.Minute
)

// Options configure a Client.
type Options struct {
	BaseURL   string                                     // "" is DefaultBaseURL; https, or http on loopback
	Key       func(context.Context) (string, error)      // asked at each call, never kept
	UserAgent string                                     // the service's front door refuses some default ones
	Proxy     func(*http.Request) (*url.URL, error)      // nil: none; its faults are passed on
	Transport http.RoundTripper                          // nil: the network, through Proxy
	Wait      func(context.Context, time.Duration) error // nil: a real timer; for the waits between tries
	Limited   func(pause time.Duration)                  // told of each 429 that the client waits out itself; may be nil
}

// Client speaks to one API origin. It is safe for concurrent use.
type Client struct {
	base      *url.URL
	key       func(context.Context) (string, error)
	userAgent string
	http      *http.Client // everything but submits
	single    *http.Client // submits: a fresh connection each
	wait      func(context.Context, time.Duration) error
	limited   func(time.Duration)
}

// New checks the address: the key travels only over https or to this machine.
// Faults: base_url_invalid, base_url_insecure.
func New(o Options) (*Client, error) {
	if o.BaseURL == "" {
		o.BaseURL = DefaultBaseURL
	}
	base, err := parseBase(o.BaseURL)
	if err != nil {
		return nil, err
	}
	if o.Transport == nil {
		t := Transport()
		t.Proxy = o.Proxy
		o.Transport = t
	}
	if o.Wait == nil {
		o.Wait = Wait
	}
	if o.Limited == nil {
		o.Limited = func(time.Duration) {}
	}
	if o.UserAgent == "" {
		o.UserAgent = "Conch"
	}
	c := &Client{base: base, key: o.Key, userAgent: o.UserAgent, wait: o.Wait, limited: o.Limited}
	c.http = &http.Client{Transport: o.Transport, CheckRedirect: c.checkRedirect}
	c.single = &http.Client{Transport: singleUse(o.Transport), CheckRedirect: c.checkRedirect}
	return c, nil
}

func parseBase(address string) (*url.URL, error) {
	base, err := url.Parse(strings.TrimRight(strings.TrimSpace(address), "/"))
	if err != nil { // its text would repeat the address, and whatever secret was pasted into it
		return nil, fault.New("base_url_invalid", fault.Args{"url": "…"})
	}
	shown := fault.Args{"url": "…"}
	if base.Hostname() != "" { // no more of it, for the same reason
		shown["url"] = base.Scheme + "://" + base.Host
	}
	if base.Hostname() == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "" ||
		(base.Scheme != "https" && base.Scheme != "http") {
		return nil, fault.New("base_url_invalid", shown)
	}
	if base.Scheme != "https" && !Loopback(base.Hostname()) {
		return nil, fault.New("base_url_insecure", shown)
	}
	base.Path = withoutAPI(base.Path)
	base.RawPath = ""
	base.Host = strings.ToLower(base.Host)
	if port := base.Port(); base.Scheme == "https" && port == "443" || base.Scheme == "http" && port == "80" {
		base.Host = strings.TrimSuffix(base.Host, ":"+port)
	}
	return base, nil
}

// apiPaths are the beginnings of the calls' own paths, which people copy together with the address.
var apiPaths = []string{"/api/v1/model", "/api/v1", "/public/v1", "/api", "/v1"}

// withoutAPI takes from an address's path what each call puts there itself.
func withoutAPI(path string) string {
	for _, end := range apiPaths {
		path = strings.TrimRight(path, "/")
		if len(path) >= len(end) && strings.EqualFold(path[len(path)-len(end):], end) {
			return strings.TrimRight(path[:len(path)-len(end)], "/")
		}
	}
	return path
}

// Origin is the scheme and host that the key may go to, in lower case and without a default port.
func (c *Client) Origin() string { return c.base.Scheme + "://" + c.base.Host }

// Loopback says whether a host is this machine.
func Loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// Wait is a context-aware sleep.
func Wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// Transport is the default transport: timeouts per phase.
func Transport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DialContext = (&net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	t.TLSHandshakeTimeout = 15 * time.Second
	t.MaxIdleConnsPerHost = 8
	t.MaxResponseHeaderBytes = headerLimit
	return t
}

// singleUse gives submits a connection of their own. On a kept one that the service has meanwhile closed, a
// submit would fail after its bytes were handed over, and nobody could say whether it was billed. HTTP/1.1,
// because there no byte of the body is read before the connection stands, and net/http never sends it again.
func singleUse(rt http.RoundTripper) http.RoundTripper {
	shared, ok := rt.(*http.Transport)
	if !ok {
		return rt
	}
	t := shared.Clone()
	t.DisableKeepAlives = true
	t.ForceAttemptHTTP2 = false
	t.Protocols = new(http.Protocols)
	t.Protocols.SetHTTP1(true)
	return t
}

var errRedirect = errors.New("redirect refused")

// checkRedirect follows a read's redirect where no key can leave the API's origin. A POST's is never followed.
func (c *Client) checkRedirect(next *http.Request, via []*http.Request) error {
	next.Header.Del("Referer") // it would carry a signed address elsewhere
	switch first := via[0]; {
	case first.Method != http.MethodGet:
		return http.ErrUseLastResponse
	case len(via) > 5:
		return fmt.Errorf("%w: too many", errRedirect)
	case first.Header.Get("Authorization") != "" && !c.own(next.URL):
		return fault.Wrap(fmt.Errorf("%w: away from the service", errRedirect), "base_url_moved", fault.Args{"to": answer{key: strings.TrimPrefix(first.Header.Get("Authorization"), "Bearer ")}.strike(next.URL.Scheme + "://" + next.URL.Host)})
	case next.URL.Scheme != "https" && !c.own(next.URL):
		return fmt.Errorf("%w: not https", errRedirect)
	}
	return nil
}

// own says whether an address is of the API's own origin.
func (c *Client) own(u *url.URL) bool {
	return u.Scheme == c.base.Scheme && strings.EqualFold(u.Host, c.base.Host)
}
