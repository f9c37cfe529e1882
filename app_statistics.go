package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"conch/backend/engine"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/library"
)

// Statistics counts the submits to the service in use in the last days, with today; 0 is all.
func (a *App) Statistics(days int) (generation.Statistics, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (generation.Statistics, error) {
		return e.Library.Statistics(ctx, library.StatisticsQuery{Service: e.Service, Days: days, Now: time.Now()})
	})
}

// ExportStatistics writes as CSV what Statistics gives, "runs" or "times", where the person says; "" when the dialog
// was dismissed.
func (a *App) ExportStatistics(days int, part string) (string, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (string, error) {
		write := generation.WriteTalliesCSV
		if part == "times" {
			write = generation.WriteTemposCSV
		} else {
			part = "runs"
		}
		s, err := e.Library.Statistics(ctx, library.StatisticsQuery{Service: e.Service, Days: days, Now: time.Now()})
		if err != nil {
			return "", err
		}
		return a.saveCSV(part, func(out io.Writer) error { return write(out, s) })
	})
}

// charts are the words that the page may put into the name that is proposed for one.
var charts = []string{"spent", "runs", "success"}

// SaveChart writes a chart that the page drew, PNG in base64, where the person says; "" when the dialog was dismissed.
func (a *App) SaveChart(chart, data string) (string, error) {
	return with(a, func(ctx context.Context, _ *engine.Engine) (string, error) {
		return a.still(ctx, chart, data, func() (string, error) {
			if !slices.Contains(charts, chart) {
				return "", fault.Wrap(fmt.Errorf("no chart %q", chart), "internal", nil)
			}
			return a.ask(dated(chart), "png")
		})
	})
}
