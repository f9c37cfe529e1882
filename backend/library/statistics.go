package library

import (
	"context"
	"fmt"
	"time"

	"conch/backend/generation"
	"conch/backend/query"
)

// StatisticsQuery selects what is counted: the days up to now's, in its time zone.
type StatisticsQuery struct {
	Service string
	Days    int       // with today; 0 is all
	Now     time.Time // the place of its clock says when days begin
}

const (
	mostDays  = 100      // shown one by one
	mostWeeks = 7 * 106  // days that are shown by week; longer spans are by month
	longest   = 365 * 40 // a span beyond is all
)

// Statistics counts and sums the ledger by period and model, and how long the runs took.
func (l *Library) Statistics(ctx context.Context, q StatisticsQuery) (_ generation.Statistics, err error) {
	defer l.notice(&err)
	s := generation.Statistics{Tallies: []generation.Tally{}, Tempos: []generation.Tempo{}, All: generation.Tempo{Bins: []int{}}}
	periods, err := l.periods(ctx, q, &s)
	if err != nil {
		return s, err
	}
	for _, p := range periods {
		if err := l.tally(ctx, q.Service, p, &s); err != nil {
			return s, err
		}
	}
	return s, l.tempos(ctx, q.Service, periods[0].from, periods[len(periods)-1].to, &s)
}

// period is a day, a week or a month: its moments (epoch milliseconds) and its first day.
type period struct {
	from, to int64
	day      string
}

// periods are those of a query's days, from the beginning of the first to the end of today or of the latest submit.
func (l *Library) periods(ctx context.Context, q StatisticsQuery, s *generation.Statistics) ([]period, error) {
	today := dayOf(q.Now)
	first, last := today.AddDate(0, 0, 1-q.Days), today
	if q.Days <= 0 || q.Days > longest {
		var oldest, newest int64
		err := l.db.QueryRowContext(ctx, "SELECT coalesce(min(at), 0), coalesce(max(at), 0) FROM ledger WHERE service = ? AND at > 0 AND outcome != 'not_sent'", q.Service).Scan(&oldest, &newest)
		if err != nil {
			return nil, fmt.Errorf("find span: %w", err)
		}
		if first = today; oldest > 0 {
			first, last = dayOf(time.UnixMilli(oldest).In(q.Now.Location())), dayOf(time.UnixMilli(newest).In(q.Now.Location()))
		}
		if last.Before(today) {
			last = today
		}
	}
	s.Unit = "day"
	months, days := 0, 1
	switch span := int(last.Sub(first)/(24*time.Hour)) + 1; {
	case span > mostWeeks:
		s.Unit, first = "month", first.AddDate(0, 0, 1-first.Day())
		months, days = 1, 0
	case span > mostDays:
		s.Unit, first = "week", first.AddDate(0, 0, -(int(first.Weekday())+6)%7)
		days = 7
	}
	var all []period
	for day := first; !day.After(last); {
		next := day.AddDate(0, months, days)
		p := period{from: began(day, q.Now.Location()), to: began(next, q.Now.Location()), day: day.Format(time.DateOnly)}
		if after := last.AddDate(0, 0, 1); next.After(after) {
			p.to = began(after, q.Now.Location())
		}
		all, day = append(all, p), next
	}
	s.First, s.Last = all[0].day, all[len(all)-1].day
	return all, nil
}

// dayOf is the UTC midnight that stands for a local day.
func dayOf(at time.Time) time.Time {
	y, m, d := at.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// began is the first moment of the local day that a UTC midnight stands for.
func began(day time.Time, in *time.Location) int64 {
	y, m, d := day.Date()
	return query.DayStart(y, m, d, in).UnixMilli()
}

// tally adds a period's. To group one period at a time sorts a few thousand rows at once and knows no clock changes.
func (l *Library) tally(ctx context.Context, service string, p period, s *generation.Statistics) error {
	rows, err := l.db.QueryContext(ctx, "SELECT model, outcome, "+spent+`, count(*), coalesce(sum(coalesce(charged, amount)), 0),
		coalesce(sum(CASE WHEN charged IS NULL THEN amount END), 0), count(*) - count(coalesce(charged, amount))
		FROM ledger WHERE service = ? AND at >= ? AND at < ? AND outcome != 'not_sent' GROUP BY model, outcome ORDER BY model, outcome`, service, p.from, p.to)
	if err != nil {
		return fmt.Errorf("sum ledger: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var model string
		var outcome generation.Outcome
		var paid bool
		var runs, unpriced int
		var amount, about generation.Money
		if err := rows.Scan(&model, &outcome, &paid, &runs, &amount, &about, &unpriced); err != nil {
			return fmt.Errorf("sum ledger: %w", err)
		}
		if last := len(s.Tallies) - 1; last < 0 || s.Tallies[last].Period != p.day || s.Tallies[last].Model != model {
			s.Tallies = append(s.Tallies, generation.Tally{Period: p.day, Model: model})
		}
		t := &s.Tallies[len(s.Tallies)-1]
		*counterOf(t, outcome) += runs
		if paid {
			t.Spent, t.About, t.Unpriced = t.Spent+amount, t.About+about, t.Unpriced+unpriced
		}
		if outcome == generation.Unsure {
			t.Unsure += amount
		}
	}
	return rows.Err()
}

func counterOf(t *generation.Tally, outcome generation.Outcome) *int {
	switch outcome {
	case generation.Completed:
		return &t.Done
	case generation.RanFailed:
		return &t.Failed
	case generation.Refused:
		return &t.Refused
	case generation.GivenUp:
		return &t.GivenUp
	case generation.Unsure:
		return &t.Uncertain
	}
	return &t.Open
}
