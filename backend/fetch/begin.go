package fetch

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"conch/backend/fault"
)

// begin reads the answer's head: how much there is in all, and whether our part is taken up (have stays)
// or everything comes anew (have becomes 0).
func begin(resp *http.Response, have *int64) (total int64, err error) {
	switch {
	case resp.StatusCode == http.StatusPartialContent:
		first, size, ok := contentRange(resp.Header.Get("Content-Range"))
		if !ok || first != *have {
			return 0, fmt.Errorf("%w: wrong range", errRetry)
		}
		return size, nil
	case resp.StatusCode == http.StatusOK:
		*have = 0
		return max(0, resp.ContentLength), nil
	case resp.StatusCode == http.StatusRequestedRangeNotSatisfiable:
		*have = 0
		return 0, fmt.Errorf("%w: range refused", errRetry)
	case resp.StatusCode == http.StatusNotFound, resp.StatusCode == http.StatusGone, resp.StatusCode == http.StatusForbidden:
		return 0, fault.New("output_expired", nil).With("status", strconv.Itoa(resp.StatusCode))
	}
	return 0, fmt.Errorf("%w: status %d", errRetry, resp.StatusCode)
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
		if size, err = strconv.ParseInt(whole, 10, 64); err != nil || size <= 0 {
			return 0, 0, false
		}
	}
	return first, size, true
}

// The mark beside a partial file is the strong validator it began with: without one it can't be taken up.
func markPath(path string) string { return path + ".etag" }

func readMark(path string) string {
	mark, err := os.ReadFile(markPath(path))
	if err != nil || len(mark) > 1024 {
		return ""
	}
	return string(mark)
}

func writeMark(path string, head http.Header) {
	mark := head.Get("ETag")
	if strings.HasPrefix(mark, "W/") {
		mark = ""
	}
	if mark == "" {
		mark = head.Get("Last-Modified")
	}
	if mark == "" {
		removeMark(path)
		return
	}
	_ = os.WriteFile(markPath(path), []byte(mark), 0o644) // without it the download only starts anew
}

func removeMark(path string) { _ = os.Remove(markPath(path)) }

// DiskFault says what a failed write means for a finished run: disk_full, folder_read_only or folder_missing.
func DiskFault(err error, path string) error {
	folder := filepath.Dir(path)
	switch {
	case isFull(err):
		return fault.Wrap(err, "disk_full", fault.Args{"folder": folder})
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fault.Wrap(err, "folder_read_only", fault.Args{"folder": folder})
	}
	return fault.Wrap(err, "folder_missing", fault.Args{"folder": folder})
}

// readLimited reads a small body; over says that there was more than limit.
func readLimited(body io.Reader, limit int64) (data []byte, over bool, err error) {
	data, err = io.ReadAll(io.LimitReader(body, limit+1))
	return data, int64(len(data)) > limit, err
}
