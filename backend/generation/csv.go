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
			strconv.Itoa(v.Width), strconv.Itoa(v.Height), strconv.FormatFloat(float64(v.Duration)/1000, 'f', -1, 64), strconv.FormatFloat(v.FrameRate, 'f', -1, 64), strconv.FormatInt(v.Bytes, 10),
			cost, price, strconv.FormatBool(v.Favourite), strconv.Itoa(v.Rating), v.Label, plain(strings.Join(v.Tags, ", ")), plain(v.Notes), from, kind, plain(v.Path),
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
