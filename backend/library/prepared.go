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
