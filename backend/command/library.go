package command

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"conch/backend/engine"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/printable"
)

type listCmd struct {
	Query string `help:"Search words: prompt, name, or model."`
	Limit int    `default:"50" help:"Maximum number of entries (0 for all)."`
	State string `help:"Only runs in this state: waiting, uploading, submitting, uncertain, processing, downloading, done, failed, canceled." enum:",waiting,uploading,submitting,uncertain,processing,downloading,done,failed,canceled" default:""`
	JSON  bool   `name:"json" help:"Print one JSON object per line."`
}

// video is one line of `list --json` and what `show --json` tells of a video. Money is in dollars.
type video struct {
	ID           string            `json:"id"`
	State        string            `json:"state"` // done: a video is the end of its run
	GenerationID string            `json:"generation_id,omitempty"`
	PredictionID string            `json:"prediction_id,omitempty"`
	Service      string            `json:"service"`
	Name         string            `json:"name"`
	Path         string            `json:"path"`
	Prompt       string            `json:"prompt"`
	Model        string            `json:"model"`
	Params       map[string]any    `json:"params,omitempty"`
	Pictures     map[string]string `json:"pictures,omitempty"`
	Width        int               `json:"width"`
	Height       int               `json:"height"`
	Duration     float64           `json:"duration"` // seconds
	FrameRate    float64           `json:"frame_rate"`
	Bytes        int64             `json:"bytes"`
	Cost         *float64          `json:"cost,omitempty"`
	CostSource   string            `json:"cost_source,omitempty"`
	Favourite    bool              `json:"favourite"`
	CreatedAt    time.Time         `json:"created_at"`
}

func videoOf(v generation.Video) video {
	out := video{
		ID: v.ID, State: string(generation.Done), GenerationID: v.GenerationID, PredictionID: v.PredictionID, Service: v.Service, Name: v.Name, Path: v.Path,
		Prompt: v.Prompt, Model: v.Model, Params: v.Params, Pictures: v.Pictures, Width: v.Width, Height: v.Height,
		Duration: float64(v.Duration) / 1000, FrameRate: v.FrameRate, Bytes: v.Bytes, Favourite: v.Favourite,
		CreatedAt: moment(v.CreatedAt),
	}
	out.Cost, out.CostSource = cost(v.Cost, v.Price)
	return out
}

// moment is a time as JSON can have it: one out of the calendar, which an older library may hold, is the epoch's.
func moment(ms int64) time.Time {
	if !generation.Dated(ms) {
		ms = 0
	}
	return time.UnixMilli(ms).UTC()
}

// withLibrary reads the library without an engine: no key, no service, no network.
func (r *run) withLibrary(do func(*library.Library) error) error {
	l, repaired, err := engine.ReadLibrary(r.ctx, r.Places)
	if err != nil {
		return err
	}
	r.sayRepaired(repaired)
	return errors.Join(do(l), l.Close())
}

const listPage = 500

// videosOf reads a query's videos page by page, newest first.
func videosOf(ctx context.Context, l *library.Library, text string) iter.Seq2[generation.Video, error] {
	return func(yield func(generation.Video, error) bool) {
		for offset := 0; ; offset += listPage {
			page, err := l.Videos(ctx, library.GalleryQuery{Text: text}, "", offset, listPage)
			if err != nil {
				yield(generation.Video{}, err)
				return
			}
			for _, v := range page {
				if !yield(v, nil) {
					return
				}
			}
			if len(page) < listPage {
				return
			}
		}
	}
}

func none(func(generation.Video, error) bool) {}

// nothing tells a person at a terminal that an empty answer is one; a filter says so by itself.
func (r *run) nothing(said string, filtered bool) {
	if filtered {
		said = "Nothing matches."
	}
	_, _ = fmt.Fprintln(r.Stderr, said)
}

// Run lists runs without a video and videos, newest first.
func (c *listCmd) Run(r *run) error {
	if c.Limit < 0 {
		return fault.New("param_out_of_range", fault.Args{"name": "limit", "value": c.Limit, "min": 0, "max": "any"})
	}
	return r.withLibrary(func(l *library.Library) error {
		out := listing{command: c, lines: r.Stdout, table: tabwriter.NewWriter(r.Stdout, 0, 4, 2, ' ', 0), left: c.Limit}
		if c.Limit == 0 {
			out.left = math.MaxInt
		}
		var runs []generation.Generation
		if c.State != string(generation.Done) {
			all, err := l.Generations(r.ctx, library.GenerationsQuery{Unfinished: true, State: generation.State(c.State), Limit: -1})
			if err != nil {
				return err
			}
			runs = all
		}
		videos := none
		if c.State == "" || c.State == string(generation.Done) {
			videos = videosOf(r.ctx, l, c.Query)
		}
		listed, err := out.merge(runs, videos)
		if err == nil && listed == 0 && !c.JSON {
			r.nothing("Nothing here yet.", c.Query != "" || c.State != "")
		}
		return errors.Join(err, out.table.Flush())
	})
}

// listing writes lines until there were as many as asked for.
type listing struct {
	command *listCmd
	lines   io.Writer
	table   *tabwriter.Writer
	left    int
}

func (o *listing) write(object any, created time.Time, id, state, name string) error {
	o.left--
	if o.command.JSON {
		return writeLine(o.lines, object)
	}
	_, err := fmt.Fprintf(o.table, "%s\t%s\t%s\t%s\n", created.Local().Format("2006-01-02 15:04"), id, state, printable.Line(name))
	return err
}

// merge lists runs and videos, each of which come newest first, by when they were begun. It gives how many were listed.
func (o *listing) merge(runs []generation.Generation, videos iter.Seq2[generation.Video, error]) (listed int, err error) {
	next, stop := iter.Pull2(videos)
	defer stop()
	words := strings.Fields(strings.ToLower(o.command.Query))
	v, err, more := next()
	for ; o.left > 0 && err == nil && (more || len(runs) > 0); listed++ {
		if more && (len(runs) == 0 || v.CreatedAt >= runs[0].CreatedAt) {
			if err = o.write(videoOf(v), time.UnixMilli(v.CreatedAt), v.ID, string(generation.Done), v.Name); err == nil {
				v, err, more = next()
			}
			continue
		}
		g := runs[0]
		runs = runs[1:]
		text := strings.ToLower(g.Request.Prompt() + " " + g.Request.Model)
		if slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) }) {
			listed--
			continue
		}
		g.Answer = ""
		err = o.write(generationOf(g), time.UnixMilli(g.CreatedAt), g.ID, string(g.State), strings.Join(strings.Fields(g.Request.Prompt()), " "))
	}
	return listed, err
}

type showCmd struct {
	ID   string `arg:"" help:"A video or run ID."`
	JSON bool   `name:"json" help:"Print one JSON object."`
}

// Run shows a video, or a generation with the request sent and the answer received.
func (c *showCmd) Run(r *run) error {
	return r.withLibrary(func(l *library.Library) error {
		found, err := find(r.ctx, l, c.ID)
		if err != nil {
			return err
		}
		var text bytes.Buffer
		encode := json.NewEncoder(&text)
		encode.SetEscapeHTML(false)
		if !c.JSON {
			encode.SetIndent("", "  ")
		}
		if err := encode.Encode(found); err != nil {
			return err
		}
		_, err = r.Stdout.Write(printable.JSON(text.Bytes()))
		return err
	})
}

func find(ctx context.Context, l *library.Library, id string) (any, error) {
	v, err := l.Video(ctx, id)
	if err == nil {
		return videoOf(v), nil
	}
	if !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	g, notFound := l.Generation(ctx, id)
	if fault.Is(notFound, fault.NotFound) {
		return nil, err
	}
	return generationOf(g), notFound
}

// shownGeneration is what `show --json` tells of a run; Answer is the service's last one, as JSON where it is JSON.
type shownGeneration struct {
	ID           string            `json:"id"`
	PredictionID string            `json:"prediction_id,omitempty"`
	Service      string            `json:"service"`
	State        string            `json:"state"`
	Status       string            `json:"service_status,omitempty"`
	Model        string            `json:"model"`
	Params       map[string]any    `json:"params"`
	Prompt       string            `json:"prompt"`
	Attempt      int               `json:"attempt,omitempty"` // how often its submit was begun
	SubmittedAt  *time.Time        `json:"submitted_at,omitempty"`
	Pictures     map[string]string `json:"pictures,omitempty"`
	Videos       []string          `json:"videos,omitempty"`
	Files        []generation.File `json:"files,omitempty"` // outputs that are no video, kept as they came
	Cost         *float64          `json:"cost,omitempty"`
	CostSource   string            `json:"cost_source,omitempty"`
	PredictTime  float64           `json:"predict_time,omitempty"`
	Kind         string            `json:"kind,omitempty"`
	Message      string            `json:"message,omitempty"`
	CreatedAt    time.Time         `json:"created_at"`
	Answer       any               `json:"answer,omitempty"`
}

func generationOf(g generation.Generation) shownGeneration {
	out := shownGeneration{
		ID: g.ID, PredictionID: g.PredictionID, Service: g.Service, State: string(g.State), Status: g.ServiceStatus,
		Model: g.Request.Model, Params: g.Request.Params, Pictures: g.Request.Pictures, Videos: g.Videos, Files: g.Files,
		Prompt: g.Request.Prompt(), Attempt: g.Attempt, PredictTime: g.PredictTime, CreatedAt: moment(g.CreatedAt),
	}
	out.Cost, out.CostSource = cost(g.Charged, g.Price)
	if g.SubmittedAt > 0 {
		at := moment(g.SubmittedAt)
		out.SubmittedAt = &at
	}
	if g.Fault != nil {
		out.Kind, out.Message = string(g.Fault.Code), g.Fault.Message
	}
	if g.Answer != "" {
		var parsed any
		if json.Unmarshal([]byte(g.Answer), &parsed) == nil {
			out.Answer = parsed
		} else {
			out.Answer = g.Answer
		}
	}
	return out
}
