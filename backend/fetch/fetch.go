// Package fetch brings files from the network to the disk: streamed, resumed by
// range, watched for progress instead of timed as a whole. A key goes to the service's own origin alone, and only
// where it is asked for.
package fetch

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/cenkalti/backoff/v5"

	"conch/backend/fault"
)

// Options configure a Fetcher.
type Options struct {
	Transport http.RoundTripper                          // nil: the network, through Proxy
	Proxy     func(*http.Request) (*url.URL, error)      // nil: none
	UserAgent string                                     // sent with each request
	Wait      func(context.Context, time.Duration) error // nil: a real timer; for the waits between tries
}

// Fetcher downloads. It is safe for concurrent use.
type Fetcher struct {
	public, any *http.Client
	userAgent   string
	wait        func(context.Context, time.Duration) error
}

// Request names one download.
type Request struct {
	URL          string
	Path         string                                // the partial file; an existing one is taken up where it ends
	Progress     func(done, total int64)               // total is 0 when unknown; may be nil
	Limit        int64                                 // the most bytes to take; 0 is no limit
	AllowPrivate bool                                  // http and this machine's or network's addresses: only for a service that is there itself
	KeyOrigin    string                                // the service's own origin, the only one that may see its key
	Key          func(context.Context) (string, error) // asked when that origin refuses without one; may be nil
	Idle         time.Duration                         // no byte for so long means the connection is dead; 0 is 30 s
	Tries        int                                   // tries without any progress; 0 is 5
}

// Result is a file that arrived whole and is synced.
type Result struct {
	Bytes       int64
	ContentType string // as sent
	URL         string // where it came from in the end; may be signed
}

const (
	defaultIdle  = 30 * time.Second
	defaultTries = 5
	chunk        = 256 << 10
	longestWait  = 2 * time.Minute
)

// New makes a Fetcher.
func New(o Options) *Fetcher {
	if o.Wait == nil {
		o.Wait = sleep
	}
	if o.UserAgent == "" {
		o.UserAgent = "Conch"
	}
	client := func(private bool) *http.Client {
		t := o.Transport
		if t == nil {
			t = transport(o.Proxy)
		}
		return &http.Client{Transport: t, CheckRedirect: func(next *http.Request, via []*http.Request) error {
			next.Header.Del("Referer")       // it would carry a signed address elsewhere
			next.Header.Del("Authorization") // a redirect is none of the service's own answers
			if len(via) > 5 {
				return errors.New("too many redirects")
			}
			return checkAddress(next.URL, private)
		}}
	}
	return &Fetcher{public: client(false), any: client(true), userAgent: o.UserAgent, wait: o.Wait}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// Download brings a file whole, taking up a partial one, and syncs it. It goes on for as long as tries bring
// bytes; several in a row that bring none end it. Faults: output_address, output_expired, output_too_big,
// output_incomplete, output_unreachable, disk_full, folder_read_only, folder_missing; or the context's error.
func (f *Fetcher) Download(ctx context.Context, r Request) (_ Result, err error) {
	defer func() {
		if err != nil && isEmpty(r.Path) {
			_ = Discard(r.Path) // nothing came that could be taken up
		}
	}()
	u, err := url.Parse(r.URL)
	if err != nil || checkAddress(u, r.AllowPrivate) != nil {
		return Result{}, fault.New("output_address", fault.Args{"host": hostOf(r.URL)})
	}
	if r.Idle == 0 {
		r.Idle = defaultIdle
	}
	if r.Tries == 0 {
		r.Tries = defaultTries
	}
	pace := backoff.NewExponentialBackOff()
	pace.InitialInterval, pace.MaxInterval = 500*time.Millisecond, 15*time.Second
	farthest := sizeOf(r.Path) // not the last try's: a server without ranges begins anew each time
	for left := r.Tries; ; {
		result, err := f.once(ctx, r)
		var again *retry
		if err == nil || !errors.As(err, &again) {
			return result, err
		}
		if reached := sizeOf(r.Path); reached > farthest {
			farthest, left = reached, r.Tries
			pace.Reset()
		} else if left--; left <= 0 {
			return Result{}, again.giveUp()
		}
		pause := pace.NextBackOff()
		if again.after > 0 {
			pause = min(again.after, longestWait)
		}
		if err := f.wait(ctx, pause); err != nil {
			return Result{}, err
		}
	}
}

// retry is a failure that another try may mend.
type retry struct {
	err   error
	short bool          // some of the file came
	after time.Duration // as the server asked; 0 when it didn't
}

func (r *retry) Error() string { return r.err.Error() }
func (r *retry) Unwrap() error { return r.err }

func (r *retry) giveUp() error {
	if r.short {
		return fault.Wrap(r.err, "output_incomplete", nil)
	}
	return fault.Wrap(r.err, "output_unreachable", nil)
}

func (f *Fetcher) client(private bool) *http.Client {
	if private {
		return f.any
	}
	return f.public
}

func isEmpty(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Size() == 0
}

func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

func hostOf(address string) string {
	if u, err := url.Parse(address); err == nil && u.Scheme != "" {
		return u.Scheme + "://" + u.Host
	}
	return "?"
}
