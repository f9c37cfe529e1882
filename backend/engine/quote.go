package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"strconv"
	"sync"
	"time"

	"conch/backend/atlas"
	"conch/backend/catalog"
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
	model string
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
	form, err := formOf(request)
	if err != nil {
		return generation.Price{}, false, err
	}
	if price, known := e.quotes.get(form); known {
		return price, true, nil
	}
	asked["prompt"] = "quote"
	for field := range request.Pictures {
		asked[field] = e.Client.Origin() + "/quote.png" // not fetched for a quote; the service wants some address
	}
	var q atlas.Quote
	if e.ask(ctx, func() (err error) { q, err = e.Client.Quote(ctx, request.Model, asked); return err }) == nil {
		price := generation.Price{Amount: generation.Money(q.Price), Source: generation.FromQuote}
		e.quotes.put(form, request.Model, price)
		return price, true, nil
	}
	return e.earlier(ctx, model, request, form)
}

// pricesLooked is how many of a model's latest runs are asked what was quoted for them.
const pricesLooked = 200

// earlier is the price of a form while the service can't be asked: what it said of that very form the last time, here
// or for a run, else the dearest that is known of the model. A guess too low would let a person pass their budget.
func (e *Engine) earlier(ctx context.Context, model catalog.Model, request generation.Request, form string) (generation.Price, bool, error) {
	if price, known := e.quotes.last(form); known {
		return generation.Price{Amount: price.Amount, Source: generation.FromEarlier}, true, nil
	}
	var dearest *generation.Money
	atLeast := func(amount generation.Money) {
		if dearest == nil || amount > *dearest {
			dearest = &amount
		}
	}
	runs, err := e.Library.Quoted(context.WithoutCancel(ctx), e.Service, request.Model, pricesLooked)
	if err != nil {
		return generation.Price{}, false, err
	}
	for _, g := range runs {
		if of, err := formOf(g.Request); err == nil && of == form {
			return generation.Price{Amount: g.Price.Amount, Source: generation.FromEarlier}, true, nil
		}
		atLeast(g.Price.Amount)
	}
	for _, price := range e.quotes.of(request.Model) {
		atLeast(price.Amount)
	}
	source := generation.FromEarlier
	if dearest == nil {
		source = generation.FromCatalog
	}
	if model.BasePrice != nil {
		atLeast(generation.Money(float64(*model.BasePrice) * longer(model, request)))
	}
	if dearest == nil {
		return generation.Price{}, false, nil
	}
	return generation.Price{Amount: *dearest, Source: source}, true, nil
}

// longer is how many times the shortest video of a model is asked for: its base price is that of the shortest.
func longer(model catalog.Model, request generation.Request) float64 {
	for _, f := range model.Fields {
		if f.Name != "duration" {
			continue
		}
		asked, least := seconds(request.Params[f.Name]), math.Inf(1)
		for _, choice := range f.Enum {
			if s := seconds(choice); s > 0 {
				least = min(least, s)
			}
		}
		if asked > least {
			return asked / least
		}
	}
	return 1
}

func seconds(value any) float64 {
	s, err := strconv.ParseFloat(fmt.Sprint(value), 64)
	if err != nil {
		return 0
	}
	return s
}

// formOf is what a price hangs on: everything that is asked for but the words.
func formOf(request generation.Request) (string, error) {
	asked := maps.Clone(request.Params)
	delete(asked, "prompt")
	form, err := json.Marshal([]any{request.Model, asked, len(request.Pictures)})
	return string(form), err
}

// last is what was said of a form, however long ago.
func (q *quotes) last(form string) (generation.Price, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	known, there := q.known[form]
	return known.price, there
}

// of are the prices of a model's forms.
func (q *quotes) of(model string) (all []generation.Price) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, known := range q.known {
		if known.model == model {
			all = append(all, known.price)
		}
	}
	return all
}

func (q *quotes) get(form string) (generation.Price, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	known, there := q.known[form]
	return known.price, there && time.Now().Before(known.until)
}

func (q *quotes) put(form, model string, price generation.Price) {
	q.mu.Lock()
	defer q.mu.Unlock()
	const most = 200
	if q.known == nil || len(q.known) >= most {
		q.known = map[string]quoted{}
	}
	q.known[form] = quoted{model, price, time.Now().Add(quoteFor)}
}
