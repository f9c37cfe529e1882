package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"conch/backend/catalog"
	"conch/backend/engine"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/picture"
)

// The models that are used when none is named: with a first frame, and from words alone.
const (
	pictureModel = "minimax/hailuo-02/standard"
	textModel    = "minimax/hailuo-02/t2v-standard"
)

type generateCmd struct {
	Prompt       string            `required:"" help:"What should happen in the video."`
	Image        string            `help:"The first frame: a file or an address."`
	Model        string            `help:"The model's id (default: Hailuo 02 Standard)."`
	Duration     *int              `help:"Seconds: 6 or 10 for Hailuo 02 Standard."`
	ExpandPrompt *bool             `negatable:"" help:"Let the service rewrite the prompt in more detail."`
	Set          map[string]string `help:"Any other parameter of the model, as name=value; the value is JSON or plain text." placeholder:"NAME=VALUE"`
	JSON         bool              `name:"json" help:"One JSON object per line on stdout."`
}

// Run makes one video, from the words to the file in the library.
func (c *generateCmd) Run(r *run) error {
	g, path, err := c.generate(r)
	if err == nil && g.Fault != nil {
		err = fault.FromWire(g.Fault)
	}
	if c.JSON {
		if writeErr := writeLine(r.Stdout, lastLine(g, path, err)); writeErr != nil {
			return writeErr
		}
	}
	if err != nil {
		say(r, g, err)
		return &exit{exitOf(err)}
	}
	if !c.JSON {
		_, err = fmt.Fprintln(r.Stdout, path)
	}
	return err
}

// say tells a person what happened, and what to keep when there is something to come back to.
func say(r *run, g generation.Generation, err error) {
	sentence := fault.Of(err).Sentence()
	if errors.Is(err, context.Canceled) {
		sentence = "Interrupted before anything was sent; nothing was billed."
		if g.SubmittedAt > 0 {
			sentence = "Interrupted. The run goes on at the service and is billed; the Conch window collects its video when it is next open."
		}
	}
	_, _ = fmt.Fprintln(r.Stderr, "conch:", sentence)
	if f := fault.Of(err); f.Code == fault.Internal && f.Err != nil && !errors.Is(err, context.Canceled) {
		_, _ = fmt.Fprintln(r.Stderr, "details:", f.Err)
	}
	if g.PredictionID != "" {
		_, _ = fmt.Fprintln(r.Stderr, "prediction id:", g.PredictionID)
	}
}

func (c *generateCmd) generate(r *run) (g generation.Generation, path string, err error) {
	show := newProgress(r, c.JSON)
	defer show.end()
	e, err := engine.Open(r.ctx, engine.Options{
		Places: r.Places, Demo: r.demo, Only: true, Version: r.Version, Env: r.Getenv, Keychain: r.Keychain, OnStage: show.stage,
	})
	if err != nil {
		return g, "", err
	}
	working, stop := context.WithCancel(r.ctx)
	var studio sync.WaitGroup
	defer func() {
		stop()
		studio.Wait()
		err = errors.Join(err, e.Close())
	}()
	request, err := c.request(r.ctx, e)
	if err != nil {
		return g, "", err
	}
	if g, err = e.Generate(r.ctx, request); err != nil {
		return g, "", err
	}
	studioErr := make(chan error, 1)
	studio.Go(func() { studioErr <- e.Studio.Run(working) })
	if g, err = e.Studio.Wait(r.ctx, g.ID); err != nil {
		stop()
		studio.Wait() // a submit on its way is not interrupted: its answer belongs into what is told
		if latest, readErr := e.Library.Generation(context.WithoutCancel(r.ctx), g.ID); readErr == nil {
			g = latest
		}
		return g, "", errors.Join(err, <-studioErr)
	}
	if len(g.Videos) > 0 {
		v, err := e.Library.Video(r.ctx, g.Videos[0])
		if err != nil {
			return g, "", err
		}
		path = v.Path
	}
	return g, path, nil
}

// request fills the model's form: its defaults, then what was asked for.
func (c *generateCmd) request(ctx context.Context, e *engine.Engine) (generation.Request, error) {
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
	if strings.HasPrefix(from, "https://") || strings.HasPrefix(from, "http://") {
		return e.PictureFromURL(ctx, from)
	}
	return e.Shelf.AddFile(ctx, from)
}
