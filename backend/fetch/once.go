package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"

	"conch/backend/fault"
)

var errIdle = errors.New("no byte arrived for too long")

// once is one connection: it asks for what is missing and appends it. A failure worth another try is a *retry.
func (f *Fetcher) once(ctx context.Context, r Request) (Result, error) {
	file, err := os.OpenFile(r.Path, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return Result{}, DiskFault(err, r.Path)
	}
	defer func() { _ = file.Close() }()
	have, mark := sizeOf(r.Path), readMark(r.Path)
	if mark == "" { // nothing proves that the rest would belong to it
		have = 0
	}

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watchdog := time.AfterFunc(r.Idle, func() { cancel(errIdle) })
	defer watchdog.Stop()
	resp, err := f.ask(ctx, r, have, mark)
	if err != nil {
		return Result{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	head, err := begin(resp, have, mark)
	switch {
	case err != nil:
		if head.anew {
			removeMark(r.Path)
		}
		return Result{}, err
	case head.complete:
		return finish(file, r, have, resp)
	case r.Limit > 0 && !head.coded && head.total > r.Limit:
		return Result{}, tooBig(r.Limit)
	}
	if err := place(file, head.from); err != nil {
		return Result{}, DiskFault(err, r.Path)
	}
	var body io.Reader = resp.Body
	switch {
	case head.coded:
		removeMark(r.Path) // it can't be taken up: ranges are of the coded bytes
		if body, err = decoded(resp.Header, resp.Body); err != nil {
			return Result{}, err
		}
		head.total = 0
	case head.from == 0: // a 206 need not repeat it
		writeMark(r.Path, resp.Header)
	}

	done, err := copyWatched(file, body, head, r, watchdog)
	var known *fault.Error
	switch {
	case errors.As(err, &known):
		return Result{}, err
	case err != nil:
		return Result{}, broken(ctx, err, true)
	case head.total > 0 && done != head.total:
		return Result{}, &retry{err: fmt.Errorf("%d of %d bytes arrived", done, head.total), short: true}
	}
	return finish(file, r, done, resp)
}

// ask sends the request for what is missing.
func (f *Fetcher) ask(ctx context.Context, r Request, have int64, mark string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL, nil)
	if err != nil {
		return nil, fault.New("output_address", fault.Args{"host": hostOf(r.URL)})
	}
	req.Header.Set("User-Agent", f.userAgent)
	req.Header.Set("Accept-Encoding", "identity")
	if have > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
		req.Header.Set("If-Range", mark)
	}
	resp, err := f.client(r.AllowPrivate).Do(req)
	if err == nil && refused(resp.StatusCode) && r.Key != nil && originOf(req.URL) == r.KeyOrigin {
		key, noKey := r.Key(ctx)
		if noKey != nil {
			return resp, nil // what it said without one is what there is to say
		}
		_ = resp.Body.Close()
		req.Header.Set("Authorization", "Bearer "+key)
		resp, err = f.client(r.AllowPrivate).Do(req)
	}
	if errors.Is(err, errPrivate) {
		return nil, fault.Wrap(errPrivate, "output_address", fault.Args{"host": hostOf(r.URL)})
	}
	if err != nil {
		return nil, broken(ctx, err, false)
	}
	return resp, nil
}

func refused(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden
}

// originOf is scheme, host and port, as a service's own address is compared.
func originOf(u *url.URL) string { return u.Scheme + "://" + u.Host }

func finish(file *os.File, r Request, done int64, resp *http.Response) (Result, error) {
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return Result{}, DiskFault(err, r.Path)
	}
	removeMark(r.Path)
	return Result{Bytes: done, ContentType: resp.Header.Get("Content-Type"), URL: resp.Request.URL.String()}, nil
}

func place(file *os.File, at int64) error {
	if err := file.Truncate(at); err != nil {
		return err
	}
	_, err := file.Seek(at, io.SeekStart)
	return err
}

func tooBig(limit int64) error {
	return fault.New("output_too_big", fault.Args{"max": limit / 1_000_000})
}

// broken is a lost connection, unless the caller's own context ended.
func broken(ctx context.Context, err error, short bool) error {
	cause := context.Cause(ctx)
	if cause != nil && !errors.Is(cause, errIdle) {
		return cause
	}
	if cause != nil {
		err = errIdle // not "context canceled": nobody canceled
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err // without the address, which may be signed
	}
	return &retry{err: err, short: short}
}

// copyWatched appends the body. The watchdog runs while bytes are waited for, not while the disk takes them.
func copyWatched(file *os.File, body io.Reader, head head, r Request, watchdog *time.Timer) (int64, error) {
	buffer := make([]byte, chunk)
	done := head.from
	for {
		watchdog.Reset(r.Idle)
		n, err := body.Read(buffer)
		watchdog.Stop()
		if n > 0 {
			if r.Limit > 0 && done+int64(n) > r.Limit {
				return done, tooBig(r.Limit)
			}
			if _, err := file.Write(buffer[:n]); err != nil {
				return done, DiskFault(err, r.Path)
			}
			done += int64(n)
			if r.Progress != nil {
				r.Progress(done, head.total)
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
