package atlas

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"

	"conch/backend/fault"
)

// Phase is what a status word means for what happens next.
type Phase int

// The phases. An unknown word is Running.
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
	Price                  *int64 // micro-dollars really charged; often late
	CreatedAt, CompletedAt time.Time
	RequestID              string
	Raw                    []byte
	verdict                bool // says how the run ended, whatever the HTTP status
}

// Quote is the service's price for one very request, in micro-dollars.
type Quote struct {
	Price, OriginPrice int64
	Discount           string
	Estimated          bool
}

// Balance is what can be spent, in micro-units of Currency.
type Balance struct {
	Available int64
	Currency  string
}

// Model is one entry of the service's catalogue.
type Model struct {
	ID, Type, Name, Family, Profile, SchemaURL string
	Tags                                       []string
	BasePrice                                  *int64 // micro-dollars
	Displayed                                  bool
}

// Prediction asks once; polling, its pace and its patience are the caller's. A failed run is an answer,
// not an error, also when it comes as HTTP 400 or 500. Faults: invalid with ErrNotFound for a 404,
// key, limited, unreachable.
func (c *Client) Prediction(ctx context.Context, id string) (Prediction, error) {
	a, err := c.get(ctx, "/api/v1/model/prediction/"+url.PathEscape(id), true, answerLimit)
	if err != nil {
		return Prediction{}, err
	}
	if p, ok := decodePrediction(a.body); ok && (a.status < 300 || p.verdict) {
		if p.RequestID == "" {
			p.RequestID = a.header.Get("X-Request-ID")
		}
		return p, nil
	}
	if err := a.refusal(time.Now()); err != nil {
		return Prediction{}, err
	}
	return Prediction{}, fault.New("answer_unreadable", nil).With("answer", excerpt(a.body))
}

// Quote asks what this very run would cost. Any failure means: fall back to the catalogue.
func (c *Client) Quote(ctx context.Context, model string, params map[string]any) (Quote, error) {
	body, err := requestBody(model, params)
	if err != nil {
		return Quote{}, err
	}
	req, err := c.request(ctx, http.MethodPost, "/api/v1/model/calculate")
	if err != nil {
		return Quote{}, err
	}
	if err := c.authorised(req); err != nil {
		return Quote{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	setBody(req, body)
	o, err := c.payload(c.do(req, answerLimit))
	if err != nil {
		return Quote{}, err
	}
	price, ok := micros(o["price"])
	if !ok || price < 0 {
		return Quote{}, fault.New("answer_unreadable", nil)
	}
	q := Quote{Price: price, OriginPrice: price, Discount: text(o["discount"])}
	if origin, ok := micros(o["origin_price"]); ok {
		q.OriginPrice = origin
	}
	_ = json.Unmarshal(o["estimated"], &q.Estimated)
	return q, nil
}

// Balance reads what can be spent.
func (c *Client) Balance(ctx context.Context) (Balance, error) {
	return retried(ctx, c, func() (Balance, error) {
		return decodeBalance(c.payload(c.get(ctx, "/public/v1/balance", true, answerLimit)))
	})
}

// CheckKey asks the service whether it takes this key. Faults: key_refused, unreachable.
func (c *Client) CheckKey(ctx context.Context, key string) error {
	asking := *c
	asking.key = func(context.Context) (string, error) { return key, nil }
	_, err := asking.Balance(ctx)
	return err
}

func decodeBalance(o object, err error) (Balance, error) {
	if err != nil {
		return Balance{}, err
	}
	var available object
	if json.Unmarshal(o["available"], &available) != nil {
		available = object{"value": o["available"]}
	}
	amount, ok := micros(available["value"])
	if !ok {
		return Balance{}, fault.New("answer_unreadable", nil)
	}
	currency := strings.ToUpper(text(available["currency"]))
	if currency == "" {
		currency = "USD"
	}
	return Balance{Available: amount, Currency: currency}, nil
}

// Models reads the catalogue; it needs no key and is sent none.
func (c *Client) Models(ctx context.Context) ([]Model, error) {
	return retried(ctx, c, func() ([]Model, error) {
		a, err := c.get(ctx, "/api/v1/models", false, catalogLimit)
		if err != nil {
			return nil, err
		}
		if err := a.refusal(time.Now()); err != nil {
			return nil, err
		}
		e, err := decodeEnvelope(a.body)
		if err != nil {
			return nil, fault.Wrap(err, "answer_unreadable", nil)
		}
		var models []Model
		for _, raw := range e.list {
			if m, ok := decodeModel(raw); ok {
				models = append(models, m)
			}
		}
		return models, nil
	})
}

// Schema fetches a model's parameter schema from wherever the catalogue says; no key is sent.
func (c *Client) Schema(ctx context.Context, address string) ([]byte, error) {
	at, err := url.Parse(address)
	if err != nil || at.Host == "" || (at.Scheme != "https" && !Loopback(at.Hostname())) {
		return nil, fault.Wrap(err, "answer_unreadable", nil)
	}
	return retried(ctx, c, func() ([]byte, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
		if err != nil {
			return nil, err
		}
		req.Header.Set("User-Agent", c.userAgent)
		a, err := c.do(req, answerLimit)
		if err != nil {
			return nil, err
		}
		if err := a.refusal(time.Now()); err != nil {
			return nil, err
		}
		return a.body, nil
	})
}

func (c *Client) get(ctx context.Context, path string, authorised bool, limit int64) (answer, error) {
	req, err := c.request(ctx, http.MethodGet, path)
	if err != nil {
		return answer{}, err
	}
	if authorised {
		if err := c.authorised(req); err != nil {
			return answer{}, err
		}
	}
	return c.do(req, limit)
}

func (c *Client) do(req *http.Request, limit int64) (answer, error) {
	resp, err := c.http.Do(req)
	if err != nil {
		return answer{}, unreachable(req.Context(), err)
	}
	a, err := readAnswer(resp, limit)
	if errors.Is(err, errTooLong) {
		return answer{}, fault.Wrap(err, "answer_unreadable", nil)
	}
	if err != nil {
		return answer{}, unreachable(req.Context(), err)
	}
	return a, nil
}

// payload is the object of an answer that is no refusal.
func (c *Client) payload(a answer, err error) (object, error) {
	if err != nil {
		return nil, err
	}
	if err := a.refusal(time.Now()); err != nil {
		return nil, err
	}
	e, err := decodeEnvelope(a.body)
	if err != nil {
		return nil, fault.Wrap(err, "answer_unreadable", nil).With("answer", excerpt(a.body))
	}
	return e.data, nil
}

const readTries = 4

// retried repeats a read that may be repeated: outages, lost connections and 429, with jittered
// exponential backoff or as long as the service asks; refusals never.
func retried[T any](ctx context.Context, c *Client, do func() (T, error)) (T, error) {
	pace := backoff.NewExponentialBackOff()
	pace.InitialInterval, pace.MaxInterval = 400*time.Millisecond, 8*time.Second
	for try := 1; ; try++ {
		value, err := do()
		if err == nil || try == readTries || !mayRepeat(err) {
			return value, err
		}
		wait := pace.NextBackOff()
		if asked, ok := RetryAfter(err); ok {
			wait = asked
		}
		if waited := c.wait(ctx, wait); waited != nil {
			return value, waited
		}
	}
}

func mayRepeat(err error) bool {
	var f *fault.Error
	return errors.As(err, &f) && (f.Code == fault.Unreachable || f.Code == fault.Limited)
}

// scrub keeps the cause's words without the request's address, which a signed one could leak.
func scrub(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return fmt.Errorf("%s: %w", u.Op, u.Err)
	}
	return err
}
