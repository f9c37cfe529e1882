package generation

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"conch/backend/printable"
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

// WriteTalliesCSV writes what the runs of each period and model came to, with a header: money in dollars.
func WriteTalliesCSV(w io.Writer, s Statistics) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{s.Unit, "model", "runs", "done", "failed", "refused", "given_up", "uncertain", "open", "spent_usd", "not_confirmed_usd", "uncertain_usd", "unpriced"}); err != nil {
		return err
	}
	for _, t := range s.Tallies {
		if err := out.Write([]string{
			t.Period, plain(t.Model), strconv.Itoa(t.Runs()), strconv.Itoa(t.Done), strconv.Itoa(t.Failed), strconv.Itoa(t.Refused), strconv.Itoa(t.GivenUp), strconv.Itoa(t.Uncertain), strconv.Itoa(t.Open),
			dollars(t.Spent), dollars(t.About), dollars(t.Unsure), strconv.Itoa(t.Unpriced),
		}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// WriteTemposCSV writes how long the runs of each model took, with a header: times in seconds, a column for each bin.
func WriteTemposCSV(w io.Writer, s Statistics) error {
	out := csv.NewWriter(w)
	head := []string{"model", "runs", "median_s", "nine_of_ten_s"}
	for i := range s.All.Bins {
		head = append(head, "from_"+seconds(int64(i)*s.Step)+"_s")
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for _, t := range s.Tempos {
		row := []string{plain(t.Model), strconv.Itoa(t.Count), seconds(t.Median), seconds(t.Ninety)}
		for _, runs := range t.Bins {
			row = append(row, strconv.Itoa(runs))
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// Listed is a video in the lists of an export.
type Listed struct {
	Video
	File string `json:"file,omitempty"` // its name in the export; "" where it is not in it
}

// FreeName is a name that nothing in an export has, whether or not case counts; it is taken from then on, in lower case.
func FreeName(name string, taken map[string]bool) string {
	stem, ext := strings.TrimSuffix(name, filepath.Ext(name)), filepath.Ext(name)
	for n := 2; taken[strings.ToLower(name)]; n++ {
		name = fmt.Sprintf("%s (%d)%s", stem, n, ext)
	}
	taken[strings.ToLower(name)] = true
	return name
}

// WriteVideosJSON writes an array of everything that is known of videos.
func WriteVideosJSON(w io.Writer, all []Listed) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", " ")
	return out.Encode(all)
}

// WriteVideosCSV writes videos with a header: times in UTC, money in dollars, lengths in seconds, "" where it is not known.
func WriteVideosCSV(w io.Writer, all []Listed) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"file", "id", "created", "name", "prompt", "model", "params", "service", "prediction_id", "width", "height", "seconds", "frame_rate", "bytes",
		"cost_usd", "price_usd", "favourite", "rating", "label", "tags", "notes", "from", "from_kind", "path"}); err != nil {
		return err
	}
	for _, v := range all {
		params, err := json.Marshal(v.Params)
		if err != nil {
			return err
		}
		cost, price, from, kind := "", "", "", ""
		if v.Cost != nil {
			cost = dollars(*v.Cost)
		}
		if v.Price != nil {
			price = dollars(v.Price.Amount)
		}
		if v.Origin != nil {
			from, kind = v.Origin.Video+v.Origin.Picture, string(v.Origin.Kind)
		}
		if err := out.Write([]string{
			plain(v.File), v.ID, time.UnixMilli(v.CreatedAt).UTC().Format(time.RFC3339), plain(v.Name), plain(v.Prompt), plain(v.Model), string(params), v.Service, plain(v.PredictionID),
			strconv.Itoa(v.Width), strconv.Itoa(v.Height), seconds(v.Duration), strconv.FormatFloat(v.FrameRate, 'f', -1, 64), strconv.FormatInt(v.Bytes, 10),
			cost, price, strconv.FormatBool(v.Favourite), strconv.Itoa(v.Rating), v.Label, plain(strings.Join(v.Tags, ", ")), plain(v.Notes), from, kind, plain(v.Path),
		}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func seconds(ms int64) string { return strconv.FormatFloat(float64(ms)/1000, 'f', -1, 64) }

func dollars(m Money) string { return strings.TrimPrefix(m.String(), "$") }

// ByteOrderMark begins a CSV file: without it Excel reads UTF-8 as the system's old code page. Pipes go without.
const ByteOrderMark = "\ufeff"

// plain keeps a spreadsheet from taking somebody's words for a formula, and a terminal from obeying them.
func plain(text string) string {
	text = printable.Text(text)
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
