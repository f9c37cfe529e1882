package command

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mattn/go-runewidth"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"

	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/printable"
)

// line is one JSON object of `generate --json`. Money is in dollars, rates in bytes/s, times in seconds.
type line struct {
	Event        string            `json:"event"` // state, progress, done, failed; elsewhere: another process works on it
	ID           string            `json:"id,omitempty"`
	PredictionID string            `json:"prediction_id,omitempty"`
	State        string            `json:"state,omitempty"`
	Sent         int64             `json:"sent,omitempty"`
	Total        int64             `json:"total,omitempty"`
	Rate         float64           `json:"rate,omitempty"`
	Left         float64           `json:"left,omitempty"`
	Estimate     float64           `json:"estimate,omitempty"`
	Process      int               `json:"process,omitempty"` // elsewhere: which one
	Window       bool              `json:"window,omitempty"`  // elsewhere: it is the window
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
		l.Event, l.Kind, l.Message, l.Details = "failed", string(f.Code), sentence(f), f.Details
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
	raw   io.Writer              // the terminal
	wide  int                    // its columns
	name  func(id string) string // what a person calls a generation; set before the first stage

	mu     sync.Mutex
	bars   map[string]*bar
	states map[string]generation.State
	met    []string // every generation that moved, in the order of its first stage
}

// bar is one line on a terminal.
type bar struct {
	*mpb.Bar
	end atomic.Pointer[time.Time] // when what it shows is expected to be over
}

func newProgress(r *run, asJSON bool) *progress {
	p := &progress{out: r.Stderr, lines: asJSON, bars: map[string]*bar{}, states: map[string]generation.State{}, name: func(string) string { return "" }}
	if asJSON {
		p.out = r.Stdout
	} else if r.Terminal {
		p.raw, p.wide = r.raw.err, columns(r.raw.err)
		p.drawn = mpb.New(mpb.WithOutput(r.raw.err), mpb.WithWidth(20), mpb.WithAutoRefresh())
	}
	return p
}

// columns is how wide a terminal is, 80 where it doesn't say.
func columns(stream any) int {
	if file, is := stream.(*os.File); is {
		if wide, _, err := term.GetSize(int(file.Fd())); err == nil && wide > 0 {
			return wide
		}
	}
	return 80
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
		_ = writeLine(p.out, line{Event: "progress", ID: s.ID, State: string(s.State), Sent: s.Sent, Total: s.Total, Rate: s.Rate, Left: s.Left})
	case p.lines:
	case p.drawn != nil:
		p.draw(s, changed)
	case changed && words[s.State] != "":
		_, _ = fmt.Fprintf(p.out, "%s: %s\n", words[s.State], p.title(s.ID, 60))
	}
}

// title is a generation's name on one line of so many columns at the most.
func (p *progress) title(id string, most int) string {
	return runewidth.Truncate(printable.Line(p.name(id)), most, "…")
}

// The columns of a bar's line: the state, then a name, which gets what the rest leaves.
const (
	stateColumns = 22
	restColumns  = 48 // a bar, its figures, the time left
	mostName     = 40
)

func (p *progress) draw(s generation.Stage, changed bool) {
	if changed {
		p.finishBar(s.ID)
		if words[s.State] == "" {
			return
		}
		b := &bar{}
		name := max(0, min(mostName, p.wide-stateColumns-restColumns))
		left := decor.Name(lineStart + fmt.Sprintf("%-*s", stateColumns, words[s.State]) + runewidth.FillRight(p.title(s.ID, name), name))
		remaining := decor.Any(func(decor.Statistics) string { return b.left(time.Now()) })
		if s.State == generation.Uploading || s.State == generation.Downloading {
			b.Bar = p.drawn.AddBar(0, mpb.BarRemoveOnComplete(), mpb.PrependDecorators(left), mpb.AppendDecorators(decor.CountersKibiByte("% .1f / % .1f"), remaining))
		} else {
			b.Bar = p.drawn.New(0, mpb.SpinnerStyle(), mpb.BarRemoveOnComplete(), mpb.PrependDecorators(left), mpb.AppendDecorators(decor.Elapsed(decor.ET_STYLE_MMSS), remaining), mpb.BarWidth(1))
		}
		p.bars[s.ID] = b
	}
	b := p.bars[s.ID]
	if b == nil {
		return
	}
	switch {
	case s.Sent > 0:
		b.SetTotal(s.Total, false)
		b.SetCurrent(s.Sent)
		b.expect(s.Left)
	case s.Estimate > 0:
		b.expect(s.Estimate)
	}
}

// expect tells when the bar's work is likely to be over; 0 seconds is not known.
func (b *bar) expect(seconds float64) {
	if seconds > 0 {
		end := time.Now().Add(time.Duration(seconds * float64(time.Second)))
		b.end.Store(&end)
	}
}

// left counts down to the expected end; past it nobody knows.
func (b *bar) left(now time.Time) string {
	end := b.end.Load()
	if end == nil || !end.After(now) {
		return ""
	}
	seconds := int(math.Ceil(end.Sub(now).Seconds()))
	return fmt.Sprintf(", about %d:%02d left", seconds/60, seconds%60)
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

// lineStart begins each line on a terminal with bars. A key that is pressed, Ctrl+C above all, is echoed where the cursor
// waits and moves it; what is drawn next would begin behind the echo.
const lineStart = "\r"

// above writes lines above bars for as long as there are any.
type above struct {
	bars *mpb.Progress
	w    io.Writer
}

func (a above) Write(lines []byte) (int, error) {
	started := append([]byte(lineStart), lines...)
	if _, err := a.bars.Write(started); err == nil {
		return len(lines), nil
	}
	if _, err := a.w.Write(started); err != nil {
		return 0, err
	}
	return len(lines), nil
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
	_, _ = fmt.Fprint(p.raw, lineStart+"\x1b[K") // an echo that nothing was drawn over
}

// moved are the generations that did anything, in the order in which they began to.
func (p *progress) moved() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.met)
}
