package engine

import (
	"context"
	"time"

	"conch/backend/atlas"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/picture"
)

// Account is what can be spent.
type Account struct {
	Known    bool             `json:"known"`
	Amount   generation.Money `json:"amount"`
	Currency string           `json:"currency"`
}

// Account asks for the balance; a service that doesn't tell it is no error.
func (e *Engine) Account(ctx context.Context) (Account, error) {
	var balance atlas.Balance
	err := e.ask(ctx, func() (err error) { balance, err = e.Client.Balance(ctx); return err })
	if code := fault.CodeOf(err); code == fault.Key || code == fault.Vault {
		return Account{}, err
	}
	if err != nil {
		return Account{}, nil
	}
	return Account{Known: true, Amount: generation.Money(balance.Available), Currency: balance.Currency}, nil
}

// accountPatience bounds the question for the balance before a run: it is a courtesy, not a condition.
const accountPatience = 5 * time.Second

// MostAtOnce bounds a batch: a slip of the finger shall not spend a month's money.
const MostAtOnce = 20

// Countable refuses a number of runs that GenerateMany would not accept. Fault: param_out_of_range.
func Countable(count int) error {
	if count < 1 || count > MostAtOnce {
		return fault.New("param_out_of_range", fault.Args{"name": "count", "value": count, "min": 1, "max": MostAtOnce})
	}
	return nil
}

// Generate checks everything that can be checked here, then accepts the run. Faults: see catalog.Validate and
// picture; key_missing, vault_*, balance, budget.
func (e *Engine) Generate(ctx context.Context, request generation.Request) (generation.Generation, error) {
	all, err := e.GenerateMany(ctx, request, 1)
	if err != nil {
		return generation.Generation{}, err
	}
	return all[0], nil
}

// GenerateMany accepts the same request several times, all or none as far as balance and budget are concerned.
// Faults: Generate's; param_out_of_range.
func (e *Engine) GenerateMany(ctx context.Context, request generation.Request, count int) ([]generation.Generation, error) {
	if err := Countable(count); err != nil {
		return nil, err
	}
	if err := e.check(ctx, request); err != nil {
		return nil, err
	}
	price, err := e.affordable(ctx, request, count)
	if err != nil {
		return nil, err
	}
	return e.Studio.Accept(ctx, request, price, count, e.budget())
}

// check refuses what the service would refuse, and what it would have no key for.
func (e *Engine) check(ctx context.Context, request generation.Request) error {
	if err := e.Catalog.Validate(request); err != nil {
		return err
	}
	for _, id := range request.Pictures {
		p, err := e.Shelf.Get(id)
		if err != nil {
			return err
		}
		if !picture.Ready(p) {
			return p.Problems[0].Fault()
		}
	}
	if e.Demo {
		return nil
	}
	_, err := e.Vault.Key(ctx)
	return err
}

// affordable holds the price of so many runs against the balance; it gives the price of one. The budget is the store's to hold.
func (e *Engine) affordable(ctx context.Context, request generation.Request, count int) (*generation.Price, error) {
	short, cancel := context.WithTimeout(ctx, accountPatience)
	defer cancel()
	var price *generation.Price
	if p, known, err := e.Quote(short, request); err == nil && known {
		price = &p
	}
	account, err := e.Account(short)
	if fault.Is(err, fault.Key) {
		return nil, err
	}
	if price == nil {
		return nil, nil
	}
	if err == nil && account.Known && price.Source == generation.FromQuote && account.Amount < price.Amount*generation.Money(count) {
		return nil, fault.New("balance", nil)
	}
	return price, nil
}

// Money is what the ledger says was spent this month.
type Money struct {
	Spending generation.Spending `json:"spending"`
	Budget   generation.Money    `json:"budget"` // 0: none
}

// MonthlyMoney sums this calendar month from the ledger alone: it waits for nobody.
func (e *Engine) MonthlyMoney(ctx context.Context) (Money, error) {
	month := monthOf(time.Now())
	s, err := e.Library.Spending(ctx, e.Service, month.UnixMilli())
	if err != nil {
		return Money{}, err
	}
	return Money{Spending: s, Budget: e.budget().Limit}, nil
}

// Reported asks for the service's own sum of this calendar month, whose days are UTC's; nil when it doesn't tell.
func (e *Engine) Reported(ctx context.Context) (*generation.Money, error) {
	short, cancel := context.WithTimeout(ctx, accountPatience)
	defer cancel()
	now := time.Now()
	var costs int64
	if err := e.ask(short, func() (err error) { costs, err = e.Client.Costs(short, monthOf(now), now.AddDate(0, 0, 1)); return err }); err != nil {
		return nil, ctx.Err()
	}
	reported := generation.Money(costs)
	return &reported, nil
}

// BudgetUsed is the part of this month's budget that is spent or waits to be: 1 is all of it, 0 without a budget.
func (e *Engine) BudgetUsed(ctx context.Context) (float64, error) {
	b := e.budget()
	if b.Limit <= 0 {
		return 0, nil
	}
	s, err := e.Library.Spending(ctx, e.Service, b.Since)
	return float64(s.Amount+s.Reserved) / float64(b.Limit), err
}

// Resubmit sends an uncertain generation once more, within the budget. Faults: budget, not_now, not_found_generation.
func (e *Engine) Resubmit(ctx context.Context, id string) (generation.Generation, error) {
	g, err := e.Library.Generation(ctx, id)
	if err != nil {
		return g, err
	}
	price, err := e.affordable(ctx, g.Request, 1)
	if err != nil {
		return g, err
	}
	if price == nil {
		price = g.Price // what it was sent at, where nobody tells any more
	}
	if b := e.budget(); b.Limit > 0 {
		s, err := e.Library.Spending(ctx, e.Service, b.Since)
		if err != nil {
			return g, err
		}
		used := s.Amount + s.Reserved
		if price != nil && used+price.Amount > b.Limit || price == nil && used >= b.Limit {
			return g, fault.New("budget", fault.Args{"spent": used.String(), "limit": b.Limit.String()})
		}
	}
	return e.Studio.Resubmit(ctx, id)
}
