// Package fetch brings files from the network to the disk: streamed, resumed by
// range, watched for progress instead of timed as a whole. It never sends a key.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/cenkalti/backoff/v5"

	"conch/backend/fault"
)

// Options configure a Fetcher.
type Options struct {
	Transport http.RoundTripper                          // nil: a dialer that refuses private addresses; tests give their own
	UserAgent string                                     // sent with each request
	Wait      func(context.Context, time.Duration) error // nil: a real timer
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
	Path         string                  // the partial file; an existing one is taken up where it ends
	Progress     func(done, total int64) // total is 0 when unknown; may be nil
	AllowPrivate bool                    // http and this machine's or network's addresses: only for a service that is there itself
	Idle         time.Duration           // no byte for so long means the connection is dead; 0 is 30 s
	Tries        int                     // tries without any progress; 0 is 5
}

// Result is a file that arrived whole and is synced.
type Result struct {
	Bytes       int64
	ContentType string
}

const (
	defaultIdle  = 30 * time.Second
	defaultTries = 5
	chunk        = 256 << 10
)

var errPrivate = errors.New("address is not public")

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
			t = transport(private)
		}
		return &http.Client{Transport: t, CheckRedirect: func(next *http.Request, via []*http.Request) error {
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

// transport checks each address as it is dialled, after DNS: a public name may not lead into the house.
func transport(private bool) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	dialer := &net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}
	if !private {
		dialer.Control = func(_, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil || !isPublic(at.Addr().Unmap()) {
				return errPrivate
			}
			return nil
		}
	}
	t.DialContext = dialer.DialContext
	t.ResponseHeaderTimeout = 60 * time.Second
	t.DisableCompression = true // ranges and sizes are of the bytes as stored
	t.ReadBufferSize = 64 << 10
	if !private {
		return withProxyAllowed(t, dialer)
	}
	return t
}

// withProxyAllowed lets a proxy named in the environment be in the house: it was chosen by the person.
func withProxyAllowed(t *http.Transport, guarded *net.Dialer) *http.Transport {
	free := &net.Dialer{Timeout: guarded.Timeout, KeepAlive: guarded.KeepAlive}
	t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
			if proxy, err := url.Parse(os.Getenv(name)); err == nil && proxy.Host != "" && proxy.Host == address {
				return free.DialContext(ctx, network, address)
			}
		}
		return guarded.DialContext(ctx, network, address)
	}
	return t
}

func isPublic(ip netip.Addr) bool {
	shared := netip.MustParsePrefix("100.64.0.0/10") // carriers' NAT, RFC 6598
	return ip.IsValid() && ip.IsGlobalUnicast() && !ip.IsPrivate() && !ip.IsLoopback() && !ip.IsLinkLocalUnicast() && !shared.Contains(ip)
}

// checkAddress allows https only, and http where private addresses are allowed.
func checkAddress(u *url.URL, private bool) error {
	host := u.Hostname()
	if host == "" || (u.Scheme != "https" && (!private || u.Scheme != "http")) {
		return errPrivate
	}
	if ip, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil && !private && !isPublic(ip.Unmap()) {
		return errPrivate
	}
	return nil
}

// Download brings a file whole, taking up a partial one, and syncs it. Faults: output_address,
// output_expired, output_incomplete, output_unreachable, disk_full, folder_read_only.
func (f *Fetcher) Download(ctx context.Context, r Request) (Result, error) {
	u, err := url.Parse(r.URL)
	if err != nil || checkAddress(u, r.AllowPrivate) != nil {
		return Result{}, fault.Wrap(err, "output_address", fault.Args{"host": hostOf(r.URL)})
	}
	if r.Idle == 0 {
		r.Idle = defaultIdle
	}
	if r.Tries == 0 {
		r.Tries = defaultTries
	}
	pace := backoff.NewExponentialBackOff()
	pace.InitialInterval, pace.MaxInterval = 500*time.Millisecond, 15*time.Second
	for left := r.Tries; ; {
		before := sizeOf(r.Path)
		result, err := f.once(ctx, r)
		if err == nil || !errors.Is(err, errRetry) {
			return result, err
		}
		if sizeOf(r.Path) > before {
			left = r.Tries
			pace.Reset()
		} else if left--; left <= 0 {
			return Result{}, giveUp(err)
		}
		if err := f.wait(ctx, pace.NextBackOff()); err != nil {
			return Result{}, err
		}
	}
}

var (
	errRetry = errors.New("worth another try")
	errShort = errors.New("connection ended early")
)

func giveUp(err error) error {
	if errors.Is(err, errShort) {
		return fault.Wrap(err, "output_incomplete", nil)
	}
	return fault.Wrap(err, "output_unreachable", nil)
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

// once is one connection: it asks for what is missing and appends it.
func (f *Fetcher) once(ctx context.Context, r Request) (Result, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	file, err := os.OpenFile(r.Path, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return Result{}, DiskFault(err, r.Path)
	}
	defer func() { _ = file.Close() }()
	have := sizeOf(r.Path)
	mark := readMark(r.Path)
	if mark == "" && have > 0 { // nothing proves that the rest belongs to it
		have = 0
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL, nil)
	if err != nil {
		return Result{}, fault.Wrap(err, "output_address", fault.Args{"host": hostOf(r.URL)})
	}
	req.Header.Set("User-Agent", f.userAgent)
	req.Header.Set("Accept-Encoding", "identity")
	if have > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
		req.Header.Set("If-Range", mark)
	}
	watchdog := time.AfterFunc(r.Idle+30*time.Second, func() { cancel(errIdle) })
	defer watchdog.Stop()
	resp, err := f.client(r.AllowPrivate).Do(req)
	if err != nil {
		if errors.Is(err, errPrivate) {
			return Result{}, fault.Wrap(err, "output_address", fault.Args{"host": hostOf(r.URL)})
		}
		return Result{}, f.broken(ctx, err)
	}
	defer func() { _ = resp.Body.Close() }()
	total, err := begin(resp, &have)
	if err != nil {
		return Result{}, err
	}
	if err := file.Truncate(have); err != nil {
		return Result{}, DiskFault(err, r.Path)
	}
	if _, err := file.Seek(have, io.SeekStart); err != nil {
		return Result{}, DiskFault(err, r.Path)
	}
	writeMark(r.Path, resp.Header)
	done, err := copyWatched(file, resp.Body, have, total, r, watchdog)
	if err != nil {
		var disk *fault.Error
		if errors.As(err, &disk) {
			return Result{}, err
		}
		return Result{}, f.broken(ctx, fmt.Errorf("%w: %w", errShort, err))
	}
	if total > 0 && done != total {
		return Result{}, fmt.Errorf("%w: %w: %d of %d bytes", errRetry, errShort, done, total)
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return Result{}, DiskFault(err, r.Path)
	}
	removeMark(r.Path)
	return Result{Bytes: done, ContentType: resp.Header.Get("Content-Type")}, nil
}

var errIdle = errors.New("no byte arrived for too long")

func (f *Fetcher) client(private bool) *http.Client {
	if private {
		return f.any
	}
	return f.public
}

// broken is a lost connection, unless the caller's own context ended.
func (f *Fetcher) broken(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, errIdle) {
		return cause
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err // without the address, which may be signed
	}
	return fmt.Errorf("%w: %w", errRetry, err)
}

// copyWatched appends the body; each chunk that arrives winds the watchdog up again.
func copyWatched(file *os.File, body io.Reader, done, total int64, r Request, watchdog *time.Timer) (int64, error) {
	buffer := make([]byte, chunk)
	for {
		n, err := body.Read(buffer)
		if n > 0 {
			watchdog.Reset(r.Idle)
			if _, err := file.Write(buffer[:n]); err != nil {
				return done, DiskFault(err, r.Path)
			}
			done += int64(n)
			if r.Progress != nil {
				r.Progress(done, total)
			}
		}
		if errors.Is(err, io.EOF) {
			return done, nil
		}
		if err != nil {
			return done, err
		}
	}
}
