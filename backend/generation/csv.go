package generation

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"
)

// WriteCSV writes the ledger with a header: times in UTC, money in dollars, "" where it is not known.
func WriteCSV(w io.Writer, entries []Entry) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"time", "service", "model", "outcome", "price_usd", "price_source", "charged_usd", "prediction_id", "generation_id", "attempt", "prompt"}); err != nil {
		return err
	}
	for _, e := range entries {
		price, source, charged := "", "", ""
		if e.Price != nil {
			price, source = dollars(e.Price.Amount), string(e.Price.Source)
		}
		if e.Charged != nil {
			charged = dollars(*e.Charged)
		}
		if err := out.Write([]string{
			time.UnixMilli(e.At).UTC().Format(time.RFC3339), e.Service, plain(e.Model), string(e.Outcome), price, source, charged,
			plain(e.PredictionID), e.GenerationID, strconv.Itoa(e.Attempt), plain(e.Prompt),
		}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func dollars(m Money) string { return strings.TrimPrefix(m.String(), "$") }

// plain keeps a spreadsheet from taking somebody's words for a formula.
func plain(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
