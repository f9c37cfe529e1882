package engine

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
)

// connection tells when the service comes or goes.
type connection struct {
	tell  func(online bool)
	state atomic.Int32 // 0 unknown, 1 online, 2 offline
}

const (
	online  = 1
	offline = 2
)

// watched is one way out whose requests are watched as they pass.
type watched struct {
	next http.RoundTripper
	*connection
}

func (w watched) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := w.next.RoundTrip(req)
	switch {
	case err == nil:
		w.set(online)
	case !errors.Is(err, context.Canceled):
		w.set(offline)
	}
	return resp, err
}

// around watches all of a client's ways out; a nil tell, none.
func around(tell func(bool)) func(http.RoundTripper) http.RoundTripper {
	if tell == nil {
		return nil
	}
	c := &connection{tell: tell}
	return func(next http.RoundTripper) http.RoundTripper { return watched{next, c} }
}

func (c *connection) set(now int32) {
	if c.state.Swap(now) != now {
		c.tell(now == online)
	}
}
