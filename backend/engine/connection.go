package engine

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
)

// connection watches the requests that pass and tells when the service comes or goes.
type connection struct {
	next  http.RoundTripper
	tell  func(online bool)
	state atomic.Int32 // 0 unknown, 1 online, 2 offline
}

const (
	online  = 1
	offline = 2
)

func (c *connection) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := c.next.RoundTrip(req)
	switch {
	case err == nil:
		c.set(online)
	case !errors.Is(err, context.Canceled):
		c.set(offline)
	}
	return resp, err
}

func (c *connection) set(now int32) {
	if c.state.Swap(now) != now {
		c.tell(now == online)
	}
}

// CloseIdleConnections lets the client begin a submit on a fresh connection.
func (c *connection) CloseIdleConnections() {
	if idle, ok := c.next.(interface{ CloseIdleConnections() }); ok {
		idle.CloseIdleConnections()
	}
}
