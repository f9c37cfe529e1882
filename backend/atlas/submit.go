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

	"conch/backend/fault"
)

// Submission is the service's receipt for a run that it accepted and bills.
type Submission struct {
	ID        string // the prediction's
	Status    string // as sent
	Model     string // as sent; "" when the answer doesn't name it
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
//   - uncertain: the answer was lost, unreadable, without an id, a redirect or a 5xx.
//
// A context that ends leads to unreachable or uncertain too, with the context's error in the chain.
func (c *Client) Submit(ctx context.Context, kind, model string, params map[string]any) (Submission, error) {
	path, known := submitPaths[kind]
	if !known {
		return Submission{}, fault.Wrap(fmt.Errorf("atlas: no endpoint for %q", kind), "model_unknown", fault.Args{"model": model})
	}
	body, err := requestBody(model, params)
	if err != nil {
		return Submission{}, err
	}
	req, err := c.authorised(ctx, http.MethodPost, path)
	if err != nil {
		return Submission{}, err
	}
	setBody(req, body)
	sent := &watchedBody{r: bytes.NewReader(body)}
	req.Body = sent // and no GetBody: net/http has no way to send it again

	a, err := c.exchange(c.single, req, answerLimit, idleSubmit)
	switch {
	case err == nil:
		return a.submission()
	case a.status == 0 && !sent.touched.Load():
		return Submission{}, unreachable(err)
	case a.status >= 400 && a.status < 500 && a.status != http.StatusRequestTimeout:
		return a.submission() // cut short, but the status already says no
	}
	e, _ := decodeEnvelope(a.body)
	f := fault.Wrap(err, "submit_uncertain", nil)
	if a.status != 0 {
		f = a.details(f, e)
	}
	return Submission{}, f
}

func (a answer) submission() (Submission, error) {
	e, _ := decodeEnvelope(a.body)
	if s, ok := decodeSubmission(e); ok && (a.verdict(e) < 300 || receipt(e, s)) {
		s.RequestID, s.Raw = a.requestID(e), a.body
		return s, nil
	}
	err := a.refusal()
	switch {
	case err == nil && tooPoor(e.message, a.status):
		return Submission{}, a.details(fault.New("balance", nil), e)
	case err == nil, fault.Is(err, fault.Unreachable): // a 5xx or a redirect: it may have been accepted behind it
		return Submission{}, a.details(fault.Wrap(err, "submit_uncertain", nil), e).With("answer", a.excerpt())
	}
	return Submission{}, err
}

// receipt says whether an answer with an error status nevertheless names a run that exists: an id with a
// status word in an envelope, or beside the run's other facts. An error's own id (of the request) is none.
func receipt(e envelope, s Submission) bool {
	if _, isNumber := number(e.data["status"]); s.Status == "" || isNumber {
		return false
	}
	return e.nested || s.Model != "" || len(e.data["created_at"]) > 0 || len(e.data["urls"]) > 0
}

func requestBody(model string, params map[string]any) ([]byte, error) {
	flat := maps.Clone(params)
	if flat == nil {
		flat = map[string]any{}
	}
	flat["model"] = model
	body, err := json.Marshal(flat)
	if err != nil {
		name := "request"
		for field, value := range params {
			if _, bad := json.Marshal(value); bad != nil {
				name = field
			}
		}
		return nil, fault.Wrap(errors.Join(err), "param_type", fault.Args{"name": name, "type": "JSON"})
	}
	return body, nil
}

func setBody(req *http.Request, body []byte) {
	req.Header.Set("Content-Type", "application/json")
	req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
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
