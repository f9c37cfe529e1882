package fetch

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"conch/backend/fault"
)

// head is what the beginning of an answer says.
type head struct {
	from     int64 // where its bytes belong: 0 when everything comes anew
	total    int64 // of the whole file; 0 when unknown
	complete bool  // what is there is all there is
	anew     bool  // with an error: what is there can't be taken up
	coded    bool  // compressed on the way, although that was not asked for: total and ranges are of other bytes
}

// begin reads the answer's head against what is there already.
func begin(resp *http.Response, have int64, mark string) (head, error) {
	changed := have > 0 && markOf(resp.Header) != "" && markOf(resp.Header) != mark // where If-Range was ignored
	switch status := resp.StatusCode; {
	case status == http.StatusPartialContent:
		first, size, ok := contentRange(resp.Header.Get("Content-Range"))
		if !ok || first != have || changed {
			return head{anew: true}, &retry{err: errors.New("the server sent another range than asked for")}
		}
		if isCoded(resp.Header) && first > 0 {
			return head{anew: true}, &retry{err: errors.New("the server sent a coded range")}
		}
		return head{from: have, total: size, coded: isCoded(resp.Header)}, nil
	case status == http.StatusOK:
		return head{total: max(0, resp.ContentLength), coded: isCoded(resp.Header)}, nil
	case status == http.StatusRequestedRangeNotSatisfiable:
		if size, ok := unsatisfied(resp.Header.Get("Content-Range")); ok && size == have && have > 0 && !changed {
			return head{complete: true}, nil
		}
		return head{anew: true}, &retry{err: errors.New("the server has no such range")}
	case status == http.StatusNotFound, status == http.StatusGone, status == http.StatusForbidden:
		return head{}, fault.New("output_expired", nil).With("status", strconv.Itoa(status))
	case status >= 400 && status < 500 && status != http.StatusRequestTimeout && status != http.StatusTooEarly && status != http.StatusTooManyRequests:
		return head{}, fault.New("output_unreachable", nil).With("status", strconv.Itoa(status))
	default:
		return head{}, &retry{err: fmt.Errorf("status %d", status), after: retryAfter(resp.Header)}
	}
}

// contentRange reads "bytes 10-99/100"; the size is 0 when the server says "*".
func contentRange(value string) (first, size int64, ok bool) {
	span, whole, ok := strings.Cut(strings.TrimPrefix(value, "bytes "), "/")
	if !ok {
		return 0, 0, false
	}
	from, _, ok := strings.Cut(span, "-")
	if !ok {
		return 0, 0, false
	}
	first, err := strconv.ParseInt(strings.TrimSpace(from), 10, 64)
	if err != nil || first < 0 {
		return 0, 0, false
	}
	if whole != "*" {
		if size, err = strconv.ParseInt(whole, 10, 64); err != nil || size <= first {
			return 0, 0, false
		}
	}
	return first, size, true
}

// unsatisfied reads the "bytes */100" of a 416.
func unsatisfied(value string) (size int64, ok bool) {
	whole, ok := strings.CutPrefix(value, "bytes */")
	if !ok {
		return 0, false
	}
	size, err := strconv.ParseInt(whole, 10, 64)
	return size, err == nil && size >= 0
}

func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(min(seconds, int(longestWait/time.Second))) * time.Second
}

// The mark beside a partial file is the strong validator it began with: without one it can't be taken up.
func markPath(path string) string { return path + ".etag" }

// markOf is an answer's strong ETag, or its Last-Modified: outputs are written once.
func markOf(h http.Header) string {
	if mark := h.Get("ETag"); mark != "" && !strings.HasPrefix(mark, "W/") {
		return mark
	}
	return h.Get("Last-Modified")
}

func readMark(path string) string {
	mark, err := os.ReadFile(markPath(path))
	if err != nil || len(mark) > 1024 || strings.ContainsAny(string(mark), "\r\n\x00") {
		return ""
	}
	return string(mark)
}

func writeMark(path string, h http.Header) {
	mark := markOf(h)
	if mark == "" {
		removeMark(path)
		return
	}
	_ = os.WriteFile(markPath(path), []byte(mark), 0o644) // without it the download only starts anew
}

// Discard removes a partial file and what belongs to it; none is no error.
func Discard(path string) error {
	var failed error
	for _, p := range []string{path, markPath(path)} {
		if err := os.Remove(p); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

func removeMark(path string) { _ = os.Remove(markPath(path)) }

// oldNumber reads a part of an address as the C library does: decimal, 0x hexadecimal, 0 octal.
func oldNumber(part string) (uint64, bool) {
	if part == "" || strings.ContainsAny(part, "_bBoO+-") && !strings.HasPrefix(strings.ToLower(part), "0x") {
		return 0, false
	}
	n, err := strconv.ParseUint(part, 0, 33)
	return n, err == nil
}
