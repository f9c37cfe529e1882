package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"conch/backend/atomicfile"
	"conch/backend/engine"
	"conch/backend/generation"
	"conch/backend/library"
)

// ledgerLimit bounds what the ledger view holds; the export has everything.
const ledgerLimit = 1000

// Ledger lists the submits to the service in use, newest first.
func (a *App) Ledger() ([]generation.Entry, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) ([]generation.Entry, error) {
		return e.Library.Ledger(ctx, library.LedgerQuery{Service: e.Service, Limit: ledgerLimit})
	})
}

// Money sums this month's ledger, without a question to anybody.
func (a *App) Money() (engine.Money, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (engine.Money, error) { return e.MonthlyMoney(ctx) })
}

// Reported asks for the service's own sum of this month; nil when it doesn't tell.
func (a *App) Reported() (*generation.Money, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (*generation.Money, error) { return e.Reported(ctx) })
}

// ExportLedger writes the whole ledger as CSV where the person says; "" when the dialog was dismissed.
func (a *App) ExportLedger() (string, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (string, error) {
		all, err := e.Library.Ledger(ctx, library.LedgerQuery{Service: e.Service})
		if err != nil {
			return "", err
		}
		return a.saveCSV("ledger", func(out io.Writer) error { return generation.WriteCSV(out, all) })
	})
}

// saveCSV writes a table where the person says, under a dated name; "" when the dialog was dismissed.
func (a *App) saveCSV(what string, write func(io.Writer) error) (string, error) {
	out := bytes.NewBufferString(generation.ByteOrderMark)
	if err := write(out); err != nil {
		return "", fmt.Errorf("export %s: %w", what, err)
	}
	path, err := a.ask(dated(what), "csv")
	if err != nil || path == "" {
		return "", err
	}
	return path, atomicfile.Write(path, out.Bytes(), 0o600)
}

// dated is the name that is proposed for what is counted until today.
func dated(what string) string { return "conch-" + what + "-" + time.Now().Format(time.DateOnly) }
