package seed

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"conch/backend/container"
	"conch/backend/generation"
	"conch/backend/library"
)

// Home is a person's home folder with a library in it.
type Home struct {
	Dir   string
	Count int
}

// Database is where Conch keeps the library.
func (h Home) Database() string { return filepath.Join(h.Dir, ".local/share/conch/library.db") }

// Videos is the folder of the films.
func (h Home) Videos() string { return filepath.Join(h.Dir, "Videos/Conch") }

// pristine is the database as it was made.
func (h Home) pristine() string { return filepath.Join(filepath.Dir(h.Dir), "library.db") }

// Reset puts the database back as it was made, and takes away what Conch left beside it and in its settings.
func (h Home) Reset() error {
	if err := errors.Join(os.RemoveAll(filepath.Join(h.Dir, ".local")), os.RemoveAll(filepath.Join(h.Dir, ".config")),
		os.MkdirAll(filepath.Dir(h.Database()), 0o700)); err != nil {
		return err
	}
	return copyFile(h.pristine(), h.Database())
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	_, err = io.Copy(out, in)
	return err
}

// Make gives the home of a library, made anew unless one of the same seed, size and schema is in repo's build/bin.
// Films that are distinct have their own recipe each; others are hard links to a few.
func Make(ctx context.Context, repo string, o Options, distinct bool) (Home, error) {
	key, err := keyOf(repo)
	if err != nil {
		return Home{}, err
	}
	cache := filepath.Join(repo, "build/bin/gallery")
	name := fmt.Sprintf("%d-%d", o.Seed, o.Count)
	if distinct {
		name += "-distinct"
	}
	h := Home{filepath.Join(cache, "libraries", key, name, "home"), o.Count}
	if _, err := os.Stat(h.pristine()); err == nil {
		return h, h.Reset()
	}
	if err := errors.Join(forget(filepath.Join(cache, "libraries"), key), os.RemoveAll(filepath.Dir(h.Dir))); err != nil {
		return h, err
	}
	f := folder{home: h, clips: filepath.Join(repo, "backend/simulator/clips"), posters: filepath.Join(cache, "posters"), distinct: distinct}
	return h, f.make(ctx, o)
}

func (f folder) make(ctx context.Context, o Options) error {
	h := f.home
	if err := errors.Join(os.MkdirAll(f.posters, 0o755), os.MkdirAll(f.shown(), 0o700)); err != nil {
		return err
	}
	if err := f.fill(ctx, o); err != nil {
		return err
	}
	if err := os.Rename(h.Database(), h.pristine()); err != nil {
		return err
	}
	return h.Reset()
}

// forget removes the libraries of other schemas: a hundred thousand links take room.
func forget(dir, key string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		if e.Name() != key {
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
		}
	}
	return err
}

// keyOf is a sum of the schema and of what fills it.
func keyOf(repo string) (string, error) {
	sum := sha256.New()
	for _, dir := range []string{"backend/library/migrations", "build/bench/seed"} {
		err := filepath.WalkDir(filepath.Join(repo, dir), func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() && d.Name() == "testdata" {
				return fs.SkipDir
			}
			if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") {
				return err
			}
			raw, err := os.ReadFile(path)
			_, _ = fmt.Fprintln(sum, d.Name(), len(raw))
			_, _ = sum.Write(raw)
			return err
		})
		if err != nil {
			return "", fmt.Errorf("the key of a library: %w", err)
		}
	}
	return fmt.Sprintf("%x", sum.Sum(nil)[:6]), nil
}

// batch is how many runs are written in one transaction.
const batch = 2000

func (f folder) fill(ctx context.Context, o Options) (err error) {
	lib, err := library.Open(ctx, f.home.Database())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lib.Close()) }()
	var runs []generation.Generation
	var videos []generation.Video
	write := func() error {
		if _, err := lib.Recover(ctx, runs); err != nil {
			return err
		}
		err := lib.AddVideos(ctx, videos)
		runs, videos = runs[:0], videos[:0]
		return err
	}
	for p := range Pieces(o) {
		runs = append(runs, p.Run)
		if p.Video != nil {
			if err := f.place(&p); err != nil {
				return err
			}
			videos = append(videos, *p.Video)
		}
		if len(runs) == batch {
			if err := write(); err != nil {
				return err
			}
		}
	}
	if err := write(); err != nil {
		return err
	}
	return collect(ctx, lib, o)
}

// collect makes manual collections of some of the newest videos and of some older ones, and smart ones.
func collect(ctx context.Context, lib *library.Library, o Options) error {
	all, err := lib.IDs(ctx, library.GalleryQuery{}, "", 0, o.Count)
	if err != nil {
		return err
	}
	for n := range min(40, 1+o.Count/50) {
		c, err := lib.SaveCollection(ctx, library.Collection{Name: fmt.Sprint("Collection ", n+1)})
		if err != nil {
			return err
		}
		from := n * n * len(all) / 2000
		if _, err := lib.Collect(ctx, c.ID, all[from:min(len(all), from+20+n*8)]); err != nil {
			return err
		}
	}
	for _, search := range []string{"fav:yes", "tag:forest rating:>=4", "model:pro after:2026-06"} {
		if _, err := lib.SaveCollection(ctx, library.Collection{Name: search, Smart: true, Query: search}); err != nil {
			return err
		}
	}
	return nil
}

// place gives a video its marks, its file, named as Conch names it, and its poster.
func (f folder) place(p *Piece) error {
	v, m := p.Video, p.Marks
	v.Rating, v.Label, v.Notes, v.Tags = m.Rating, m.Label, m.Notes, m.Tags
	if m.From != "" {
		v.Origin = &generation.Origin{Kind: generation.LastFrame, Video: m.From}
	}
	created := time.UnixMilli(v.CreatedAt).UTC()
	v.Path = filepath.Join(f.home.Videos(), created.Format("2006-01"), library.FileName(created, v.Prompt, v.ID, ".mp4"))
	if err := f.month(filepath.Dir(v.Path)); err != nil {
		return err
	}
	if err := f.film(p); err != nil {
		return err
	}
	return f.poster(v.ID)
}

func tagsOf(v generation.Video) container.Tags {
	return container.Tags{
		Title: v.Name, Prompt: v.Prompt, Model: v.Model, PredictionID: v.PredictionID, GenerationID: v.GenerationID, VideoID: v.ID, Service: v.Service,
		Params: v.Params, Pictures: v.Pictures, CreatedAt: v.CreatedAt, Tool: "Conch",
	}
}
