package library

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/studio"
)

// GenerationsQuery selects for the queue view.
type GenerationsQuery struct {
	Active     bool             // only what was not dismissed
	Unfinished bool             // only what has no video: under way, uncertain, failed, canceled
	State      generation.State // only those in this state; "" is any
	Service    string           // only this one's; "" is any
	Limit      int              // below 0 is no limit
}

const open = "state NOT IN ('done', 'failed', 'canceled', 'uncertain')"

// Create records a new generation, owned from the start by the process that will run it. Faults: budget, prediction_taken.
func (l *Library) Create(ctx context.Context, g generation.Generation, owner string, budget studio.Budget) (generation.Generation, error) {
	all, err := l.CreateAll(ctx, []generation.Generation{g}, owner, budget)
	if err != nil {
		return g, err
	}
	return all[0], nil
}

// CreateAll is Create for several: all of them, or none. Faults: Create's.
func (l *Library) CreateAll(ctx context.Context, wanted []generation.Generation, owner string, budget studio.Budget) ([]generation.Generation, error) {
	all := slices.Clone(wanted)
	err := l.write(ctx, func(tx *writing, version int64) error {
		if err := withinBudget(ctx, tx, all, budget); err != nil {
			return err
		}
		for i := range all {
			if err := insertGeneration(ctx, tx, version, all[i], owner); err != nil {
				return err
			}
			if err := putGeneration(ctx, tx, version, &all[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

// insertGeneration makes the row that putGeneration fills.
func insertGeneration(ctx context.Context, tx *writing, version int64, g generation.Generation, owner string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO generations (id, version, service, state, owner, model, seconds, created_at, record)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, '{}')`, g.ID, version, g.Service, g.State, owner, g.Request.Model, g.Request.Duration(), g.CreatedAt)
	if err != nil {
		return fmt.Errorf("create generation: %w", err)
	}
	return nil
}

// Save records a generation's next state for its owner. studio.ErrLost: another process has it now, or had it
// meanwhile and began this attempt to submit it.
// studio.ErrCanceled: a person ended it meanwhile.
func (l *Library) Save(ctx context.Context, owner string, g generation.Generation) (generation.Generation, error) {
	err := l.write(ctx, func(tx *writing, version int64) error { return saveGeneration(ctx, tx, version, owner, &g) })
	return g, err
}

// Finish records the end of a generation together with its videos.
func (l *Library) Finish(ctx context.Context, owner string, g generation.Generation, videos []generation.Video) (generation.Generation, error) {
	err := l.write(ctx, func(tx *writing, version int64) error {
		for _, v := range videos {
			v.Version = version
			if err := putVideo(ctx, tx, v); err != nil {
				return err
			}
		}
		return saveGeneration(ctx, tx, version, owner, &g)
	})
	return g, err
}

func saveGeneration(ctx context.Context, tx *writing, version int64, owner string, g *generation.Generation) error {
	var holder string
	var state generation.State
	var attempt int
	err := tx.QueryRowContext(ctx, "SELECT owner, state, coalesce(record ->> '$.attempt', 0) FROM generations WHERE id = ?", g.ID).Scan(&holder, &state, &attempt)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fault.New("not_found_generation", fault.Args{"id": g.ID})
	case err != nil:
		return fmt.Errorf("find generation: %w", err)
	case holder != owner:
		return studio.ErrLost
	case state == generation.Canceled:
		return studio.ErrCanceled
	case g.Attempt < attempt, g.Attempt == attempt && g.State == generation.Submitting: // begun by another, which has gone since
		return studio.ErrLost
	}
	return putGeneration(ctx, tx, version, g)
}

func putGeneration(ctx context.Context, tx *writing, version int64, g *generation.Generation) error {
	g.Version = version
	record, err := json.Marshal(g)
	if err != nil {
		return fmt.Errorf("encode generation: %w", err)
	}
	var took int64
	if g.State == generation.Done && g.SubmittedAt > 0 && g.CompletedAt > g.SubmittedAt {
		took = g.CompletedAt - g.SubmittedAt
	}
	var amount generation.Money
	if g.Price != nil {
		amount = g.Price.Amount
	}
	_, err = tx.ExecContext(ctx, "UPDATE generations SET version = ?, state = ?, dismissed = ?, took = ?, prediction_id = ?, amount = ?, record = ? WHERE id = ?",
		version, g.State, g.Dismissed, took, g.PredictionID, amount, string(record), g.ID)
	if err != nil && strings.Contains(err.Error(), "generations.prediction_id") {
		return fault.Wrap(err, "prediction_taken", fault.Args{"id": g.PredictionID})
	}
	if err != nil {
		return fmt.Errorf("put generation: %w", err)
	}
	return book(ctx, tx, *g)
}

// Charge records what the service says it charged, on the generation and its videos.
func (l *Library) Charge(ctx context.Context, id string, amount generation.Money) error {
	return l.write(ctx, func(tx *writing, version int64) error {
		g, err := one(tx.QueryRowContext(ctx, "SELECT record FROM generations WHERE id = ?", id), "not_found_generation", id)
		if err != nil {
			return err
		}
		g.Charged = &amount
		if err := putGeneration(ctx, tx, version, &g); err != nil {
			return err
		}
		if len(g.Videos) == 0 {
			return nil
		}
		v, err := videoByID(ctx, tx, g.Videos[0])
		if err != nil {
			return err
		}
		v.Version, v.Cost = version, &amount
		return putVideo(ctx, tx, v)
	})
}

// Uncharged are the done generations of a service since a moment of which it has not said what it charged, newest first.
func (l *Library) Uncharged(ctx context.Context, service string, since int64) (_ []generation.Generation, err error) {
	defer l.notice(&err)
	rows, err := l.db.QueryContext(ctx, `SELECT record FROM generations WHERE service = ? AND state = 'done' AND prediction_id != '' AND created_at >= ?
		AND record ->> '$.charged' IS NULL ORDER BY created_at DESC`, service, since)
	if err != nil {
		return nil, fmt.Errorf("list uncharged: %w", err)
	}
	return l.scanAll(rows)
}

// Dismiss takes an ended or undecided generation out of the queue view. Fault: not_now.
func (l *Library) Dismiss(ctx context.Context, id string) (generation.Generation, error) {
	return l.change(ctx, id, func(_ *writing, g *generation.Generation) error {
		if !g.State.Ended() && g.State != generation.Uncertain {
			return fault.New("not_now", fault.Args{"state": string(g.State)})
		}
		g.Dismissed = true
		return nil
	})
}

// Undismiss puts a generation that was dismissed into the queue view again.
func (l *Library) Undismiss(ctx context.Context, id string) (generation.Generation, error) {
	return l.change(ctx, id, func(_ *writing, g *generation.Generation) error {
		g.Dismissed = false
		return nil
	})
}

func (l *Library) change(ctx context.Context, id string, do func(*writing, *generation.Generation) error) (g generation.Generation, err error) {
	err = l.write(ctx, func(tx *writing, version int64) error {
		if g, err = one(tx.QueryRowContext(ctx, "SELECT record FROM generations WHERE id = ?", id), "not_found_generation", id); err != nil {
			return err
		}
		if err := do(tx, &g); err != nil {
			return err
		}
		return putGeneration(ctx, tx, version, &g)
	})
	return g, err
}

// Generation finds one. Fault: not_found_generation.
func (l *Library) Generation(ctx context.Context, id string) (_ generation.Generation, err error) {
	defer l.notice(&err)
	return one(l.db.QueryRowContext(ctx, "SELECT record FROM generations WHERE id = ?", id), "not_found_generation", id)
}

// Prediction finds the generation of a service's prediction. Fault: not_found_generation.
func (l *Library) Prediction(ctx context.Context, service, id string) (_ generation.Generation, err error) {
	defer l.notice(&err)
	return one(l.db.QueryRowContext(ctx, "SELECT record FROM generations WHERE service = ? AND prediction_id = ?", service, id), "not_found_generation", id)
}

// Generations lists newest first.
func (l *Library) Generations(ctx context.Context, q GenerationsQuery) (_ []generation.Generation, err error) {
	defer l.notice(&err)
	rows, err := l.db.QueryContext(ctx, `SELECT record FROM generations WHERE (dismissed = 0 OR NOT ?) AND (state != 'done' OR NOT ?)
		AND ? IN ('', state) AND ? IN ('', service) ORDER BY created_at DESC LIMIT ?`, q.Active, q.Unfinished, q.State, q.Service, q.Limit)
	if err != nil {
		return nil, fmt.Errorf("list generations: %w", err)
	}
	return l.scanAll(rows)
}

// Estimate tells how long the latest runs of this model and duration took at a service, with the more room on both
// sides the fewer there are; zero when there are none.
func (l *Library) Estimate(ctx context.Context, service, model, duration string) (_ studio.Estimate, err error) {
	defer l.notice(&err)
	rows, err := l.db.QueryContext(ctx, `SELECT took FROM generations WHERE service = ? AND model = ? AND seconds = ? AND took > 0
		ORDER BY created_at DESC LIMIT 21`, service, model, duration)
	if err != nil {
		return studio.Estimate{}, fmt.Errorf("read past runs: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var took []time.Duration
	for rows.Next() {
		var ms int64
		if err := rows.Scan(&ms); err != nil {
			return studio.Estimate{}, fmt.Errorf("read past runs: %w", err)
		}
		took = append(took, time.Duration(ms)*time.Millisecond)
	}
	if len(took) == 0 {
		return studio.Estimate{}, rows.Err()
	}
	slices.Sort(took)
	typical := took[len(took)/2]
	room := typical / time.Duration(5*len(took))
	return studio.Estimate{Low: max(0, took[0]-room), Typical: typical, High: took[len(took)-1] + room}, rows.Err()
}

func one(row *sql.Row, rule, id string) (generation.Generation, error) {
	var record string
	switch err := row.Scan(&record); {
	case errors.Is(err, sql.ErrNoRows):
		return generation.Generation{}, fault.New(rule, fault.Args{"id": id})
	case err != nil:
		return generation.Generation{}, fmt.Errorf("read record: %w", err)
	}
	return runOf(record)
}

// scanAll reads runs. One whose record is none costs the others nothing: it is left out, until the next start repairs it.
func (l *Library) scanAll(rows *sql.Rows) ([]generation.Generation, error) {
	defer func() { _ = rows.Close() }()
	all := []generation.Generation{}
	for rows.Next() {
		var record string
		if err := rows.Scan(&record); err != nil {
			return nil, fmt.Errorf("read record: %w", err)
		}
		g, err := runOf(record)
		if err != nil {
			l.notice(&err)
			continue
		}
		all = append(all, g)
	}
	return all, rows.Err()
}

// runOf decodes a run without those of its fields that are nonsense. What says whether it is paid, and for what, is none
// that it can be without.
func runOf(record string) (generation.Generation, error) {
	var g generation.Generation
	strict := json.Unmarshal([]byte(record), &g)
	if strict == nil {
		return g, nil
	}
	var must struct {
		ID           string             `json:"id"`
		Service      string             `json:"service"`
		State        generation.State   `json:"state"`
		Request      generation.Request `json:"request"`
		PredictionID string             `json:"predictionId"`
		Attempt      int                `json:"attempt"`
		SubmittedAt  int64              `json:"submittedAt"`
		Adopted      bool               `json:"adopted"`
		Outputs      []string           `json:"outputs"`
		Videos       []string           `json:"videos"`
	}
	if err := errors.Join(json.Unmarshal([]byte(record), &must), tolerant([]byte(record), &g)); err != nil {
		return generation.Generation{}, fmt.Errorf("%w: decode record: %w", errDamaged, strict)
	}
	return g, nil
}
