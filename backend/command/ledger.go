package command

import (
	"fmt"
	"text/tabwriter"
	"time"

	"conch/backend/engine"
	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/printable"
)

type ledgerCmd struct {
	CSV   bool `name:"csv" help:"CSV with a header. Amounts are in US dollars." xor:"form"`
	JSON  bool `name:"json" help:"Print one JSON object per line." xor:"form"`
	Limit int  `default:"0" help:"Maximum number of entries (0 for all)."`
}

// Run lists every submit, newest first.
func (c *ledgerCmd) Run(r *run) error {
	return r.withLibrary(func(l *library.Library) error {
		all, err := l.Ledger(r.ctx, library.LedgerQuery{Limit: c.Limit})
		if err != nil {
			return err
		}
		switch {
		case c.CSV:
			return generation.WriteCSV(r.Stdout, all)
		case c.JSON:
			for _, e := range all {
				if err := writeLine(r.Stdout, rowOf(e)); err != nil {
					return err
				}
			}
			return nil
		}
		if len(all) == 0 {
			r.nothing("No runs yet.", false)
		}
		table := tabwriter.NewWriter(r.Stdout, 0, 4, 2, ' ', 0)
		for _, e := range all {
			price := "?"
			switch {
			case e.Service == engine.DemoService:
				price = "free (demo)"
			case e.Charged != nil:
				price = e.Charged.String() + " charged"
			case e.Price != nil:
				price = e.Price.Amount.String() + " " + string(e.Price.Source)
			}
			if _, err := fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", time.UnixMilli(e.At).Format("2006-01-02 15:04:05"), printable.Line(e.Model), price, e.Outcome, printable.Line(e.PredictionID)); err != nil {
				return err
			}
		}
		return table.Flush()
	})
}

// row is one line of `ledger --json`. Money is in dollars.
type row struct {
	Time         time.Time `json:"time"`
	Service      string    `json:"service"`
	Model        string    `json:"model"`
	Outcome      string    `json:"outcome"`
	Price        *float64  `json:"price,omitempty"`
	PriceSource  string    `json:"price_source,omitempty"`
	Charged      *float64  `json:"charged,omitempty"`
	PredictionID string    `json:"prediction_id,omitempty"`
	GenerationID string    `json:"generation_id"`
	Attempt      int       `json:"attempt"`
	Prompt       string    `json:"prompt"`
}

func rowOf(e generation.Entry) row {
	r := row{
		Time: moment(e.At), Service: e.Service, Model: e.Model, Outcome: string(e.Outcome), PredictionID: e.PredictionID,
		GenerationID: e.GenerationID, Attempt: e.Attempt, Prompt: e.Prompt,
	}
	if e.Price != nil {
		r.Price, r.PriceSource = dollars(e.Price.Amount), string(e.Price.Source)
	}
	if e.Charged != nil {
		r.Charged = dollars(*e.Charged)
	}
	return r
}
