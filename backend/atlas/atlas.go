// Package atlas is the Atlas Cloud API client: submit, prediction, upload,
// quote, balance, catalogue. It tolerates every answer form that the service has
// been seen to give (see decode.go) and turns every refusal into a fault.
package atlas

import (
	"context"
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

// Limits of what is read of one answer, in bytes: no answer may fill the memory.
const (
	answerLimit  = 4 << 20
	catalogLimit = 32 << 20
)

// Options configure a Client.
type Options struct {
	BaseURL   string                                     // "" is DefaultBaseURL; https, or http on loopback
	Key       func(context.Context) (string, error)      // asked at each call, never kept
	UserAgent string                                     // the service's front door refuses some default ones
	Transport http.RoundTripper                          // nil: proxies from the environment
	Wait      func(context.Context, time.Duration) error // nil: a real timer; for the waits between tries
}

// Client speaks to one API origin. It is safe for concurrent use.
type Client struct {
	base      *url.URL
	key       func(context.Context) (string, error)
	userAgent string
	http      *http.Client
	wait      func(context.Context, time.Duration) error
}

// New checks the address: the key travels only over https or to this machine.
// Faults: base_url_invalid, base_url_insecure.
func New(o Options) (*Client, error) {
	if o.BaseURL == "" {
		o.BaseURL = DefaultBaseURL
	}
	base, err := url.Parse(strings.TrimRight(o.BaseURL, "/"))
	if err != nil || base.Host == "" || base.User != nil || (base.Scheme != "https" && base.Scheme != "http") {
		return nil, fault.Wrap(err, "base_url_invalid", fault.Args{"url": o.BaseURL})
	}
	if base.Scheme != "https" && !Loopback(base.Hostname()) {
		return nil, fault.New("base_url_insecure", fault.Args{"url": o.BaseURL})
	}
	if o.Transport == nil {
		o.Transport = transport()
	}
	if o.Wait == nil {
		o.Wait = Wait
	}
	if o.UserAgent == "" {
		o.UserAgent = "Conch"
	}
	c := &Client{base: base, key: o.Key, userAgent: o.UserAgent, wait: o.Wait}
	c.http = &http.Client{Transport: o.Transport, CheckRedirect: c.sameOrigin}
	return c, nil
}

// Origin is the scheme and host that the key may go to.
func (c *Client) Origin() string { return c.base.Scheme + "://" + c.base.Host }

// Loopback says whether a host is this machine.
func Loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
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

func transport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DialContext = (&net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	t.ResponseHeaderTimeout = 60 * time.Second
	t.TLSHandshakeTimeout = 15 * time.Second
	t.MaxIdleConnsPerHost = 8
	return t
}

// sameOrigin follows a redirect of a read within the API's origin, and no other: the key must not travel.
func (c *Client) sameOrigin(next *http.Request, via []*http.Request) error {
	switch first := via[0]; {
	case first.Method != http.MethodGet:
		return http.ErrUseLastResponse
	case len(via) > 5:
		return fmt.Errorf("too many redirects")
	case first.Header.Get("Authorization") != "" && (next.URL.Host != c.base.Host || next.URL.Scheme != c.base.Scheme):
		return fmt.Errorf("redirect away from the service refused")
	}
	return nil
}

// authorised makes a request that carries the key. The key is read last, so that it lives shortest.
func (c *Client) authorised(req *http.Request) error {
	key, err := c.key(req.Context())
	if err != nil {
		return err
	}
	if key == "" {
		return fault.New("key_missing", nil)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	return nil
}

func (c *Client) request(ctx context.Context, method, path string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base.String()+path, nil)
	if err != nil {
		return nil, fmt.Errorf("atlas: make request: %w", err)
	}
	req.Header.Set("User-Agent", c.userAgent)
	req.Header.Set("Accept", "application/json")
	return req, nil
}
