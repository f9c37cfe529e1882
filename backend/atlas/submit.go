package atlas

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"sync/atomic"
	"time"

	"conch/backend/fault"
)

// Submission is the service's receipt for a run that it accepted and bills.
type Submission struct {
	ID        string // the prediction's
	Status    string // as sent
	RequestID string
	Raw       []byte // the answer, for the details a person can copy
}

// submitPaths are the endpoints by kind of output.
var submitPaths = map[string]string{
	"video": "/api/v1/model/generateVideo",
	"image": "/api/v1/model/generateImage",
}

// Submit asks for a run: kind is "video" or "image", params the model's flat fields. It is billed and not
// idempotent, so it is sent once, whatever happens. Faults:
//   - unreachable: no byte of the request's body was handed to the network, nothing was accepted;
//   - limited: the service refused to take it now (429), see RetryAfter;
//   - invalid, key, balance: refused, nothing billed;
//   - uncertain: the answer was lost, unreadable, without an id, or a 5xx.
func (c *Client) Submit(ctx context.Context, kind, model string, params map[string]any) (Submission, error) {
	path, known := submitPaths[kind]
	if !known {
		return Submission{}, fmt.Errorf("atlas: no endpoint for %q", kind)
	}
	body, err := requestBody(model, params)
	if err != nil {
		return Submission{}, err
	}
	req, err := c.request(ctx, http.MethodPost, path)
	if err != nil {
		return Submission{}, err
	}
	if err := c.authorised(req); err != nil {
		return Submission{}, err
	}
	sent := &watchedBody{r: bytes.NewReader(body)}
	req.Body, req.ContentLength = sent, int64(len(body)) // no GetBody: net/http can't send it again
	req.Header.Set("Content-Type", "application/json")
	c.http.CloseIdleConnections() // a stale connection would make a certain submit uncertain

	resp, err := c.http.Do(req)
	if err != nil {
		if !sent.touched.Load() {
			return Submission{}, unreachable(ctx, err)
		}
		return Submission{}, fault.Wrap(scrub(err), "submit_uncertain", nil)
	}
	a, err := readAnswer(resp, answerLimit)
	if err != nil {
		return Submission{}, fault.Wrap(scrub(err), "submit_uncertain", nil).With("status", resp.Status)
	}
	return a.submission()
}

func (a answer) submission() (Submission, error) {
	s, accepted := decodeSubmission(a.body)
	if accepted && (a.status < 300 || s.Status != "") && !codeRefuses(a.body, s) {
		if s.RequestID == "" {
			s.RequestID = a.header.Get("X-Request-ID")
		}
		return s, nil
	}
	err := a.refusal(time.Now())
	switch {
	case err == nil:
		return Submission{}, fault.New("submit_uncertain", nil).With("status", http.StatusText(a.status)).With("answer", excerpt(a.body))
	case fault.Is(err, fault.Unreachable): // a 5xx or a redirect: it may have been accepted behind it
		f := fault.Wrap(err, "submit_uncertain", nil).With("answer", excerpt(a.body))
		for name, value := range fault.Of(err).Details {
			f = f.With(name, value)
		}
		return Submission{}, f
	}
	return Submission{}, err
}

// codeRefuses sees a refusal inside a 200 that names some id beside it but no run.
func codeRefuses(body []byte, s Submission) bool {
	e, err := decodeEnvelope(body)
	return err == nil && e.code >= 400 && s.Status == ""
}

const excerptLength = 2000

func excerpt(body []byte) string { return string(body[:min(len(body), excerptLength)]) }

func requestBody(model string, params map[string]any) ([]byte, error) {
	flat := maps.Clone(params)
	if flat == nil {
		flat = map[string]any{}
	}
	flat["model"] = model
	body, err := json.Marshal(flat)
	if err != nil {
		return nil, fmt.Errorf("atlas: encode request: %w", err)
	}
	return body, nil
}

// watchedBody remembers whether the network asked for the body at all.
type watchedBody struct {
	r       io.Reader
	touched atomic.Bool
}

func (b *watchedBody) Read(p []byte) (int, error) {
	b.touched.Store(true)
	return b.r.Read(p)
}

func (b *watchedBody) Close() error { return nil }

// unreachable is the fault of a request that never got through; a dead context stays recognisable.
func unreachable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		return f
	}
	return fault.Wrap(scrub(err), "unreachable", nil)
}
