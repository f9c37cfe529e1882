package library

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"math"
	"slices"
)

// placing puts videos at positions of a collection, or takes them out of it where there are no positions.
type placing struct {
	Collection string    `json:"collection"`
	N          []int64   `json:"n"`
	At         []float64 `json:"at,omitempty"`
	Aside      bool      `json:"aside,omitempty"` // they only make room: nobody moved them
}

// leastStep is how close two positions may come: a number in the millions still tells them apart.
const leastStep = 1e-9

// place finds positions for videos before another, between its neighbours; where those are too close, all others make room.
func place(ctx context.Context, tx *writing, id string, moving []int64, before string) ([]placing, error) {
	low, top := math.Inf(-1), math.Inf(1)
	err := tx.QueryRowContext(ctx, "SELECT i.position FROM videos v CROSS JOIN collection_items i ON i.n = v.n WHERE i.collection_id = ? AND v.id = ?", id, before).Scan(&top)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	const others = " FROM collection_items INDEXED BY collection_items_position WHERE collection_id = ?1 AND n NOT IN (SELECT value FROM json_each(?2))"
	err = tx.QueryRowContext(ctx, "SELECT position"+others+" AND position < ?3 ORDER BY position DESC LIMIT 1", id, list(moving), top).Scan(&low)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	step, room := 1.0, float64(len(moving)+1)
	switch first, last := math.IsInf(low, -1), math.IsInf(top, 1); {
	case first && last:
		low = 0
	case first:
		low = top - room
	case !last:
		step = (top - low) / room
	}
	if step > leastStep {
		return []placing{{Collection: id, N: moving, At: behind(low, step, len(moving))}}, nil
	}
	rest, err := numbers(tx.QueryContext(ctx, "SELECT n"+others+" ORDER BY position, n", id, list(moving)))
	if err != nil {
		return nil, err
	}
	var ahead int
	if err := tx.QueryRowContext(ctx, "SELECT count(*)"+others+" AND position < ?3", id, list(moving), top).Scan(&ahead); err != nil {
		return nil, err
	}
	at := behind(0, 1, len(rest)+len(moving))
	return []placing{
		{Collection: id, N: rest, At: slices.Concat(at[:ahead], at[ahead+len(moving):]), Aside: true},
		{Collection: id, N: moving, At: at[ahead : ahead+len(moving)]},
	}, nil
}

// behind gives so many positions behind one.
func behind(low, step float64, count int) []float64 {
	at := make([]float64, count)
	for i := range at {
		at[i] = low + step*float64(i+1)
	}
	return at
}

func applyPlacing(ctx context.Context, tx *writing, p placing, back *change, t touched) error {
	rows, err := tx.QueryContext(ctx, "SELECT n, position FROM collection_items WHERE collection_id = ? AND n IN (SELECT value FROM json_each(?))", p.Collection, list(p.N))
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	were, fresh, held := placing{Collection: p.Collection, Aside: p.Aside}, placing{Collection: p.Collection}, map[int64]bool{}
	for rows.Next() {
		var n int64
		var at float64
		if err := rows.Scan(&n, &at); err != nil {
			return err
		}
		were.N, were.At, held[n] = append(were.N, n), append(were.At, at), true
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if p.Aside {
		p = p.of(held)
	}
	gone := len(p.At) == 0
	if gone {
		_, err = tx.ExecContext(ctx, "DELETE FROM collection_items WHERE collection_id = ? AND n IN (SELECT value FROM json_each(?))", p.Collection, list(p.N))
	} else {
		_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO collection_items (collection_id, n, position) SELECT ?, value ->> 0, value ->> 1 FROM json_each(?)", p.Collection, p.pairs())
	}
	if err != nil {
		return err
	}
	reached := t.all
	if p.Aside {
		reached = t.aside
	}
	for _, n := range p.N {
		if !held[n] && !gone {
			fresh.N = append(fresh.N, n)
		}
		if held[n] || !gone {
			reached[n] = true
		}
	}
	for _, one := range []placing{fresh, were} {
		if len(one.N) > 0 {
			back.Items = append(back.Items, one)
		}
	}
	return nil
}

// pairs are the numbers with their positions, for json_each.
func (p placing) pairs() string {
	all := make([][2]any, len(p.N))
	for i, n := range p.N {
		all[i] = [2]any{n, p.At[i]}
	}
	text, err := json.Marshal(all)
	if err != nil { // numbers have none
		return "[]"
	}
	return string(text)
}

// of leaves out what isn't in the collection any more.
func (p placing) of(held map[int64]bool) placing {
	some := placing{Collection: p.Collection, Aside: p.Aside}
	for i, n := range p.N {
		if held[n] {
			some.N, some.At = append(some.N, n), append(some.At, p.At[i])
		}
	}
	return some
}
