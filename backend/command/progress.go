package command

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/printable"
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

// writeLine writes one line of JSON. What a terminal would obey is escaped; a reader of JSON gets it as it was.
func writeLine(w io.Writer, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(append(printable.JSON(text), '\n'))
	return err
}

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
	drawn *mpb.Progress

	mu     sync.Mutex
	bars   map[string]*mpb.Bar
	states map[string]generation.State
	met    []string // every generation that moved, in the order of its first stage
}

func newProgress(r *run, asJSON bool) *progress {
	p := &progress{out: r.Stderr, lines: asJSON, bars: map[string]*mpb.Bar{}, states: map[string]generation.State{}}
	if asJSON {
		p.out = r.Stdout
	} else if r.Terminal {
		p.drawn = mpb.New(mpb.WithOutput(r.raw.err), mpb.WithWidth(48), mpb.WithAutoRefresh())
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
	before, met := p.states[s.ID]
	changed := !met || s.State != before
	p.states[s.ID] = s.State
	if !met {
		p.met = append(p.met, s.ID)
	}
	switch {
	case p.lines && changed && !s.State.Ended():
		_ = writeLine(p.out, line{Event: "state", ID: s.ID, State: string(s.State), Estimate: s.Estimate})
	case p.lines && s.Sent > 0:
		_ = writeLine(p.out, line{Event: "progress", ID: s.ID, State: string(s.State), Sent: s.Sent, Total: s.Total, Rate: s.Rate})
	case p.lines:
	case p.drawn != nil:
		p.draw(s, changed)
	case changed && words[s.State] != "":
		_, _ = fmt.Fprintln(p.out, words[s.State]+"…")
	}
}

func (p *progress) draw(s generation.Stage, changed bool) {
	if changed {
		p.finishBar(s.ID)
		if words[s.State] == "" {
			return
		}
		left := decor.Name(fmt.Sprintf("%-22s", words[s.State]))
		if s.State == generation.Uploading || s.State == generation.Downloading {
			p.bars[s.ID] = p.drawn.AddBar(0, mpb.BarRemoveOnComplete(), mpb.PrependDecorators(left), mpb.AppendDecorators(decor.CountersKibiByte("% .1f / % .1f")))
		} else {
			p.bars[s.ID] = p.drawn.New(0, mpb.SpinnerStyle(), mpb.BarRemoveOnComplete(), mpb.PrependDecorators(left), mpb.AppendDecorators(decor.Elapsed(decor.ET_STYLE_MMSS)), mpb.BarWidth(1))
		}
	}
	if bar := p.bars[s.ID]; bar != nil && s.Sent > 0 {
		bar.SetTotal(s.Total, false)
		bar.SetCurrent(s.Sent)
	}
}

// finishBar takes a bar away: only what is said stays on the terminal.
func (p *progress) finishBar(id string) {
	if bar := p.bars[id]; bar != nil {
		bar.SetTotal(-1, true)
		delete(p.bars, id)
	}
}

// lift puts what a command writes to the terminal above the bars, which would be drawn over it.
func (p *progress) lift(r *run) {
	if p.drawn == nil {
		return
	}
	r.Stderr = printable.NewWriter(above{p.drawn, r.raw.err})
	if isTerminal(r.raw.out) {
		r.Stdout = printable.NewWriter(above{p.drawn, r.raw.out})
	}
}

// above writes lines above bars for as long as there are any.
type above struct {
	bars *mpb.Progress
	w    io.Writer
}

func (a above) Write(lines []byte) (int, error) {
	if n, err := a.bars.Write(lines); err == nil {
		return n, nil
	}
	return a.w.Write(lines)
}

// end leaves the terminal as it was found. The studio must have stopped.
func (p *progress) end() {
	if p.drawn == nil {
		return
	}
	p.mu.Lock()
	for id := range p.bars {
		p.finishBar(id)
	}
	p.mu.Unlock()
	p.drawn.Wait()
}

// moved are the generations that did anything, in the order in which they began to.
func (p *progress) moved() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.met)
}
