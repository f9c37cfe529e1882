package atlas

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Quote is the service's price for one very request, in micro-dollars.
type Quote struct {
	Price, OriginPrice int64
	Discount           string // as sent
	Estimated          bool
}

// Balance is what can be spent, in micro-units of Currency.
type Balance struct {
	Available int64
	Currency  string // upper case
}

// Quote asks what this very run would cost; nothing is billed. Any failure means: fall back to the catalogue.
func (c *Client) Quote(ctx context.Context, model string, params map[string]any) (Quote, error) {
	body, err := requestBody(model, params)
	if err != nil {
		return Quote{}, err
	}
	return retried(ctx, c, quoteTries, func() (Quote, error) {
		req, err := c.authorised(ctx, http.MethodPost, "/api/v1/model/calculate")
		if err != nil {
			return Quote{}, err
		}
		setBody(req, body)
		o, a, err := payload(c.do(req, answerLimit))
		if err != nil {
			return Quote{}, err
		}
		q, ok := decodeQuote(o)
		if !ok {
			return Quote{}, a.unreadable(nil)
		}
		return q, nil
	})
}

// Balance reads what can be spent. Faults: key, limited, unreachable.
func (c *Client) Balance(ctx context.Context) (Balance, error) {
	return retried(ctx, c, readTries, func() (Balance, error) {
		o, a, err := payload(c.get(ctx, "/public/v1/balance", answerLimit))
		if err != nil {
			return Balance{}, err
		}
		b, ok := decodeBalance(o)
		if !ok {
			return Balance{}, a.unreadable(nil)
		}
		return b, nil
	})
}

// Costs sums what the service says its runs cost on the UTC days from start's on, before end's, in micro-dollars.
// Faults: key, limited, unreachable, invalid.
func (c *Client) Costs(ctx context.Context, start, end time.Time) (int64, error) {
	days := url.Values{"start_date": {start.UTC().Format(time.DateOnly)}, "end_date": {end.UTC().Format(time.DateOnly)}}
	return retried(ctx, c, quoteTries, func() (int64, error) {
		a, err := c.get(ctx, "/public/v1/model-costs?"+days.Encode(), answerLimit)
		if err != nil {
			return 0, err
		}
		if err := a.refusal(); err != nil {
			return 0, err
		}
		sum, ok := decodeCosts(a.body)
		if !ok {
			return 0, a.unreadable(nil)
		}
		return sum, nil
	})
}

// CheckKey asks the service whether it takes this key. Faults: key_refused, key_malformed, limited, unreachable.
func (c *Client) CheckKey(ctx context.Context, key string) error {
	asking := *c
	asking.key = func(context.Context) (string, error) { return strings.TrimSpace(key), nil }
	_, err := asking.Balance(ctx)
	return err
}

func decodeQuote(o object) (Quote, bool) {
	price, ok := micros(o["price"])
	if !ok || price < 0 {
		return Quote{}, false
	}
	q := Quote{Price: price, OriginPrice: price, Discount: text(o["discount"])}
	if origin, ok := micros(o["origin_price"]); ok && origin >= 0 {
		q.OriginPrice = origin
	}
	_ = json.Unmarshal(o["estimated"], &q.Estimated) // any other form than a boolean says nothing
	return q, true
}

func decodeBalance(o object) (Balance, bool) {
	var available object
	if json.Unmarshal(o["available"], &available) != nil || available == nil {
		available = object{"value": o["available"], "currency": o["currency"]}
	}
	amount, ok := micros(available["value"])
	if !ok {
		return Balance{}, false
	}
	currency := strings.ToUpper(text(available["currency"]))
	if currency == "" {
		currency = "USD"
	}
	return Balance{Available: amount, Currency: currency}, true
}

// decodeCosts sums daily buckets: each has results with an amount, or an amount of its own.
func decodeCosts(body []byte) (sum int64, ok bool) {
	e, err := decodeEnvelope(body)
	if err != nil || e.list == nil {
		return 0, false
	}
	for _, raw := range e.list {
		var bucket object
		if json.Unmarshal(raw, &bucket) != nil {
			return 0, false
		}
		var results []object
		if json.Unmarshal(bucket["results"], &results) != nil || results == nil && bucket["amount"] != nil {
			results = []object{bucket}
		}
		for _, result := range results {
			amount := result["amount"]
			var with object
			if json.Unmarshal(amount, &with) == nil {
				amount = with["value"]
			}
			n, is := micros(amount)
			before := sum
			if sum += n; !is || (sum > before) != (n > 0) { // more than can be counted is none
				return 0, false
			}
		}
	}
	return sum, true
}
