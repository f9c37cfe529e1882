package atlas

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"conch/backend/fault"
)

func TestUploadForm(t *testing.T) {
	for name, c := range map[string]struct{ kind, wantName, wantKind string }{
		"image.png":              {"image/png", "image.png", "image/png"},
		"貝殼 \"a\\b\".png":        {"image/png", "貝殼 \"a\\b\".png", "image/png"},
		"a\r\nX-Evil: 1.png":     {"image/png\r\nX-Evil: 1", "a  X-Evil: 1.png", "application/octet-stream"},
		strings.Repeat("x", 250): {"", strings.Repeat("x", 250), "application/octet-stream"},
	} {
		_, page := golden(t, "upload/page")
		s := serving(t, func(w http.ResponseWriter, _ *http.Request, _ int) { _, _ = w.Write(page) })
		client, _ := client(t, s.URL)
		content := "\x89PNG\r\n--not a boundary\r\n"
		if _, err := client.Upload(t.Context(), name, c.kind, int64(len(content)), opening(content), nil); err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		r := s.asked[0]
		if r.ContentLength != int64(len(s.bodies[0])) || r.Header.Get("Authorization") != "Bearer "+testKey {
			t.Errorf("%q: length %d, head %v", name, r.ContentLength, r.Header)
		}
		_, boundary, _ := strings.Cut(r.Header.Get("Content-Type"), "multipart/form-data; boundary=")
		form := multipart.NewReader(strings.NewReader(s.bodies[0]), boundary)
		part, err := form.NextRawPart()
		if err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		sent, err := io.ReadAll(part)
		if err != nil || string(sent) != content || part.FormName() != "file" || part.FileName() != c.wantName || part.Header.Get("Content-Type") != c.wantKind || len(part.Header) != 2 {
			t.Errorf("%q: %q, %v, %v", name, sent, part.Header, err)
		}
		if _, err := form.NextPart(); !errors.Is(err, io.EOF) {
			t.Errorf("%q: more than one part: %v", name, err)
		}
	}
}

func TestUploadIsSentAgain(t *testing.T) {
	s := answering(t, "refusal/502", "refusal/429-after", "upload/page")
	c, w := client(t, s.URL)
	opened := 0
	var told []int64
	got, err := c.Upload(t.Context(), "image.png", "image/png", 4, func() (io.ReadCloser, error) {
		opened++
		return opening("\x89PNG")()
	}, func(sent int64) { told = append(told, sent) })
	if err != nil || got != stored || opened != 3 || len(w.asked) != 2 {
		t.Fatalf("%q, %v, opened %d times", got, err, opened)
	}
	if want := []int64{4, 4, 4}; !slices.Equal(told, want) {
		t.Errorf("told %v", told)
	}
	for _, body := range s.bodies {
		if !strings.Contains(body, "\x89PNG") {
			t.Errorf("sent %q", body)
		}
	}
}

type failing struct{ error }

func (f failing) Read([]byte) (int, error) { return 0, f.error }
func (failing) Close() error               { return nil }

func TestFilesThatFail(t *testing.T) {
	broken := errors.New("input/output error")
	for name, open := range map[string]func() (io.ReadCloser, error){
		"gone":    func() (io.ReadCloser, error) { return nil, broken },
		"broken":  func() (io.ReadCloser, error) { return failing{broken}, nil },
		"shorter": opening("\x89PN"),
		"longer":  opening("\x89PNG and more"),
	} {
		s := answering(t, "upload/page")
		c, w := client(t, s.URL)
		_, err := c.Upload(t.Context(), "image.png", "image/png", 4, open, nil)
		if ruled(t, name, err, "picture_unreadable"); len(w.asked) != 0 || fault.Of(err).Args["name"] != "image.png" {
			t.Errorf("%s: waited %v", name, w.asked)
		}
		if (name == "gone" || name == "broken") && !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// zeros is a picture of any size that takes no memory.
type zeros struct{ left int64 }

func (z *zeros) Read(p []byte) (int, error) {
	n := int(min(int64(len(p)), z.left))
	clear(p[:n])
	if z.left -= int64(n); n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (*zeros) Close() error { return nil }

func TestUploadStreams(t *testing.T) {
	const size = 20 << 20
	_, page := golden(t, "upload/page")
	var got atomic.Int64
	s := newPlain(t, func(w http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		got.Store(n)
		_, _ = w.Write(page)
	})
	c, _ := client(t, s.URL)
	var told []int64
	upload := func() {
		told = told[:0]
		if _, err := c.Upload(t.Context(), "image.png", "image/png", size, func() (io.ReadCloser, error) { return &zeros{size}, nil },
			func(sent int64) { told = append(told, sent) }); err != nil {
			t.Fatal(err)
		}
	}
	upload()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	upload()
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 8<<20 {
		t.Errorf("%d bytes were allocated for a picture of %d", grown, size)
	} else {
		t.Logf("%d KiB were allocated", grown>>10)
	}
	if got.Load() <= size || told[len(told)-1] != size || !slices.IsSorted(told) {
		t.Errorf("%d bytes arrived; told %d, the last %d", got.Load(), len(told), told[len(told)-1])
	}
}

// endlessly never ends by itself, and tells of being read after it was closed.
type endlessly struct{ closed, late atomic.Bool }

func (e *endlessly) Read(p []byte) (int, error) {
	if e.closed.Load() {
		e.late.Store(true)
	}
	return len(p), nil
}

func (e *endlessly) Close() error { e.closed.Store(true); return nil }

// A service that refuses before it has read everything: net/http may go on reading what it sends.
func TestNothingIsTouchedAfterUpload(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	returned, drained := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(drained)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		_, _ = io.ReadFull(conn, make([]byte, 1<<10))
		_, _ = io.WriteString(conn, "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
		<-returned
		_, _ = io.Copy(io.Discard, conn) // until the client lets go
	}()
	c, _ := client(t, "http://"+l.Addr().String())
	file := &endlessly{}
	var over, late atomic.Bool
	_, err = c.Upload(t.Context(), "image.png", "image/png", 1<<40, func() (io.ReadCloser, error) { return file, nil }, func(int64) {
		if over.Load() {
			late.Store(true)
		}
	})
	over.Store(true)
	ruled(t, "refused early", err, "too_large")
	if !file.closed.Load() {
		t.Error("the file is still open")
	}
	close(returned)
	<-drained
	if late.Load() || file.late.Load() {
		t.Error("the file or the progress was touched afterwards")
	}
}

func TestFormsAreClosedOnce(t *testing.T) {
	file := &endlessly{}
	form := &formBody{file: file, whole: bytes.NewReader(nil)}
	if err := errors.Join(form.Close(), form.Close()); err != nil || !file.closed.Load() {
		t.Fatal(err)
	}
	if n, err := form.Read(make([]byte, 1)); n != 0 || !errors.Is(err, http.ErrBodyReadAfterClose) {
		t.Errorf("%d, %v", n, err)
	}
}
