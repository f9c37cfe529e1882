package generation

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"conch/backend/fault"
)

var states = []State{Waiting, Uploading, Submitting, Uncertain, Processing, Downloading, Done, Failed, Canceled}

func TestEnds(t *testing.T) {
	for _, s := range states {
		if s.Ended() != slices.Contains([]State{Done, Failed, Canceled}, s) {
			t.Errorf("%s ends: %v", s, s.Ended())
		}
	}
}

func TestMoney(t *testing.T) {
	for m, want := range map[Money]string{
		0: "$0.00", 230_000: "$0.23", 200_000: "$0.20", 5_000_000: "$5.00", 100_000_000: "$100.00", 1: "$0.000001", 235_500: "$0.2355", 125_500_000: "$125.50", -500_000: "$-0.50",
	} {
		if got := m.String(); got != want {
			t.Errorf("%d: %s, want %s", m, got, want)
		}
	}
}

func TestPrompt(t *testing.T) {
	for want, params := range map[string]map[string]any{"海螺": {"prompt": "海螺"}, "": {"prompt": 7}} {
		if got := (Request{Params: params}).Prompt(); got != want {
			t.Errorf("%v: %q", params, got)
		}
	}
	if got := (Request{}).Prompt(); got != "" {
		t.Errorf("%q", got)
	}
}

// What counts as spent depends on this: a run that may be billed is never one that cost nothing.
func TestOutcomes(t *testing.T) {
	failed := func(rule string) *fault.Wire { return fault.ToWire(fault.New(rule, nil)) }
	for name, c := range map[string]struct {
		g    Generation
		want Outcome
	}{
		"waiting":                      {Generation{State: Waiting}, Unsent},
		"uploading":                    {Generation{State: Uploading}, Unsent},
		"submitting":                   {Generation{State: Submitting}, Sending},
		"uncertain":                    {Generation{State: Uncertain}, Unsure},
		"processing":                   {Generation{State: Processing, PredictionID: "p"}, Accepted},
		"downloading":                  {Generation{State: Downloading, PredictionID: "p"}, Accepted},
		"made elsewhere":               {Generation{State: Processing, PredictionID: "p", Adopted: true}, Taken},
		"done":                         {Generation{State: Done, PredictionID: "p"}, Completed},
		"refused":                      {Generation{State: Failed, Fault: failed("refused")}, Refused},
		"failed":                       {Generation{State: Failed, PredictionID: "p", Fault: failed("run_failed")}, RanFailed},
		"moderated":                    {Generation{State: Failed, PredictionID: "p", Fault: failed("run_moderated")}, RanFailed},
		"vanished":                     {Generation{State: Failed, PredictionID: "p", Fault: failed("run_vanished")}, Accepted},
		"made, not kept":               {Generation{State: Failed, PredictionID: "p", Fault: failed("disk_full")}, Accepted},
		"failed, nobody knows why":     {Generation{State: Failed, PredictionID: "p"}, Accepted},
		"canceled before it was sent":  {Generation{State: Canceled}, Unsent},
		"given up after it was billed": {Generation{State: Canceled, PredictionID: "p"}, GivenUp},
	} {
		if got := c.g.OutcomeOf(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestCSV(t *testing.T) {
	charged := Money(240_000)
	var out bytes.Buffer
	err := WriteCSV(&out, []Entry{
		{
			GenerationID: "g1", Attempt: 2, At: 1735689600000, Service: "https://api.atlascloud.ai", Model: "minimax/hailuo-02/standard",
			Price: &Price{230_000, FromQuote}, Outcome: Completed, PredictionID: "pred_1", Charged: &charged, Prompt: "a \"shell\",\nopening",
		},
		{GenerationID: "g2", At: 1735689600001, Service: "demo", Model: "=cmd()", Outcome: Unsure, PredictionID: "-1", Prompt: "@SUM(A1)"},
		{Prompt: "\t=1"}, {Prompt: "+1"}, {Prompt: "海螺 = 貝"},
	})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	want := [][]string{
		{"time", "service", "model", "outcome", "price_usd", "price_source", "charged_usd", "prediction_id", "generation_id", "attempt", "prompt"},
		{"2025-01-01T00:00:00Z", "https://api.atlascloud.ai", "minimax/hailuo-02/standard", "done", "0.23", "quote", "0.24", "pred_1", "g1", "2", "a \"shell\",\nopening"},
		{"2025-01-01T00:00:00Z", "demo", "'=cmd()", "uncertain", "", "", "", "'-1", "g2", "0", "'@SUM(A1)"},
		{"1970-01-01T00:00:00Z", "", "", "", "", "", "", "", "", "0", "'\t=1"},
		{"1970-01-01T00:00:00Z", "", "", "", "", "", "", "", "", "0", "'+1"},
		{"1970-01-01T00:00:00Z", "", "", "", "", "", "", "", "", "0", "海螺 = 貝"},
	}
	if err != nil || !slices.EqualFunc(rows, want, slices.Equal[[]string]) {
		t.Errorf("%q, %v", rows, err)
	}
}

func TestStatisticsCSV(t *testing.T) {
	s := Statistics{
		Unit: "week", Step: 20_500, All: Tempo{Bins: []int{3, 1}},
		Tallies: []Tally{{Period: "2026-11-23", Model: "=cmd()", Done: 4, Failed: 1, Refused: 2, GivenUp: 3, Uncertain: 5, Open: 6, Spent: 1_230_000, About: 230_000, Unsure: 10_000, Unpriced: 7}},
		Tempos:  []Tempo{{Model: "m", Count: 4, Median: 1_200, Ninety: 40_000, Bins: []int{3, 1}}},
	}
	for _, c := range []struct {
		write func(io.Writer, Statistics) error
		want  string
	}{
		{WriteTalliesCSV, "week,model,runs,done,failed,refused,given_up,uncertain,open,spent_usd,not_confirmed_usd,uncertain_usd,unpriced\n2026-11-23,'=cmd(),21,4,1,2,3,5,6,1.23,0.23,0.01,7\n"},
		{WriteTemposCSV, "model,runs,median_s,nine_of_ten_s,from_0_s,from_20.5_s\nm,4,1.2,40,3,1\n"},
	} {
		var out bytes.Buffer
		if err := c.write(&out, s); err != nil || out.String() != c.want {
			t.Errorf("%s, %v", out.String(), err)
		}
	}
}

type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestCSVThatCannotBeWritten(t *testing.T) {
	if err := errors.Join(WriteTalliesCSV(full{}, Statistics{Tallies: make([]Tally, 1000)}), WriteTemposCSV(full{}, Statistics{Tempos: make([]Tempo, 1000)})); strings.Count(fmt.Sprint(err), errFull.Error()) != 2 {
		t.Errorf("%v", err)
	}
	if err := WriteCSV(full{}, make([]Entry, 1000)); !errors.Is(err, errFull) {
		t.Errorf("%v", err)
	}
}
