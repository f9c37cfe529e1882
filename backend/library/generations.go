package library

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/studio"
)

// GenerationsQuery selects for the queue view.
type GenerationsQuery struct {
	Active bool // only what was not dismissed
	Limit  int
}

const open = "state NOT IN ('done', 'failed', 'canceled', 'uncertain')"

// Create records a new generation, owned from the start by the process that will run it.
func (l *Library) Create(ctx context.Context, g generation.Generation, lease studio.Lease) (generation.Generation, error) {
	err := l.write(ctx, func(tx *sql.Tx, version int64) error {
		g.Version = version
		record, err := json.Marshal(g)
		if err != nil {
			return fmt.Errorf("encode generation: %w", err)
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO generations (id, version, service, state, owner, lease_until, model, seconds, created_at, record)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, g.ID, version, g.Service, g.State, lease.Owner, lease.Until, g.Request.Model, seconds(g), g.CreatedAt, string(record))
		return err
	})
	return g, err
}

func seconds(g generation.Generation) string {
	if d, ok := g.Request.Params["duration"]; ok {
		return fmt.Sprint(d)
	}
	return ""
}

// Save records a generation's next state for its owner. studio.ErrLost: another process has it now.
// studio.ErrCanceled: a person canceled it and it was about to be submitted.
func (l *Library) Save(ctx context.Context, owner string, g generation.Generation) (generation.Generation, error) {
	err := l.write(ctx, func(tx *sql.Tx, version int64) error { return saveGeneration(ctx, tx, version, owner, &g) })
	return g, err
}

// Finish records the end of a generation together with its videos.
func (l *Library) Finish(ctx context.Context, owner string, g generation.Generation, videos []generation.Video) (generation.Generation, error) {
	err := l.write(ctx, func(tx *sql.Tx, version int64) error {
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

func saveGeneration(ctx context.Context, tx *sql.Tx, version int64, owner string, g *generation.Generation) error {
	var holder string
	var cancel bool
	err := tx.QueryRowContext(ctx, "SELECT owner, cancel FROM generations WHERE id = ?", g.ID).Scan(&holder, &cancel)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fault.New("not_found_generation", fault.Args{"id": g.ID})
	case err != nil:
		return fmt.Errorf("find generation: %w", err)
	case holder != owner:
		return studio.ErrLost
	case cancel && g.State == generation.Submitting:
		return studio.ErrCanceled
	}
	return putGeneration(ctx, tx, version, g)
}

func putGeneration(ctx context.Context, tx *sql.Tx, version int64, g *generation.Generation) error {
	g.Version = version
	record, err := json.Marshal(g)
	if err != nil {
		return fmt.Errorf("encode generation: %w", err)
	}
	var took int64
	if g.State == generation.Done && g.SubmittedAt > 0 && g.CompletedAt > g.SubmittedAt {
		took = g.CompletedAt - g.SubmittedAt
	}
	_, err = tx.ExecContext(ctx, "UPDATE generations SET version = ?, state = ?, dismissed = ?, took = ?, record = ? WHERE id = ?",
		version, g.State, g.Dismissed, took, string(record), g.ID)
	return err
}

// Claim takes over every unfinished generation of a service whose owner is dead, and gives them, oldest first.
func (l *Library) Claim(ctx context.Context, service string, lease studio.Lease, now int64) ([]generation.Generation, error) {
	var claimable int
	if err := l.db.QueryRowContext(ctx, "SELECT count(*) FROM generations WHERE service = ? AND lease_until < ? AND "+open, service, now).Scan(&claimable); err != nil || claimable == 0 {
		return nil, err
	}
	var claimed []generation.Generation
	err := l.write(ctx, func(tx *sql.Tx, _ int64) error {
		rows, err := tx.QueryContext(ctx, "UPDATE generations SET owner = ?, lease_until = ? WHERE service = ? AND lease_until < ? AND "+open+" RETURNING record",
			lease.Owner, lease.Until, service, now)
		if err != nil {
			return err
		}
		claimed, err = scanAll[generation.Generation](rows)
		return err
	})
	return claimed, err
}

// Renew keeps an owner's unfinished generations its own.
func (l *Library) Renew(ctx context.Context, lease studio.Lease) error {
	_, err := l.db.ExecContext(ctx, "UPDATE generations SET lease_until = ? WHERE owner = ? AND "+open, lease.Until, lease.Owner)
	return err
}

// Release gives an owner's unfinished generations up, so that another process takes them at once.
func (l *Library) Release(ctx context.Context, owner string) error {
	_, err := l.db.ExecContext(ctx, "UPDATE generations SET lease_until = 0 WHERE owner = ? AND "+open, owner)
	return err
}

// RequestCancel marks a generation that was not submitted yet; its owner then ends it. Fault: too_late_to_cancel.
func (l *Library) RequestCancel(ctx context.Context, id string) (generation.Generation, error) {
	return l.change(ctx, id, func(tx *sql.Tx, g *generation.Generation) error {
		if g.State != generation.Waiting && g.State != generation.Uploading {
			if g.State.Ended() {
				return fault.New("not_now", fault.Args{"state": string(g.State)})
			}
			return fault.New("too_late_to_cancel", nil)
		}
		_, err := tx.ExecContext(ctx, "UPDATE generations SET cancel = 1 WHERE id = ?", id)
		return err
	})
}

// Reopen gives an ended or undecided generation a new owner and state, for another try at its download.
func (l *Library) Reopen(ctx context.Context, id string, lease studio.Lease, change func(*generation.Generation) error) (generation.Generation, error) {
	return l.change(ctx, id, func(tx *sql.Tx, g *generation.Generation) error {
		if err := change(g); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE generations SET owner = ?, lease_until = ? WHERE id = ?", lease.Owner, lease.Until, id)
		return err
	})
}

// Charge records what the service says it charged, on the generation and its videos.
func (l *Library) Charge(ctx context.Context, id string, amount generation.Money) error {
	return l.write(ctx, func(tx *sql.Tx, version int64) error {
		g, err := one[generation.Generation](tx.QueryRowContext(ctx, "SELECT record FROM generations WHERE id = ?", id), "not_found_generation", id)
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
		v, err := one[generation.Video](tx.QueryRowContext(ctx, "SELECT record FROM videos WHERE id = ?", g.Videos[0]), "not_found_video", g.Videos[0])
		if err != nil {
			return err
		}
		v.Version, v.Cost = version, &amount
		return putVideo(ctx, tx, v)
	})
}

// Dismiss takes an ended or undecided generation out of the queue view. Fault: not_now.
func (l *Library) Dismiss(ctx context.Context, id string) (generation.Generation, error) {
	return l.change(ctx, id, func(_ *sql.Tx, g *generation.Generation) error {
		if !g.State.Ended() && g.State != generation.Uncertain {
			return fault.New("not_now", fault.Args{"state": string(g.State)})
		}
		g.Dismissed = true
		return nil
	})
}

func (l *Library) change(ctx context.Context, id string, do func(*sql.Tx, *generation.Generation) error) (g generation.Generation, err error) {
	err = l.write(ctx, func(tx *sql.Tx, version int64) error {
		if g, err = one[generation.Generation](tx.QueryRowContext(ctx, "SELECT record FROM generations WHERE id = ?", id), "not_found_generation", id); err != nil {
			return err
		}
		if err := do(tx, &g); err != nil {
			return err
		}
		return putGeneration(ctx, tx, version, &g)
	})
	return g, err
}

// Generation finds one by its id or its prediction's. Fault: not_found_generation.
func (l *Library) Generation(ctx context.Context, id string) (generation.Generation, error) {
	return one[generation.Generation](l.db.QueryRowContext(ctx, "SELECT record FROM generations WHERE id = ?", id), "not_found_generation", id)
}

// Generations lists newest first.
func (l *Library) Generations(ctx context.Context, q GenerationsQuery) ([]generation.Generation, error) {
	rows, err := l.db.QueryContext(ctx, "SELECT record FROM generations WHERE dismissed = 0 OR NOT ? ORDER BY created_at DESC LIMIT ?", q.Active, q.Limit)
	if err != nil {
		return nil, fmt.Errorf("list generations: %w", err)
	}
	return scanAll[generation.Generation](rows)
}

// Estimate is the median of how many seconds the latest runs of this model and duration took at a service; 0 when there are none.
func (l *Library) Estimate(ctx context.Context, service, model, duration string) (float64, error) {
	var median sql.NullFloat64
	err := l.db.QueryRowContext(ctx, `WITH latest AS (SELECT took FROM generations WHERE service = ? AND model = ? AND seconds = ? AND took > 0 ORDER BY created_at DESC LIMIT 21)
		SELECT took / 1000.0 FROM latest ORDER BY took LIMIT 1 OFFSET (SELECT count(*) / 2 FROM latest)`, service, model, duration).Scan(&median)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return median.Float64, err
}

func one[T any](row *sql.Row, rule, id string) (T, error) {
	var value T
	var record string
	switch err := row.Scan(&record); {
	case errors.Is(err, sql.ErrNoRows):
		return value, fault.New(rule, fault.Args{"id": id})
	case err != nil:
		return value, fmt.Errorf("read record: %w", err)
	}
	if err := json.Unmarshal([]byte(record), &value); err != nil {
		return value, fmt.Errorf("decode record: %w", err)
	}
	return value, nil
}

func scanAll[T any](rows *sql.Rows) ([]T, error) {
	defer func() { _ = rows.Close() }()
	all := []T{}
	for rows.Next() {
		var record string
		var value T
		if err := rows.Scan(&record); err != nil {
			return nil, fmt.Errorf("read record: %w", err)
		}
		if err := json.Unmarshal([]byte(record), &value); err != nil {
			return nil, fmt.Errorf("decode record: %w", err)
		}
		all = append(all, value)
	}
	return all, rows.Err()
}
