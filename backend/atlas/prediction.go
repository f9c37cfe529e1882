package atlas

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"conch/backend/fault"
)

// Phase is what a status word means for what happens next.
type Phase int

// The phases.
const (
	Running Phase = iota
	Succeeded
	Failed
	Canceled
)

// Prediction is a run as the service tells it. Raw is the whole answer.
type Prediction struct {
	ID                     string
	Status                 string // as sent
	Phase                  Phase
	Outputs                []string // temporary addresses
	Error                  string
	ErrorCode              string  // "1039": the input was moderated
	PredictTime            float64 // seconds
	NSFW                   []bool
	Price                  *int64         // micro-dollars really charged; often late
	Model                  string         // "" when the answer doesn't name it
	Input                  map[string]any // the run's parameters; nil when the answer doesn't tell them
	CreatedAt, CompletedAt time.Time
	RequestID              string
	Raw                    []byte
}

// Prediction asks once; polling, its pace and its patience are the caller's. A failed run is an answer,
// not an error, also when it comes as HTTP 400 or 500. Faults: not_found (with ErrNotFound in the chain:
// for some seconds after a submit it only means "not yet"), key, limited, unreachable, invalid.
func (c *Client) Prediction(ctx context.Context, id string) (Prediction, error) {
	if !usableID(id) {
		return Prediction{}, fault.Wrap(ErrNotFound, "not_found_prediction", fault.Args{"id": shortened(id)})
	}
	a, err := c.get(ctx, "/api/v1/model/prediction/"+url.PathEscape(id), answerLimit)
	if err != nil {
		return Prediction{}, err
	}
	return a.prediction(id)
}

func (a answer) prediction(id string) (Prediction, error) {
	e, notJSON := decodeEnvelope(a.body)
	p, ok := decodePrediction(e)
	status := a.verdict(e)
	if ok && (status < 300 && p.concerns(id, e.nested) || p.settles(id, e.nested, a.status, e.code)) {
		p.RequestID, p.Raw = a.requestID(e), a.body
		return p, nil
	}
	err := a.refusal()
	switch {
	case err == nil:
		return Prediction{}, a.unreadable(notJSON)
	case errors.Is(err, ErrNotFound):
		return Prediction{}, a.details(fault.Wrap(ErrNotFound, "not_found_prediction", fault.Args{"id": id}), e)
	}
	return Prediction{}, err
}

// notAboutRuns are statuses that speak of the request or of the front door.
var notAboutRuns = []int{
	http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden, http.StatusNotFound,
	http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
}

// concerns says whether an answer without an error status is about the run: "status": "error" beside nobody's id is
// what a front door says of itself, and no verdict. Nor is what befell another run.
func (p Prediction) concerns(id string, nested bool) bool {
	return p.Phase == Running || p.Phase == Succeeded || nested && p.ID == "" || p.ID == id
}

// settles says whether an answer with an error status is nevertheless the run's own verdict, and not a refusal
// or an outage whose body happens to have a "status" too: a word that nobody knows is none there.
func (p Prediction) settles(id string, nested bool, status, code int) bool {
	_, known := phases[strings.ToLower(strings.TrimSpace(p.Status))]
	switch {
	case p.Phase == Running, p.Phase == Failed && !known:
		return false
	case p.ID != "":
		return p.ID == id
	}
	return nested && !slices.Contains(notAboutRuns, status) && !slices.Contains(notAboutRuns, code)
}
