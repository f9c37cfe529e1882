package command

import (
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"conch/backend/fault"
	"conch/backend/generation"
)

// line is one JSON object of `generate --json`. Money is in dollars, rates in bytes/s, times in seconds.
type line struct {
	Event        string            `json:"event"` // state, progress, done, failed
	ID           string            `json:"id,omitempty"`
	PredictionID string            `json:"prediction_id,omitempty"`
	State        string            `json:"state,omitempty"`
	Sent         int64             `json:"sent,omitempty"`
	Total        int64             `json:"total,omitempty"`
	Rate         float64           `json:"rate,omitempty"`
	Estimate     float64           `json:"estimate,omitempty"`
	Path         string            `json:"path,omitempty"`
	Cost         *float64          `json:"cost,omitempty"`
	CostSource   string            `json:"cost_source,omitempty"` // charged, quote, catalog
	Kind         string            `json:"kind,omitempty"`
	Message      string            `json:"message,omitempty"`
	Details      map[string]string `json:"details,omitempty"`
}

func writeLine(w io.Writer, v any) error { return json.NewEncoder(w).Encode(v) }

func lastLine(g generation.Generation, path string, err error) line {
	l := line{Event: "done", ID: g.ID, PredictionID: g.PredictionID, Path: path}
	if err != nil {
		f := fault.Of(err)
		l.Event, l.Kind, l.Message, l.Details = "failed", string(f.Code), f.Sentence(), f.Details
		if exitOf(err) == exitInterrupted {
			l.Kind, l.Message = string(fault.Canceled), "Interrupted."
		}
	}
	l.Cost, l.CostSource = cost(g.Charged, g.Price)
	return l
}

// cost is what was charged where that is known, else what the run was expected to cost.
func cost(charged *generation.Money, price *generation.Price) (*float64, string) {
	switch {
	case charged != nil:
		return dollars(*charged), "charged"
	case price != nil:
		return dollars(price.Amount), string(price.Source)
	}
	return nil, ""
}

func dollars(m generation.Money) *float64 {
	d := float64(m) / 1e6
	return &d
}

// progress shows stages: JSON lines, a bar on a terminal, or one line per state.
type progress struct {
	out   io.Writer
	lines bool
	bars  *mpb.Progress

	mu    sync.Mutex
	bar   *mpb.Bar
	state generation.State
	since time.Time
}

func newProgress(r *run, asJSON bool) *progress {
	p := &progress{out: r.Stderr, lines: asJSON}
	if asJSON {
		p.out = r.Stdout
	} else if r.Terminal {
		p.bars = mpb.New(mpb.WithOutput(r.Stderr), mpb.WithWidth(48), mpb.WithAutoRefresh())
	}
	return p
}

var words = map[generation.State]string{
	generation.Waiting: "waiting", generation.Uploading: "uploading the picture", generation.Submitting: "submitting",
	generation.Processing: "processing", generation.Downloading: "downloading",
}

// stage is called from the studio's goroutines.
func (p *progress) stage(s generation.Stage) {
	p.mu.Lock()
	defer p.mu.Unlock()
	changed := s.State != p.state
	p.state = s.State
	switch {
	case p.lines && changed && !s.State.Ended():
		_ = writeLine(p.out, line{Event: "state", ID: s.ID, State: string(s.State), Estimate: s.Estimate})
	case p.lines && s.Sent > 0:
		_ = writeLine(p.out, line{Event: "progress", ID: s.ID, State: string(s.State), Sent: s.Sent, Total: s.Total, Rate: s.Rate})
	case p.lines:
	case p.bars != nil:
		p.draw(s, changed)
	case changed && words[s.State] != "":
		_, _ = fmt.Fprintln(p.out, words[s.State]+"…")
	}
}

func (p *progress) draw(s generation.Stage, changed bool) {
	if changed {
		p.finishBar()
		if words[s.State] == "" {
			return
		}
		p.since = time.Now()
		left := decor.Name(fmt.Sprintf("%-22s", words[s.State]))
		if s.State == generation.Uploading || s.State == generation.Downloading {
			p.bar = p.bars.AddBar(0, mpb.PrependDecorators(left), mpb.AppendDecorators(decor.CountersKibiByte("% .1f / % .1f")))
		} else {
			p.bar = p.bars.New(0, mpb.SpinnerStyle(), mpb.PrependDecorators(left), mpb.AppendDecorators(decor.Elapsed(decor.ET_STYLE_MMSS)), mpb.BarWidth(1))
		}
	}
	if p.bar != nil && s.Sent > 0 {
		p.bar.SetTotal(s.Total, false)
		p.bar.SetCurrent(s.Sent)
	}
}

func (p *progress) finishBar() {
	if p.bar != nil {
		p.bar.SetTotal(-1, true)
		p.bar = nil
	}
}

// end leaves the terminal as it was found.
func (p *progress) end() {
	if p.bars == nil {
		return
	}
	p.mu.Lock()
	p.finishBar()
	p.mu.Unlock()
	p.bars.Wait()
}
