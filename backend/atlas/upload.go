package atlas

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"

	"conch/backend/fault"
)

// Upload sends a file as the service's temporary media and gives its address. The body is streamed:
// memory stays constant whatever the size. open is called once per try; progress (may be nil) gets the
// file's bytes handed to the network so far. An upload is not billed, so it is retried.
func (c *Client) Upload(ctx context.Context, name, contentType string, size int64,
	open func() (io.ReadCloser, error), progress func(sent int64)) (string, error) {
	head, tail, boundary, err := multipartEnds(name, contentType)
	if err != nil {
		return "", err
	}
	return retried(ctx, c, func() (string, error) {
		file, err := open()
		if err != nil {
			return "", fmt.Errorf("atlas: open upload: %w", err)
		}
		defer func() { _ = file.Close() }()
		req, err := c.request(ctx, http.MethodPost, "/api/v1/model/uploadMedia")
		if err != nil {
			return "", err
		}
		if err := c.authorised(req); err != nil {
			return "", err
		}
		req.Header.Set("Content-Type", "multipart/form-data; boundary="+boundary)
		counted := &countedReader{r: io.LimitReader(file, size), tell: progress}
		req.Body = io.NopCloser(io.MultiReader(bytes.NewReader(head), counted, bytes.NewReader(tail)))
		req.ContentLength = int64(len(head)) + size + int64(len(tail))
		o, err := c.payload(c.do(req, answerLimit))
		if err != nil {
			return "", err
		}
		address := firstText(o, "download_url", "url")
		if address == "" {
			return "", fault.New("answer_unreadable", nil)
		}
		return address, nil
	})
}

// multipartEnds are what stands before and after the file in a form with one field, "file".
func multipartEnds(name, contentType string) (head, tail []byte, boundary string, err error) {
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

type countedReader struct {
	r    io.Reader
	sent int64
	tell func(int64)
}

func (c *countedReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.sent += int64(n)
	if c.tell != nil && n > 0 {
		c.tell(c.sent)
	}
	return n, err
}

func setBody(req *http.Request, body []byte) {
	req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
}
