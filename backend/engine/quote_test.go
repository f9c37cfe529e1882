package engine

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/settings"
	"conch/backend/simulator"
	"conch/backend/studio"
)

// TestThePriceOfAFormWhileNobodyTells: the last quote for that very form, else the dearest that is known of the model,
// and never the price of a shorter video for a longer one.
func TestThePriceOfAFormWhileNobodyTells(t *testing.T) {
	sim, base := simulated(t)
	p := newPerson(t, sim, base)
	form := func(seconds int) generation.Request {
		return generation.Request{Model: "minimax/hailuo-02/standard", Params: map[string]any{"prompt": "x", "duration": seconds}}
	}
	price := func(what string, seconds int) generation.Price {
		t.Helper()
		got, known, err := p.Quote(context.Background(), form(seconds))
		if err != nil || !known {
			t.Fatal(what, err, known)
		}
		return got
	}
	silent := simulator.Fault{On: "quote", Status: 404}
	sim.SetFaults(silent)
	short, long := price("nothing is known", 6), price("nothing is known", 10)
	if short.Source != generation.FromCatalog || long.Source != generation.FromCatalog || long.Amount*6 < short.Amount*10-10 {
		t.Errorf("by the catalog: %+v and %+v", short, long)
	}
	sim.SetFaults()
	quoted := price("told", 6)
	if quoted.Source != generation.FromQuote {
		t.Fatalf("%+v", quoted)
	}
	g, err := p.Generate(context.Background(), form(6))
	if err != nil {
		t.Fatal(err)
	}
	if g, err = p.Studio.Wait(context.Background(), g.ID); err != nil || g.State != generation.Done {
		t.Fatal(err, g.State)
	}
	sim.SetFaults(silent)
	for _, start := range []string{"remembered", "after a restart"} {
		p.quotes.mu.Lock()
		for form, q := range p.quotes.known {
			q.until = q.until.AddDate(-1, 0, 0)
			p.quotes.known[form] = q
		}
		p.quotes.mu.Unlock()
		if got := price(start, 6); got.Amount != quoted.Amount || got.Source != generation.FromEarlier {
			t.Errorf("%s, that form: %+v", start, got)
		}
		if got := price(start, 10); got.Amount < quoted.Amount || got.Amount < long.Amount || got.Source != generation.FromEarlier {
			t.Errorf("%s, another form: %+v", start, got)
		}
		p.quotes.mu.Lock()
		p.quotes.known = nil
		p.quotes.mu.Unlock()
	}
}

// TestTheLedgerWaitsForNobody: what Conch knows itself is there while the service says nothing at all; what only the
// service knows is left out.
func TestTheLedgerWaitsForNobody(t *testing.T) {
	sim, _ := simulated(t)
	var asked atomic.Int64
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		<-r.Context().Done()
	}))
	t.Cleanup(silent.Close)
	p := newPerson(t, sim, silent.URL)
	before := asked.Load()
	if m, err := p.MonthlyMoney(context.Background()); err != nil || m.Spending.Since == 0 || asked.Load() != before {
		t.Fatalf("%+v, %v, %d questions", m, err, asked.Load()-before)
	}
	if reported, err := p.Reported(context.Background()); err != nil || reported != nil {
		t.Fatalf("%v, %v", reported, err)
	}
}

// TestARunThatIsSentAgainIsHeldToTheBudget: whether its price is told or not, and at the latest before it is sent.
func TestARunThatIsSentAgainIsHeldToTheBudget(t *testing.T) {
	for name, price := range map[string]*generation.Price{"at its old price": {Amount: 230_000, Source: generation.FromQuote}, "without a price": nil} {
		t.Run(name, func(t *testing.T) {
			sim, base := simulated(t)
			p := newPerson(t, sim, base)
			p.lost(price)
			g := p.lost(price)
			// The budget is used up by what was sent at a price that is known.
			p.lost(&generation.Price{Amount: 230_000, Source: generation.FromQuote})
			if _, err := p.Settings.Update(func(s *settings.Settings) { s.Budget = 230_000 }); err != nil {
				t.Fatal(err)
			}
			sim.SetFaults(simulator.Fault{On: "quote", Status: 404})
			if _, err := p.Resubmit(context.Background(), g.ID); err == nil || fault.Of(err).Rule != "budget" {
				t.Errorf("sent again over budget: %v", err)
			}
			if now, err := p.Library.Generation(context.Background(), g.ID); err != nil || now.State != generation.Uncertain {
				t.Errorf("%s, %v", now.State, err)
			}
			if _, err := p.Settings.Update(func(s *settings.Settings) { s.Budget = 0 }); err != nil {
				t.Fatal(err)
			}
			if _, err := p.Resubmit(context.Background(), g.ID); err != nil {
				t.Errorf("without a budget: %v", err)
			}
		})
	}
}

// lost records a run of a model whose price nobody tells, and whose submit nobody answered.
func (p *person) lost(price *generation.Price) generation.Generation {
	p.t.Helper()
	ctx := context.Background()
	g, err := p.Library.Create(ctx, generation.Generation{
		ID: uuid.Must(uuid.NewV7()).String(), Service: p.Service, State: generation.Uncertain, Attempt: 1, SubmittedAt: time.Now().UnixMilli(), Price: price,
		Request: generation.Request{Model: "gone/model", Params: map[string]any{"prompt": "x"}},
	}, "gone", studio.Budget{})
	if err != nil {
		p.t.Fatal(err)
	}
	return g
}
