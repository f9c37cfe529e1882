package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"conch/backend/catalog"
	"conch/backend/engine"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/paths"
	"conch/backend/picture"
)

// The models that are used when none is named: with a first frame, and from words alone.
const (
	pictureModel = "minimax/hailuo-02/standard"
	textModel    = "minimax/hailuo-02/t2v-standard"
)

type generateCmd struct {
	Prompt       string            `required:"" help:"What should happen in the video. Use - to read it from standard input."`
	Image        string            `help:"The first frame: a file or URL."`
	Model        string            `help:"The model ID (default: Hailuo 02 Standard)."`
	Duration     *int              `help:"Length in seconds: 6 or 10 for Hailuo 02 Standard."`
	ExpandPrompt *bool             `negatable:"" help:"Let Atlas Cloud expand the prompt with more detail."`
	Set          map[string]string `help:"Any other model parameter, as name=value. The value is JSON or plain text." placeholder:"NAME=VALUE"`
	Count        int               `default:"1" help:"Number of runs. The total price is printed first."`
	JSON         bool              `name:"json" help:"Print one JSON object per line."`
}

// Run makes videos, from the words to the files in the library.
func (c *generateCmd) Run(r *run) error {
	show := newProgress(r, c.JSON)
	return r.atWork(show, engine.Options{}, func(w *work) error {
		err := errors.Join(engine.Countable(c.Count), c.readPrompt(r.Stdin))
		var request generation.Request
		if err == nil {
			request, err = c.request(r.ctx, w.Engine, r.Stderr)
		}
		if err != nil {
			return show.finish(r, w, generation.Generation{}, err)
		}
		if c.Count > 1 {
			if err := c.tellSum(r, w, request); err != nil {
				return err
			}
		}
		all, err := w.GenerateMany(r.ctx, request, c.Count)
		if err != nil {
			return show.finish(r, w, generation.Generation{}, err)
		}
		if used, err := w.BudgetUsed(r.ctx); err == nil && used >= nearBudget {
			_, _ = fmt.Fprintf(r.Stderr, "conch: %.0f%% of this month’s budget is spent or reserved.\n", used*100)
		}
		return show.follow(r, w, all...)
	})
}

// longestPrompt bounds what is read as one; each model has a limit of its own far below.
const longestPrompt = 1 << 20

// readPrompt takes the prompt from standard input where it is "-", without the line break that ends a text there.
func (c *generateCmd) readPrompt(from io.Reader) error {
	if c.Prompt != "-" {
		return nil
	}
	text, err := io.ReadAll(io.LimitReader(from, longestPrompt))
	c.Prompt = strings.TrimRight(string(text), "\r\n")
	return err
}

// nearBudget is the part of the budget from which a person is warned.
const nearBudget = 0.8

// tellSum says what a batch costs before it begins.
func (c *generateCmd) tellSum(r *run, w *work, request generation.Request) error {
	said := "price unknown"
	if price, known, err := w.Quote(r.ctx, request); err == nil && known {
		said = (price.Amount * generation.Money(c.Count)).String()
		if price.Source != generation.FromQuote {
			said = "about " + said
		}
		if r.demo {
			said += " (demo: free)"
		}
	}
	_, err := fmt.Fprintf(r.Stderr, "%d runs: %s\n", c.Count, said)
	return err
}

// say tells a person what happened, and what to keep when there is something to come back to.
func say(r *run, g generation.Generation, err error) {
	said := sentence(err)
	if errors.Is(err, context.Canceled) {
		said = "Interrupted before anything was sent. Nothing was billed. Use `conch resume` to continue or `conch cancel` to cancel."
		switch {
		case r.demo:
			said = "Interrupted. Nothing was billed in this demo. Use `conch resume --demo` to download the video."
		case g.SubmittedAt > 0:
			said = "Interrupted. Atlas Cloud continues this run and will bill it. Use `conch resume` or open Conch to download the video."
		}
	}
	_, _ = fmt.Fprintln(r.Stderr, "conch:", said)
	if f := fault.Of(err); f.Code == fault.Internal && f.Err != nil && !errors.Is(err, context.Canceled) {
		_, _ = fmt.Fprintln(r.Stderr, "details:", f.Err)
	}
	if g.PredictionID != "" {
		_, _ = fmt.Fprintln(r.Stderr, "prediction ID:", g.PredictionID)
	}
}

// request fills the model's form: its defaults, then what was asked for. What was done to a picture is remarked on.
func (c *generateCmd) request(ctx context.Context, e *engine.Engine, remarks io.Writer) (generation.Request, error) {
	id := c.Model
	switch {
	case id == "" && c.Image != "":
		id = pictureModel
	case id == "":
		id = textModel
	}
	model, err := e.Catalog.Model(id)
	if err != nil {
		return generation.Request{}, err
	}
	params := map[string]any{}
	frame := ""
	for _, f := range model.Fields {
		switch {
		case f.Role == catalog.RoleFirstFrame:
			frame = f.Name
		case f.Default != nil && !f.Hidden:
			params[f.Name] = f.Default
		}
	}
	params["prompt"] = c.Prompt
	if c.Duration != nil {
		params["duration"] = *c.Duration
	}
	if c.ExpandPrompt != nil {
		params["enable_prompt_expansion"] = *c.ExpandPrompt
	}
	for name, value := range c.Set {
		params[name] = parameter(value)
	}
	request := generation.Request{Model: id, Params: params}
	if c.Image == "" {
		return request, e.Catalog.Validate(request)
	}
	if frame == "" {
		return request, fault.New("param_unknown", fault.Args{"name": "image"})
	}
	p, err := takePicture(ctx, e, c.Image)
	if err != nil {
		return request, err
	}
	for _, remark := range p.Remarks {
		_, _ = fmt.Fprintln(remarks, "conch:", fault.Of(remark.Fault()).Sentence())
	}
	request.Pictures = map[string]string{frame: p.ID}
	return request, nil
}

// parameter reads a value as JSON where it is JSON, else as it stands.
func parameter(value string) any {
	var parsed any
	if json.Unmarshal([]byte(value), &parsed) == nil && parsed != nil {
		return parsed
	}
	return value
}

func takePicture(ctx context.Context, e *engine.Engine, from string) (picture.Picture, error) {
	if scheme, _, is := strings.Cut(from, "://"); is && (strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "http")) {
		return e.PictureFromURL(ctx, from)
	}
	return e.Shelf.AddFile(ctx, paths.Given(from))
}
