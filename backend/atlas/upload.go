package atlas

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
	"sync"

	"conch/backend/fault"
)

// Upload sends a file as the service's temporary media and gives its address. The body is streamed: memory stays
// constant whatever the size. open is called once per try; progress (may be nil) gets the file's bytes handed to
// the network so far, from 0 again at another try, and is never called after Upload has returned. An upload is not
// billed, so it is retried. Faults: picture_unreadable when the file itself fails or is not size bytes long,
// too_large, key, limited, unreachable, invalid.
func (c *Client) Upload(ctx context.Context, name, contentType string, size int64,
	open func() (io.ReadCloser, error), progress func(sent int64)) (string, error) {
	head, tail, boundary, err := multipartEnds(name, contentType)
	if err != nil {
		return "", err
	}
	unreadable := func(err error) error { return fault.Wrap(err, "picture_unreadable", fault.Args{"name": name}) }
	return retried(ctx, c, readTries, func() (string, error) {
		req, err := c.authorised(ctx, http.MethodPost, "/api/v1/model/uploadMedia")
		if err != nil {
			return "", err
		}
		file, err := open()
		if err != nil {
			return "", unreadable(err)
		}
		form := &formBody{file: file, left: size, tell: progress}
		form.whole = io.MultiReader(bytes.NewReader(head), formFile{form}, bytes.NewReader(tail))
		defer func() { _ = form.Close() }()
		req.Header.Set("Content-Type", "multipart/form-data; boundary="+boundary)
		req.Body, req.ContentLength = form, int64(len(head))+size+int64(len(tail))
		o, a, err := payload(c.do(req, answerLimit))
		if failed := form.failure(); failed != nil && ctx.Err() == nil {
			return "", unreadable(failed)
		}
		if err != nil {
			return "", err
		}
		address := firstText(o, "download_url", "url")
		if u, err := url.Parse(address); err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
			return "", a.unreadable(errors.New("no address in the answer"))
		}
		return address, nil
	})
}

// multipartEnds are what stands before and after the file in a form with one field, "file".
func multipartEnds(name, contentType string) (head, tail []byte, boundary string, err error) {
	if _, _, err := mime.ParseMediaType(contentType); err != nil || strings.ContainsAny(contentType, "\r\n") {
		contentType = "application/octet-stream"
	}
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", " ", "\n", " ").Replace(name)
	if _, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {fmt.Sprintf(`form-data; name="file"; filename="%s"`, quoted)},
		"Content-Type":        {contentType},
	}); err != nil {
		return nil, nil, "", fmt.Errorf("atlas: make form: %w", err)
	}
	head = bytes.Clone(form.Bytes())
	form.Reset()
	if err := w.Close(); err != nil {
		return nil, nil, "", fmt.Errorf("atlas: make form: %w", err)
	}
	return head, form.Bytes(), w.Boundary(), nil
}

// formBody streams one form. net/http may still read it when the answer is already there; Close waits for such
// a read and ends all further ones, so that the file and the progress are never touched afterwards.
type formBody struct {
	mu     sync.Mutex
	whole  io.Reader
	file   io.ReadCloser
	left   int64 // of the file, not yet read
	sent   int64
	tell   func(int64)
	moved  func()
	closed bool
	failed error // of the file, not of the network
}

func (b *formBody) onMove(moved func()) { b.moved = moved }

func (b *formBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return 0, http.ErrBodyReadAfterClose
	}
	n, err := b.whole.Read(p)
	if n > 0 && b.moved != nil {
		b.moved()
	}
	return n, err
}

func (b *formBody) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil
	}
	b.closed = true
	return b.file.Close()
}

func (b *formBody) failure() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.failed
}

var errLonger = errors.New("file is longer than it was")

// formFile is the file's stretch of the form: exactly as long as was promised.
type formFile struct{ b *formBody }

func (f formFile) Read(p []byte) (int, error) {
	b := f.b
	if b.left == 0 {
		if n, _ := b.file.Read(make([]byte, 1)); n > 0 {
			b.failed = errLonger
			return 0, errLonger
		}
		return 0, io.EOF
	}
	n, err := b.file.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	b.sent += int64(n)
	if n > 0 && b.tell != nil {
		b.tell(b.sent)
	}
	switch {
	case errors.Is(err, io.EOF) && b.left > 0:
		err = fmt.Errorf("file is %d bytes shorter than it was: %w", b.left, io.ErrUnexpectedEOF)
		b.failed = err
	case err != nil && !errors.Is(err, io.EOF):
		b.failed = err
	}
	return n, err
}
