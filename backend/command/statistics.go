package command

import (
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"conch/backend/atlas"
	"conch/backend/engine"
	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/printable"
)

type statsCmd struct {
	Days int  `default:"30" help:"Number of days up to today (0 for all). Over 100 days are grouped by week, over two years by month."`
	CSV  bool `name:"csv" help:"CSV with a header. Amounts are in US dollars." xor:"form"`
	JSON bool `name:"json" help:"One JSON object per line: each period and model, then each model’s generation times in seconds." xor:"form"`
}

// Run counts the runs at the service in use and sums what they cost.
func (c *statsCmd) Run(r *run) error {
	service := engine.DemoService
	if !r.demo {
		client, err := atlas.New(atlas.Options{BaseURL: r.Getenv(engine.BaseURLName)})
		if err != nil {
			return err
		}
		service = client.Origin()
	}
	return r.withLibrary(func(l *library.Library) error {
		s, err := l.Statistics(r.ctx, library.StatisticsQuery{Service: service, Days: c.Days, Now: time.Now()})
		switch {
		case err != nil:
			return err
		case c.CSV:
			return generation.WriteTalliesCSV(r.Stdout, s)
		case c.JSON:
			return tellStatistics(r, s)
		}
		return tables(r, s)
	})
}

func tables(r *run, s generation.Statistics) error {
	if len(s.Tallies) == 0 {
		r.nothing("No runs in this period.", false)
		return nil
	}
	sums := tabwriter.NewWriter(r.Stdout, 0, 4, 2, ' ', 0)
	_, err := fmt.Fprintf(sums, "%s\tmodel\truns\tdone\tfailed\tspent\n", s.Unit)
	for _, t := range s.Tallies {
		about := ""
		if t.About > 0 || t.Unpriced > 0 {
			about = "about "
		}
		_, broken := fmt.Fprintf(sums, "%s\t%s\t%d\t%d\t%d\t%s%s\n", t.Period, printable.Line(t.Model), t.Runs(), t.Done, t.Failed, about, t.Spent)
		err = errors.Join(err, broken)
	}
	times := tabwriter.NewWriter(r.Stdout, 0, 4, 2, ' ', 0)
	_, broken := fmt.Fprint(times, "\nmodel\ttimed\tmedian\t90th percentile\n")
	for _, t := range s.Tempos {
		_, broken = fmt.Fprintf(times, "%s\t%d\t%s\t%s\n", printable.Line(t.Model), t.Count, span(t.Median), span(t.Ninety))
		err = errors.Join(err, broken)
	}
	return errors.Join(err, broken, sums.Flush(), times.Flush())
}

func tellStatistics(r *run, s generation.Statistics) error {
	for _, t := range s.Tallies {
		if err := writeLine(r.Stdout, tallied{
			Period: t.Period, Unit: s.Unit, Model: t.Model, Runs: t.Runs(), Done: t.Done, Failed: t.Failed, Refused: t.Refused, GivenUp: t.GivenUp, Uncertain: t.Uncertain, Open: t.Open,
			Spent: *dollars(t.Spent), NotConfirmed: *dollars(t.About), Unsure: *dollars(t.Unsure), Unpriced: t.Unpriced,
		}); err != nil {
			return err
		}
	}
	for _, t := range s.Tempos {
		if err := writeLine(r.Stdout, timed{Model: t.Model, Timed: t.Count, Median: span(t.Median).Seconds(), Ninety: span(t.Ninety).Seconds()}); err != nil {
			return err
		}
	}
	return nil
}

func span(ms int64) time.Duration { return time.Duration(ms) * time.Millisecond }

// tallied and timed are lines of `stats --json`. Money is in dollars.
type tallied struct {
	Period       string  `json:"period"`
	Unit         string  `json:"unit"`
	Model        string  `json:"model"`
	Runs         int     `json:"runs"`
	Done         int     `json:"done"`
	Failed       int     `json:"failed"`
	Refused      int     `json:"refused"`
	GivenUp      int     `json:"given_up"`
	Uncertain    int     `json:"uncertain"`
	Open         int     `json:"open"`
	Spent        float64 `json:"spent"`
	NotConfirmed float64 `json:"not_confirmed"`
	Unsure       float64 `json:"unsure"`
	Unpriced     int     `json:"unpriced"`
}

type timed struct {
	Model  string  `json:"model"`
	Timed  int     `json:"timed"`
	Median float64 `json:"median"`
	Ninety float64 `json:"nine_of_ten"`
}
