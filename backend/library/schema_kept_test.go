package library

import (
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"conch/backend/generation"
	"conch/backend/studio"
)

// kept makes a library with something of everything that schemas keep: a run with two videos (v1 and v2, which is in
// the trash), two taken in later (v3, a variation of v1's prompt, and v4, older and deleted last), a lost answer, and
// what a person says of them, so that v3 stands for the stack and comes first in a collection.
func kept(t *testing.T) (path string) {
	t.Helper()
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "library.db")
	l, err := Open(ctx, path)
	must(t, err)
	defer func() { must(t, l.Close()) }()
	const prompt, model, service = "A heron lifts off from a misty lake", "minimax/hailuo-02/standard", "https://api.atlascloud.ai"
	price, cost, pictures := &generation.Price{Amount: 230_000, Source: generation.FromQuote}, generation.Money(210_000), map[string]string{"image": "p1"}
	run := generation.Generation{
		ID: "0198a000-0000-7000-8000-000000000001", Service: service, State: generation.Waiting, Price: price, CreatedAt: 1_790_000_000_000,
		Request: generation.Request{Model: model, Params: map[string]any{"prompt": prompt, "duration": 6}, Pictures: pictures},
	}
	lost := generation.Generation{ID: "0198a000-0000-7000-8000-000000000002", Service: service, State: generation.Waiting, Price: price, CreatedAt: 1_790_100_000_000,
		Request: generation.Request{Model: model, Params: map[string]any{"prompt": "lost answer"}}}
	_, err = l.CreateAll(ctx, []generation.Generation{run, lost}, "me", studio.Budget{})
	must(t, err)
	lost.State, lost.Attempt, lost.SubmittedAt = generation.Uncertain, 1, 1_790_100_001_000
	_, err = l.Save(ctx, "me", lost)
	must(t, err)
	film := func(id, name, prompt string, at int64) generation.Video {
		return generation.Video{ID: id, Service: service, Name: name, Path: "/videos/2026-09/" + id + ".mp4", Prompt: prompt, Model: model, Params: run.Request.Params, Pictures: pictures,
			Width: 1366, Height: 768, Duration: 5880, FrameRate: 25, Bytes: 1_234_567, CreatedAt: at}
	}
	v1, v2 := film("v1", prompt, prompt, run.CreatedAt), film("v2", "海浪", "夕陽下的海浪拍打著礁石", run.CreatedAt)
	for _, v := range []*generation.Video{&v1, &v2} {
		v.GenerationID, v.PredictionID, v.Price, v.Origin = run.ID, "pred_1", price, &generation.Origin{Kind: generation.OfPicture, Picture: "p1"}
	}
	v1.Cost, v1.HasPoster, v2.TrashedAt = &cost, true, 1_790_500_000_000
	run.State, run.Attempt, run.PredictionID, run.Charged, run.Videos = generation.Done, 1, "pred_1", &cost, []string{"v1", "v2"}
	run.SubmittedAt, run.CompletedAt, run.EndedAt = run.CreatedAt+1000, run.CreatedAt+60_000, run.CreatedAt+61_000
	_, err = l.Finish(ctx, "me", run, []generation.Video{v1, v2})
	must(t, err)
	must(t, l.AddVideo(ctx, film("v3", "An earlier try", prompt, 1_780_000_000_000)))
	must(t, l.AddVideo(ctx, film("v4", "Nobody wants it", "A crow", 1_770_000_000_000)))

	said := func(_ Edit, err error) { t.Helper(); must(t, err) }
	said(l.Mark(ctx, []string{"v1"}, Marks{Name: is("Morning bird")}))
	said(l.Mark(ctx, []string{"v1"}, Marks{Favourite: is(true), Rating: is(4), AddTags: []string{"lake"}}))
	said(l.Mark(ctx, []string{"v1"}, Marks{Notes: is("the one for the opening")}))
	said(l.Mark(ctx, []string{"v3"}, Marks{Label: is("blue")}))
	birds, err := l.SaveCollection(ctx, Collection{Name: "birds"})
	must(t, err)
	_, err = l.SaveCollection(ctx, Collection{Name: "loved", Smart: true, Query: "fav:yes"})
	must(t, err)
	said(l.Collect(ctx, birds.ID, []string{"v1", "v3", "v4"}))
	said(l.Arrange(ctx, birds.ID, []string{"v3"}, "v1"))
	said(l.SetTrashed(ctx, []string{"v4"}, true))
	said(l.StandFor(ctx, "v3", true))
	return path
}

// TestSchemaFile keeps a library of this schema in the file that CONCH_SCHEMA_FILE names: before a schema moves on, its
// testdata/schema/N.db.gz is made so.
func TestSchemaFile(t *testing.T) {
	name := os.Getenv("CONCH_SCHEMA_FILE")
	if name == "" {
		t.Skip("who writes a migration asks for this")
	}
	data, err := os.ReadFile(kept(t))
	must(t, err)
	file, err := os.Create(name)
	must(t, err)
	packed, err := gzip.NewWriterLevel(file, gzip.BestCompression)
	must(t, err)
	_, err = packed.Write(data)
	must(t, errors.Join(err, packed.Close(), file.Close()))
}
