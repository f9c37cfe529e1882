package atlas

import (
	"context"
	"net/http"
	"net/url"

	"conch/backend/fault"
)

// Model is one entry of the service's catalogue.
type Model struct {
	ID, Type, Name, Family, Profile, SchemaURL string
	Tags                                       []string
	BasePrice                                  *int64 // micro-dollars; nil when not given
	Displayed                                  bool
}

// Models reads the catalogue; it needs no key and is sent none. Entries that can't be read are left out; an
// answer without any list is a fault, so that it never replaces a good catalogue. Faults: unreachable, limited.
func (c *Client) Models(ctx context.Context) ([]Model, error) {
	return retried(ctx, c, readTries, func() ([]Model, error) {
		req, err := c.request(ctx, http.MethodGet, "/api/v1/models")
		if err != nil {
			return nil, err
		}
		a, err := c.do(req, catalogLimit)
		if err != nil {
			return nil, err
		}
		if err := a.refusal(); err != nil {
			return nil, err
		}
		models, ok := decodeModels(a.body)
		if !ok {
			return nil, a.unreadable(nil)
		}
		return models, nil
	})
}

// Schema fetches a model's parameter schema from wherever the catalogue says; no key is sent. The address must be
// https, or of the API's own origin. Faults: invalid (with ErrNotFound for a 404), unreachable, limited.
func (c *Client) Schema(ctx context.Context, address string) ([]byte, error) {
	at, err := url.Parse(address)
	if err != nil || at.Host == "" || at.User != nil || (at.Scheme != "https" && !c.own(at)) {
		return nil, fault.New("refused", fault.Args{"reason": "its schema has no usable address."})
	}
	return retried(ctx, c, readTries, func() ([]byte, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
		if err != nil {
			return nil, fault.Wrap(err, "answer_unreadable", nil)
		}
		req.Header.Set("User-Agent", c.userAgent)
		req.Header.Set("Accept", "application/json")
		a, err := c.do(req, answerLimit)
		if err != nil {
			return nil, err
		}
		if err := a.refusal(); err != nil {
			return nil, err
		}
		if _, err := decodeEnvelope(a.body); err != nil {
			return nil, a.unreadable(err)
		}
		return a.body, nil
	})
}
