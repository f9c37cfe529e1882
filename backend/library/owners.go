package library

import (
	"context"
	"fmt"

	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/studio"
)

// Owners lists who has unfinished generations of a service ("" is any), with their heartbeats; an owner "" gave them up.
func (l *Library) Owners(ctx context.Context, service string) (_ []studio.Owner, err error) {
	defer l.notice(&err)
	rows, err := l.db.QueryContext(ctx, "SELECT DISTINCT g.owner, coalesce(o.beat, 0) FROM generations g LEFT JOIN owners o ON o.id = g.owner WHERE ? IN ('', g.service) AND g."+open, service)
	if err != nil {
		return nil, fmt.Errorf("list owners: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []studio.Owner
	for rows.Next() {
		var o studio.Owner
		if err := rows.Scan(&o.ID, &o.Beat); err != nil {
			return nil, fmt.Errorf("read owner: %w", err)
		}
		all = append(all, o)
	}
	return all, rows.Err()
}

// Owned is an unfinished generation and who works on it.
type Owned struct {
	Owner      string
	Generation generation.Generation
}

// Owned lists the unfinished generations of a service that somebody works on, oldest first.
func (l *Library) Owned(ctx context.Context, service string) (all []Owned, err error) {
	defer l.notice(&err)
	rows, err := l.db.QueryContext(ctx, "SELECT owner, record FROM generations WHERE service = ? AND owner != '' AND "+open+" ORDER BY created_at", service)
	if err != nil {
		return nil, fmt.Errorf("list owned generations: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var o Owned
		var record string
		if err := rows.Scan(&o.Owner, &record); err != nil {
			return nil, fmt.Errorf("read owned generation: %w", err)
		}
		if o.Generation, err = runOf(record); err != nil {
			l.notice(&err)
			continue
		}
		all = append(all, o)
	}
	return all, rows.Err()
}

// Take makes owner the owner of every unfinished generation of a service that one of these owners has, unless that
// one's heart has beaten since; it gives them, oldest first.
func (l *Library) Take(ctx context.Context, service, owner string, from []studio.Owner) ([]generation.Generation, error) {
	var taken []generation.Generation
	err := l.write(ctx, func(tx *writing, _ int64) error {
		for _, o := range from {
			rows, err := tx.QueryContext(ctx, `UPDATE generations SET owner = ? WHERE service = ? AND owner = ?
				AND coalesce((SELECT beat FROM owners WHERE id = ?), 0) = ? AND `+open+" RETURNING record", owner, service, o.ID, o.ID, o.Beat)
			if err != nil {
				return fmt.Errorf("take over: %w", err)
			}
			some, err := l.scanAll(rows)
			if err != nil {
				return err
			}
			taken = append(taken, some...)
			if _, err := tx.ExecContext(ctx, "DELETE FROM owners WHERE id = ? AND beat = ? AND id NOT IN (SELECT owner FROM generations WHERE "+open+")", o.ID, o.Beat); err != nil {
				return fmt.Errorf("take over: %w", err)
			}
		}
		return nil
	})
	return taken, err
}

// Beat shows that an owner is alive.
func (l *Library) Beat(ctx context.Context, owner string) (err error) {
	defer l.notice(&err)
	_, err = l.db.ExecContext(ctx, "INSERT INTO owners (id, beat) VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET beat = beat + 1", owner)
	return err
}

// Release gives an owner's unfinished generations up, so that another process takes them at once.
func (l *Library) Release(ctx context.Context, owner string) error {
	return l.write(ctx, func(tx *writing, _ int64) error {
		if _, err := tx.ExecContext(ctx, "UPDATE generations SET owner = '' WHERE owner = ? AND "+open, owner); err != nil {
			return fmt.Errorf("release: %w", err)
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM owners WHERE id = ?", owner)
		return err
	})
}

// Decide applies a person's decision about a generation, whoever owns it; with an owner, that one has it from then on.
func (l *Library) Decide(ctx context.Context, id, owner string, decide func(*generation.Generation) error) (generation.Generation, error) {
	return l.change(ctx, id, func(tx *writing, g *generation.Generation) error {
		if err := decide(g); err != nil || owner == "" {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE generations SET owner = ? WHERE id = ?", owner, id)
		return err
	})
}

// Receive records the answer to a submit for a generation that another process took over while the answer was on its
// way: it is the answer of the very attempt that is recorded as unanswered. Who has the answer owns the generation
// again. Anything else changes nothing: studio.ErrLost.
func (l *Library) Receive(ctx context.Context, owner string, answered generation.Generation) (generation.Generation, error) {
	return l.change(ctx, answered.ID, func(tx *writing, g *generation.Generation) error {
		unanswered := g.State == generation.Submitting || g.State == generation.Uncertain
		if g.Attempt != answered.Attempt || !unanswered {
			return studio.ErrLost
		}
		version := g.Version
		*g = answered
		g.Version = version
		_, err := tx.ExecContext(ctx, "UPDATE generations SET owner = ? WHERE id = ?", owner, g.ID)
		return err
	})
}

// Recover records generations that another book knows and this one doesn't, or knows less of: those with a later
// attempt, or with an answer to an attempt that is unanswered here. It gives how many were recorded.
func (l *Library) Recover(ctx context.Context, books []generation.Generation) (recovered int, err error) {
	err = l.write(ctx, func(tx *writing, version int64) error {
		recovered = 0
		for _, g := range books {
			known, err := one(tx.QueryRowContext(ctx, "SELECT record FROM generations WHERE id = ? OR service = ? AND prediction_id = ? AND prediction_id != ''",
				g.ID, g.Service, g.PredictionID), "not_found_generation", g.ID)
			switch {
			case fault.Is(err, fault.NotFound):
				err = insertGeneration(ctx, tx, version, g, "")
			case err == nil && (known.ID != g.ID || !tellsMore(g, known)):
				continue
			}
			if err == nil {
				err = putGeneration(ctx, tx, version, &g)
			}
			if err != nil && fault.Of(err).Rule == "prediction_taken" {
				continue // another generation here has it
			}
			if err != nil {
				return fmt.Errorf("recover %s: %w", g.ID, err)
			}
			recovered++
		}
		return nil
	})
	return recovered, err
}

func tellsMore(other, here generation.Generation) bool {
	if here.State == generation.Canceled {
		return false
	}
	return other.Attempt > here.Attempt ||
		other.Attempt == here.Attempt && other.PredictionID != "" && here.PredictionID == "" ||
		other.State.Ended() && !here.State.Ended() && other.Attempt == here.Attempt
}
