package library

import (
	"context"
	"database/sql"
	"sync"
)

// prepared are the questions that were asked lately, compiled: to compile one takes as long as a fifth of a page.
type prepared struct {
	mu  sync.RWMutex
	all map[string]*sql.Stmt
}

// mostPrepared is how many are kept; what a person types makes no more than a few forms.
const mostPrepared = 64

// ask is QueryContext for questions that come again and again.
func (l *Library) ask(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	l.asked.mu.RLock()
	if s := l.asked.all[query]; s != nil {
		defer l.asked.mu.RUnlock() // until it began, nobody closes it; its rows hold it open then
		return s.QueryContext(ctx, args...)
	}
	l.asked.mu.RUnlock()
	s, err := l.db.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer l.asked.keep(query, s)
	return s.QueryContext(ctx, args...)
}

// keep takes a statement in; those before it leave when there are too many.
func (p *prepared) keep(query string, s *sql.Stmt) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all[query] != nil { // another was quicker
		_ = s.Close()
		return
	}
	if p.all == nil || len(p.all) == mostPrepared {
		for _, old := range p.all {
			_ = old.Close()
		}
		p.all = map[string]*sql.Stmt{}
	}
	p.all[query] = s
}

// writing is a transaction. What it says a second time stays compiled until it ends: of many videos each takes the
// same dozen statements, and to compile them takes longer than to run them.
type writing struct {
	*sql.Tx
	said map[string]*sql.Stmt // nil for what was said once
}

func (l *Library) begin(ctx context.Context) (*writing, error) {
	tx, err := l.db.BeginTx(ctx, nil)
	return &writing{tx, map[string]*sql.Stmt{}}, err
}

// again gives the compiled statement from the second time on.
func (w *writing) again(ctx context.Context, query string) (*sql.Stmt, error) {
	s, said := w.said[query]
	if s != nil {
		return s, nil
	}
	if said {
		var err error
		if s, err = w.PrepareContext(ctx, query); err != nil {
			return nil, err
		}
	}
	w.said[query] = s
	return s, nil
}

func (w *writing) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := w.again(ctx, query)
	switch {
	case err != nil:
		return nil, err
	case s == nil:
		return w.Tx.ExecContext(ctx, query, args...)
	}
	return s.ExecContext(ctx, args...)
}

func (w *writing) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := w.again(ctx, query)
	switch {
	case err != nil:
		return nil, err
	case s == nil:
		return w.Tx.QueryContext(ctx, query, args...)
	}
	return s.QueryContext(ctx, args...)
}

func (w *writing) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := w.again(ctx, query)
	if s == nil || err != nil { // which it then tells itself
		return w.Tx.QueryRowContext(ctx, query, args...)
	}
	return s.QueryRowContext(ctx, args...)
}
