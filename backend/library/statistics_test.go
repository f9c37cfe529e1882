package library

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/studio"
)

// sent is a submit as the ledger gets it, and what became of it.
type sent struct {
	at      time.Time
	service string // "s" unless it is said
	model   string // "m" unless it is said
	outcome generation.Outcome
	cents   int64 // its price when it was sent; 0 for none
	charged int64 // cents; 0 for not known
	took    time.Duration
}

// submit records them as the studio does.
func submit(t *testing.T, l *Library, all ...sent) {
	t.Helper()
	for _, s := range all {
		var n int
		must(t, l.db.QueryRow("SELECT count(*) FROM generations").Scan(&n))
		g := run("s")
		g.ID, g.Attempt, g.CreatedAt, g.SubmittedAt = fmt.Sprint("g", n), 1, s.at.UnixMilli(), s.at.UnixMilli()
		if s.service != "" {
			g.Service = s.service
		}
		if s.model != "" {
			g.Request.Model = s.model
		}
		if s.cents > 0 {
			g.Price = &generation.Price{Amount: generation.Money(s.cents * 10_000), Source: generation.FromQuote}
		}
		if s.charged > 0 {
			charged := generation.Money(s.charged * 10_000)
			g.Charged = &charged
		}
		if s.took > 0 {
			g.CompletedAt = g.SubmittedAt + s.took.Milliseconds()
		}
		before := g
		before.Attempt = 0
		_, err := l.Create(t.Context(), before, "o", studio.Budget{})
		must(t, err)
		prediction := fmt.Sprint("p", n)
		switch s.outcome {
		case generation.Completed:
			g.State, g.PredictionID = generation.Done, prediction
		case generation.RanFailed:
			g.State, g.PredictionID, g.Fault = generation.Failed, prediction, &fault.Wire{Code: fault.RunFailed}
		case generation.Refused:
			g.State = generation.Failed
		case generation.GivenUp:
			g.State, g.PredictionID = generation.Canceled, prediction
		case generation.Unsent:
			g.State = generation.Canceled
		case generation.Unsure:
			g.State = generation.Uncertain
		case generation.Accepted:
			g.State, g.PredictionID = generation.Processing, prediction
		case generation.Sending:
			g.State = generation.Submitting
		}
		if g.OutcomeOf() != s.outcome {
			t.Fatalf("%s is booked as %s", s.outcome, g.OutcomeOf())
		}
		_, err = l.Save(t.Context(), "o", g)
		must(t, err)
	}
}

func clock(t *testing.T, zone, moment string) time.Time {
	t.Helper()
	location, err := time.LoadLocation(zone)
	must(t, err)
	at, err := time.ParseInLocation("2006-01-02 15:04:05", moment, location)
	must(t, err)
	return at
}

func counted(t *testing.T, l *Library, days int, now time.Time) (generation.Statistics, string) {
	t.Helper()
	s, err := l.Statistics(t.Context(), StatisticsQuery{Service: "s", Days: days, Now: now})
	must(t, err)
	said := []string{}
	for _, tally := range s.Tallies {
		said = append(said, fmt.Sprintf("%s %d", tally.Period, tally.Runs()))
	}
	return s, strings.Join(said, ", ")
}

func TestStatisticsCountByLocalDay(t *testing.T) {
	for _, c := range []struct{ name, zone, now, at, want string }{
		{"the minutes around midnight", "Asia/Taipei", "2026-11-25 09:00:00", "2026-11-23 23:59:59, 2026-11-24 00:00:00, 2026-11-25 00:00:01", "2026-11-23 1, 2026-11-24 1, 2026-11-25 1"},
		{"a day of 25 hours", "Europe/Berlin", "2026-11-01 12:00:00", "2026-10-24 23:59:59, 2026-10-25 00:00:00, 2026-10-25 23:59:59, 2026-10-26 00:00:00", "2026-10-24 1, 2026-10-25 2, 2026-10-26 1"},
		{"a day of 23 hours", "Europe/Berlin", "2026-04-01 12:00:00", "2026-03-28 23:59:59, 2026-03-29 00:00:00, 2026-03-29 23:59:59, 2026-03-30 00:00:00", "2026-03-28 1, 2026-03-29 2, 2026-03-30 1"},
		{"a day that begins at one", "America/Havana", "2026-03-20 12:00:00", "2026-03-07 23:59:59, 2026-03-08 01:00:00, 2026-03-09 00:00:00", "2026-03-07 1, 2026-03-08 1, 2026-03-09 1"},
		{"behind Greenwich by a quarter", "Asia/Kathmandu", "2026-01-01 00:10:00", "2025-12-31 23:59:59, 2026-01-01 00:00:00", "2025-12-31 1, 2026-01-01 1"},
		{"only the last thirty days", "America/New_York", "2026-11-25 23:59:59", "2026-10-26 23:59:59, 2026-10-27 00:00:00, 2026-11-25 23:59:59, 2026-11-26 00:00:00", "2026-10-27 1, 2026-11-25 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := opened(t)
			for _, at := range strings.Split(c.at, ", ") {
				submit(t, l, sent{at: clock(t, c.zone, at), outcome: generation.Completed})
			}
			if _, got := counted(t, l, 30, clock(t, c.zone, c.now)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestStatisticsOfLongerSpansAreByWeekAndMonth(t *testing.T) {
	l, now := opened(t), clock(t, "Europe/Berlin", "2026-11-25 10:00:00") // a Wednesday
	for _, at := range []string{"2023-10-31 23:59:59", "2023-11-01 00:00:00", "2025-11-23 23:59:59", "2025-11-24 00:00:00", "2026-08-27 23:59:59", "2026-08-28 00:00:00", "2026-11-22 23:59:59", "2026-11-23 00:00:00"} {
		submit(t, l, sent{at: clock(t, "Europe/Berlin", at), outcome: generation.Completed})
	}
	for _, c := range []struct {
		days                    int
		unit, first, last, want string
	}{
		{1, "day", "2026-11-25", "2026-11-25", ""},
		{90, "day", "2026-08-28", "2026-11-25", "2026-08-28 1, 2026-11-22 1, 2026-11-23 1"},
		{365, "week", "2025-11-24", "2026-11-23", "2025-11-24 1, 2026-08-24 2, 2026-11-16 1, 2026-11-23 1"},
		{0, "month", "2023-10-01", "2026-11-01", "2023-10-01 1, 2023-11-01 1, 2025-11-01 2, 2026-08-01 2, 2026-11-01 2"},
		{-1, "month", "2023-10-01", "2026-11-01", "2023-10-01 1, 2023-11-01 1, 2025-11-01 2, 2026-08-01 2, 2026-11-01 2"},
		{1 << 40, "month", "2023-10-01", "2026-11-01", "2023-10-01 1, 2023-11-01 1, 2025-11-01 2, 2026-08-01 2, 2026-11-01 2"},
	} {
		s, got := counted(t, l, c.days, now)
		if s.Unit != c.unit || s.First != c.first || s.Last != c.last || got != c.want {
			t.Errorf("%d days: %s %s to %s: %s", c.days, s.Unit, s.First, s.Last, got)
		}
	}
}

func TestStatisticsOfAllBeginWithTheFirstRun(t *testing.T) {
	l, now := opened(t), clock(t, "UTC", "2026-11-25 10:00:00")
	submit(t, l, sent{at: clock(t, "UTC", "2020-01-01 00:00:00"), outcome: generation.Unsent}, sent{at: clock(t, "UTC", "2020-01-01 00:00:00"), service: "other", outcome: generation.Completed},
		sent{at: clock(t, "UTC", "2026-11-20 08:00:00"), outcome: generation.Completed}, sent{at: clock(t, "UTC", "2026-11-27 08:00:00"), outcome: generation.Completed})
	if s, got := counted(t, l, 0, now); s.First != "2026-11-20" || s.Last != "2026-11-27" || got != "2026-11-20 1, 2026-11-27 1" {
		t.Errorf("%s to %s: %s", s.First, s.Last, got)
	}
}

func TestStatisticsSumByModelAndKeepMoneyHonest(t *testing.T) {
	l, at := opened(t), clock(t, "UTC", "2026-11-25 10:00:00")
	submit(t, l,
		sent{at: at, outcome: generation.Completed, cents: 23, charged: 21, took: 40 * time.Second},
		sent{at: at, outcome: generation.Completed, cents: 23, took: 50 * time.Second},
		sent{at: at, outcome: generation.RanFailed, cents: 23},
		sent{at: at, outcome: generation.Refused, cents: 23},
		sent{at: at, outcome: generation.Unsent, cents: 23},
		sent{at: at, outcome: generation.Unsure, cents: 23},
		sent{at: at, outcome: generation.GivenUp, cents: 23},
		sent{at: at, outcome: generation.Accepted},
		sent{at: at, outcome: generation.Sending, cents: 23},
		sent{at: at, model: "n", outcome: generation.Completed, charged: 56, took: 90 * time.Second},
		sent{at: at, service: "demo", outcome: generation.Completed, cents: 99, took: time.Second},
		sent{at: at, service: "other", model: "o", outcome: generation.Completed, cents: 10},
	)
	of := func(service string) []generation.Tally {
		s, err := l.Statistics(t.Context(), StatisticsQuery{Service: service, Days: 30, Now: at})
		must(t, err)
		return s.Tallies
	}
	m := generation.Tally{
		Period: "2026-11-25", Model: "m", Done: 2, Failed: 1, Refused: 1, GivenUp: 1, Uncertain: 1, Open: 2,
		Spent: 1_130_000, About: 920_000, Unsure: 230_000, Unpriced: 1,
	}
	n := generation.Tally{Period: "2026-11-25", Model: "n", Done: 1, Spent: 560_000}
	if got := of("s"); !slices.Equal(got, []generation.Tally{m, n}) || m.Runs() != 8 {
		t.Errorf("%+v", got)
	}
	if got := of("demo"); len(got) != 1 || got[0].Done != 1 || got[0].Spent != 990_000 {
		t.Errorf("%+v", got)
	}
	spending, err := l.Spending(t.Context(), "s", 0)
	must(t, err)
	if spending.Amount != m.Spent+n.Spent || spending.Unsure != m.Unsure || spending.Unpriced != m.Unpriced {
		t.Errorf("the month's sum says otherwise: %+v", spending)
	}
}

func TestStatisticsOfNothing(t *testing.T) {
	l, now := opened(t), clock(t, "Asia/Taipei", "2026-11-25 00:00:01")
	for _, days := range []int{0, 1} {
		s, _ := counted(t, l, days, now)
		want := generation.Statistics{Unit: "day", First: "2026-11-25", Last: "2026-11-25", Tallies: []generation.Tally{}, Tempos: []generation.Tempo{}, All: generation.Tempo{Bins: []int{}}}
		if !reflect.DeepEqual(s, want) {
			t.Errorf("%d days: %+v", days, s)
		}
	}
}

func TestTempos(t *testing.T) {
	l, at := opened(t), clock(t, "UTC", "2026-11-25 10:00:00")
	for i := range 10 {
		submit(t, l, sent{at: at, outcome: generation.Completed, took: time.Duration(41+i) * time.Second}) // 41 to 50
	}
	submit(t, l, sent{at: at, model: "n", outcome: generation.Completed, took: 1234 * time.Millisecond}, sent{at: at, model: "n", outcome: generation.Completed, took: time.Hour},
		sent{at: at.AddDate(0, 0, -30), outcome: generation.Completed, took: time.Second}, sent{at: at, service: "demo", outcome: generation.Completed, took: time.Second})
	s, _ := counted(t, l, 30, at)
	if s.Step != 200_000 || len(s.Tempos) != 2 {
		t.Fatalf("%+v", s)
	}
	m, n := s.Tempos[0], s.Tempos[1]
	if m.Model != "m" || m.Count != 10 || m.Median != 45_000 || m.Ninety != 49_000 || m.Bins[0] != 10 {
		t.Errorf("%+v", m)
	}
	if n.Model != "n" || n.Count != 2 || n.Median != 1_200 || n.Ninety != 3_600_000 {
		t.Errorf("%+v", n)
	}
	if s.All.Count != 12 || s.All.Median != 45_000 || s.All.Bins[0] != 11 || s.All.Bins[len(s.All.Bins)-2] != 1 {
		t.Errorf("%+v", s.All)
	}
}

func TestBins(t *testing.T) {
	var times []timed
	for i := range 100 {
		times = append(times, timed{int64(300 + i), 1})
	}
	times = append(times, timed{90_000, 1}) // one that hung
	step := stepTo(rank(times, 98))
	got := tempoOf("", times, step, int(rank(times, 98)/step)+2)
	if step != 20 || got.Count != 101 || !slices.Equal(got.Bins[14:], []int{0, 20, 20, 20, 20, 20, 1}) {
		t.Error(step, got)
	}
	for time := int64(0); time < 100_000; time += 7 {
		if step := stepTo(time); time/step >= mostBins {
			t.Fatal(time, step)
		}
	}
}

func TestStatisticsReadNoRecords(t *testing.T) {
	path := filepath.Join(t.TempDir(), "library.db")
	l, err := Open(t.Context(), path)
	must(t, err)
	must(t, l.Close())
	l, trace, err := OpenTraced(path)
	must(t, err)
	defer func() { _ = l.Close() }()
	submit(t, l, sent{at: clock(t, "Europe/Berlin", "2026-11-25 10:00:00"), outcome: generation.Completed, took: time.Second})
	trace.Take()
	for _, q := range []StatisticsQuery{{Service: "s", Days: 30}, {Service: "s"}} {
		q.Now = clock(t, "Europe/Berlin", "2026-11-25 10:00:00")
		_, err := l.Statistics(t.Context(), q)
		must(t, err)
		asked := trace.Take()
		if len(asked) < 2 || !strings.Contains(asked[len(asked)-1].SQL, "generations") {
			t.Errorf("%+v asks %d questions", q, len(asked))
		}
		for _, s := range asked {
			plan, err := l.Plan(t.Context(), s)
			must(t, err)
			for _, step := range plan {
				if (strings.HasPrefix(step, "SCAN ") || strings.HasPrefix(step, "SEARCH ")) && !strings.Contains(step, "COVERING INDEX") {
					t.Errorf("%+v: %s: %s", q, step, s.SQL)
				}
			}
		}
	}
}

// fills make 100,000 runs over three years, of seven models.
var fills = []string{
	`WITH RECURSIVE i(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM i WHERE i < 99999)
			INSERT INTO ledger (generation_id, attempt, at, service, model, amount, source, outcome, prediction_id, charged)
			SELECT printf('0190f5fe-7c00-7a3d-b7d0-%012d', i), 1, ?1 - i * 945000 - 1000, 'https://api.atlascloud.ai', 'minimax/hailuo-02/model-' || (i * 13 % 7), 230000, 'quote',
				CASE WHEN i % 11 = 0 THEN 'failed' WHEN i % 97 = 0 THEN 'uncertain' ELSE 'done' END, printf('pred_%032d', i), CASE WHEN i % 3 THEN 230000 END FROM i`,
	`WITH RECURSIVE i(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM i WHERE i < 99999)
			INSERT INTO generations (id, version, service, state, model, seconds, took, created_at, record)
			SELECT printf('0190f5fe-7c00-7a3d-b7d0-%012d', i), i, 'https://api.atlascloud.ai', 'done', 'minimax/hailuo-02/model-' || (i * 13 % 7), '6',
				CASE WHEN i % 11 THEN 30000 + i * 7919 % 90000 ELSE 0 END, ?1 - i * 945000 - 1000, '{"x": "' || hex(randomblob(800)) || '"}' FROM i`,
}

// BenchmarkStatistics counts 100,000 runs over three years, of seven models.
func BenchmarkStatistics(b *testing.B) {
	l, err := Open(b.Context(), filepath.Join(b.TempDir(), "library.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	now := time.Date(2026, 11, 25, 10, 0, 0, 0, time.Local)
	for _, fill := range fills {
		if _, err := l.db.Exec(fill, now.UnixMilli()); err != nil {
			b.Fatal(err)
		}
	}
	for _, days := range []int{30, 365, 0} {
		b.Run(fmt.Sprint(days), func(b *testing.B) {
			for b.Loop() {
				s, err := l.Statistics(b.Context(), StatisticsQuery{Service: "https://api.atlascloud.ai", Days: days, Now: now})
				if err != nil || len(s.Tallies) == 0 || s.All.Count == 0 {
					b.Fatal(err, len(s.Tallies))
				}
			}
		})
	}
}
