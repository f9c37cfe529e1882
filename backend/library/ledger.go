package library

import (
	"context"
	"database/sql"
	"fmt"

	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/studio"
)

// book keeps the ledger's row of a generation's latest submit in step. Before its first submit there is none.
func book(ctx context.Context, tx *writing, g generation.Generation) error {
	if g.Attempt == 0 && !g.Adopted {
		return nil
	}
	var amount, charged sql.NullInt64
	source := ""
	if g.Price != nil {
		amount, source = sql.NullInt64{Int64: int64(g.Price.Amount), Valid: true}, string(g.Price.Source)
	}
	if g.Charged != nil {
		charged = sql.NullInt64{Int64: int64(*g.Charged), Valid: true}
	}
	// An answer that was lost stays so until a person says what became of it, also when they send the run again.
	_, err := tx.ExecContext(ctx, `INSERT INTO ledger (generation_id, attempt, at, service, model, amount, source, outcome, prediction_id, charged)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (generation_id, attempt) DO UPDATE SET outcome = excluded.outcome, prediction_id = excluded.prediction_id,
			charged = coalesce(excluded.charged, charged), amount = coalesce(amount, excluded.amount)
		WHERE NOT (ledger.outcome = 'uncertain' AND excluded.outcome = 'not_sent')`,
		g.ID, g.Attempt, max(g.SubmittedAt, g.CreatedAt), g.Service, g.Request.Model, amount, source, g.OutcomeOf(), g.PredictionID, charged)
	if err != nil {
		return fmt.Errorf("book submit: %w", err)
	}
	return nil
}

const spent = "outcome IN ('sending', 'accepted', 'uncertain', 'done', 'given_up', 'adopted')"

// Spending sums what the submits to a service since a moment (epoch milliseconds) cost.
func (l *Library) Spending(ctx context.Context, service string, since int64) (_ generation.Spending, err error) {
	defer l.notice(&err)
	return spending(ctx, l.db, service, since)
}

type queryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func spending(ctx context.Context, q queryer, service string, since int64) (generation.Spending, error) {
	s := generation.Spending{Since: since}
	err := q.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(coalesce(charged, amount, 0)), 0), count(*) - count(coalesce(charged, amount)),
		coalesce(sum(CASE outcome WHEN 'uncertain' THEN coalesce(charged, amount, 0) ELSE 0 END), 0)
		FROM ledger WHERE service = ? AND at >= ? AND `+spent, service, since).Scan(&s.Runs, &s.Amount, &s.Unpriced, &s.Unsure)
	if err == nil {
		err = q.QueryRowContext(ctx, "SELECT coalesce(sum(amount), 0) FROM generations WHERE service = ? AND state IN ('waiting', 'uploading')", service).Scan(&s.Reserved)
	}
	if err != nil {
		return s, fmt.Errorf("sum ledger: %w", err)
	}
	return s, nil
}

// withinBudget refuses what would pass the budget's limit, counting what waits to be sent. A price that nobody knows
// passes while there is anything left.
func withinBudget(ctx context.Context, tx *writing, wanted []generation.Generation, b studio.Budget) error {
	if b.Limit <= 0 || len(wanted) == 0 {
		return nil
	}
	s, err := spending(ctx, tx, wanted[0].Service, b.Since)
	if err != nil {
		return err
	}
	used := s.Amount + s.Reserved
	sum, known := used, true
	for _, g := range wanted {
		if g.Price == nil {
			known = false
			continue
		}
		sum += g.Price.Amount
	}
	if sum > b.Limit || !known && used >= b.Limit {
		return fault.New("budget", fault.Args{"spent": used.String(), "limit": b.Limit.String()})
	}
	return nil
}

// Quoted are the latest runs of a model at a service whose price the service quoted, newest first.
func (l *Library) Quoted(ctx context.Context, service, model string, most int) (_ []generation.Generation, err error) {
	defer l.notice(&err)
	rows, err := l.db.QueryContext(ctx, `SELECT record FROM generations WHERE service = ? AND model = ? AND record ->> '$.price.source' = 'quote' ORDER BY created_at DESC LIMIT ?`, service, model, most)
	if err != nil {
		return nil, fmt.Errorf("list quoted runs: %w", err)
	}
	return l.scanAll(rows)
}

// Affordable refuses a run that waits to be sent if the budget has no room for it, counting what was spent and those
// that waited before it. A price that nobody knows passes while there is anything left. Faults: budget, budget_held.
func (l *Library) Affordable(ctx context.Context, g generation.Generation, b studio.Budget) (err error) {
	defer l.notice(&err)
	if b.Limit <= 0 {
		return nil
	}
	s, err := spending(ctx, l.db, g.Service, b.Since)
	if err != nil {
		return err
	}
	var before generation.Money
	if err := l.db.QueryRowContext(ctx, "SELECT coalesce(sum(amount), 0) FROM generations WHERE service = ? AND state IN ('waiting', 'uploading') AND id < ?", g.Service, g.ID).Scan(&before); err != nil {
		return fmt.Errorf("sum waiting runs: %w", err)
	}
	used := s.Amount + before
	if g.Price == nil {
		if used >= b.Limit {
			return fault.New("budget", fault.Args{"spent": used.String(), "limit": b.Limit.String()})
		}
		return nil
	}
	if used+g.Price.Amount > b.Limit {
		return fault.New("budget_held", fault.Args{"price": g.Price.Amount.String(), "spent": used.String(), "limit": b.Limit.String()})
	}
	return nil
}

// LedgerQuery selects rows of the ledger, newest first.
type LedgerQuery struct {
	Service string `json:"service"` // "" is every service
	Limit   int    `json:"limit"`   // 0 is all
}

// Ledger lists submits, newest first.
func (l *Library) Ledger(ctx context.Context, q LedgerQuery) (_ []generation.Entry, err error) {
	defer l.notice(&err)
	limit := q.Limit
	if limit <= 0 {
		limit = -1
	}
	rows, err := l.db.QueryContext(ctx, `SELECT l.generation_id, l.attempt, l.at, l.service, l.model, l.amount, l.source, l.outcome, l.prediction_id, l.charged,
		coalesce(g.record ->> '$.request.params.prompt', '') FROM ledger l LEFT JOIN generations g ON g.id = l.generation_id
		WHERE ? IN ('', l.service) ORDER BY l.at DESC, l.n DESC LIMIT ?`, q.Service, limit)
	if err != nil {
		return nil, fmt.Errorf("list ledger: %w", err)
	}
	defer func() { _ = rows.Close() }()
	all := []generation.Entry{}
	for rows.Next() {
		var e generation.Entry
		var amount, charged sql.NullInt64
		var source string
		if err := rows.Scan(&e.GenerationID, &e.Attempt, &e.At, &e.Service, &e.Model, &amount, &source, &e.Outcome, &e.PredictionID, &charged, &e.Prompt); err != nil {
			return nil, fmt.Errorf("read ledger: %w", err)
		}
		if amount.Valid {
			e.Price = &generation.Price{Amount: generation.Money(amount.Int64), Source: generation.PriceSource(source)}
		}
		if charged.Valid {
			money := generation.Money(charged.Int64)
			e.Charged = &money
		}
		all = append(all, e)
	}
	return all, rows.Err()
}
