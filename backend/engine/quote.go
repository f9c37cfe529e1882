package engine

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"conch/backend/atlas"
	"conch/backend/generation"
)

// quoteFor is how long a quote is believed: prices change seldom, and a form is edited often.
const quoteFor = time.Minute

// quotes remembers what the service said for a form.
type quotes struct {
	mu    sync.Mutex
	known map[string]quoted
}

type quoted struct {
	price generation.Price
	until time.Time
}

// Quote tells what a run costs: the service's own answer, else the catalogue's base price; false when neither knows.
func (e *Engine) Quote(ctx context.Context, request generation.Request) (generation.Price, bool, error) {
	model, err := e.Catalog.Model(request.Model)
	if err != nil {
		return generation.Price{}, false, err
	}
	asked := map[string]any{}
	for name, value := range request.Params {
		if name != "prompt" { // the words don't change the price, and needn't travel at each keystroke
			asked[name] = value
		}
	}
	form, err := json.Marshal([]any{request.Model, asked, len(request.Pictures)})
	if err != nil {
		return generation.Price{}, false, err
	}
	if price, known := e.quotes.get(string(form)); known {
		return price, true, nil
	}
	asked["prompt"] = "quote"
	for field := range request.Pictures {
		asked[field] = e.Client.Origin() + "/quote.png" // not fetched for a quote; the service wants some address
	}
	var q atlas.Quote
	if e.ask(ctx, func() (err error) { q, err = e.Client.Quote(ctx, request.Model, asked); return err }) == nil {
		price := generation.Price{Amount: generation.Money(q.Price), Source: generation.FromQuote}
		e.quotes.put(string(form), price)
		return price, true, nil
	}
	if model.BasePrice != nil {
		return generation.Price{Amount: *model.BasePrice, Source: generation.FromCatalog}, true, nil
	}
	return generation.Price{}, false, nil
}

func (q *quotes) get(form string) (generation.Price, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	known, there := q.known[form]
	return known.price, there && time.Now().Before(known.until)
}

func (q *quotes) put(form string, price generation.Price) {
	q.mu.Lock()
	defer q.mu.Unlock()
	const most = 200
	if q.known == nil || len(q.known) >= most {
		q.known = map[string]quoted{}
	}
	q.known[form] = quoted{price, time.Now().Add(quoteFor)}
}
