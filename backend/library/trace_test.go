package library

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
	"sync"
)

// Trace lists what a traced library asks of its database.
type Trace struct {
	mu  sync.Mutex
	all []Statement
}

// Statement is one, as SQLite got it.
type Statement struct {
	SQL  string
	Args []any
}

// Take gives the statements since the last time, without those that begin and end transactions.
func (t *Trace) Take() []Statement {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := t.all
	t.all = nil
	return all
}

var traced sync.Once
var tracer tracedDriver

// OpenTraced opens a library as it lies there, whatever its schema. Only one can be traced at a time.
func OpenTraced(path string) (*Library, *Trace, error) {
	var err error
	traced.Do(func() {
		var plain *sql.DB
		if plain, err = sql.Open("sqlite", dsn(path)); err == nil {
			tracer.Driver = plain.Driver()
			err = plain.Close()
			sql.Register("traced", &tracer)
		}
	})
	if err != nil {
		return nil, nil, err
	}
	tracer.trace = &Trace{}
	db, err := sql.Open("traced", dsn(path))
	return &Library{db: db, path: path, changed: make(chan struct{})}, tracer.trace, err
}

// Plan is how SQLite goes about a statement: a line for each step.
func (l *Library) Plan(ctx context.Context, s Statement) ([]string, error) {
	rows, err := l.db.QueryContext(ctx, "EXPLAIN QUERY PLAN "+s.SQL, s.Args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.SQL, err)
	}
	defer func() { _ = rows.Close() }()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			return nil, err
		}
		plan = append(plan, detail)
	}
	return plan, rows.Err()
}

type tracedDriver struct {
	driver.Driver
	trace *Trace
}

func (d *tracedDriver) Open(name string) (driver.Conn, error) {
	c, err := d.Driver.Open(name)
	return tracedConn{c, d.trace}, err
}

type tracedConn struct {
	driver.Conn
	trace *Trace
}

func (c tracedConn) note(query string, args []driver.NamedValue) {
	if strings.HasPrefix(query, "EXPLAIN") {
		return
	}
	s := Statement{SQL: query}
	for _, a := range args {
		s.Args = append(s.Args, a.Value)
	}
	c.trace.mu.Lock()
	defer c.trace.mu.Unlock()
	c.trace.all = append(c.trace.all, s)
}

func (c tracedConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	s, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
	return tracedStmt{s, c, query}, err
}

func (c tracedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.note(query, args)
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
}

func (c tracedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.note(query, args)
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
}

func (c tracedConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, opts)
}

type tracedStmt struct {
	driver.Stmt
	conn  tracedConn
	query string
}

func (s tracedStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	s.conn.note(s.query, args)
	return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
}

func (s tracedStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	s.conn.note(s.query, args)
	return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
}
