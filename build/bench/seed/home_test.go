package seed

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"conch/backend/container"
	"conch/backend/library"
	"conch/backend/poster"
)

func TestMake(t *testing.T) {
	for _, distinct := range []bool{false, true} {
		ctx, dir := context.Background(), t.TempDir()
		if err := os.CopyFS(filepath.Join(dir, "clips"), os.DirFS("../../../backend/simulator/clips")); err != nil { // on the links' file system
			t.Fatal(err)
		}
		const count = 4
		h := Home{filepath.Join(dir, "library/home"), count}
		f := folder{home: h, clips: filepath.Join(dir, "clips"), posters: filepath.Join(dir, "posters"), distinct: distinct}
		if err := f.make(ctx, Options{Seed: 4, Count: count}); err != nil {
			t.Fatal(err)
		}
		lib, err := library.Open(ctx, h.Database())
		if err != nil {
			t.Fatal(err)
		}
		all, err := lib.Videos(ctx, library.GalleryQuery{}, "", 0, 100)
		if err != nil || len(all) != count {
			t.Fatal(len(all), err)
		}
		for _, v := range all {
			if facts, err := container.Check(v.Path); err != nil || facts.Height != v.Height && !distinct {
				t.Fatal(v.Path, facts, err)
			}
			tags, found, err := container.ReadTags(v.Path)
			if err != nil || found != distinct || distinct && tags.VideoID != v.ID {
				t.Fatal(v.Path, tags, found, err)
			}
			if _, err := os.Stat(poster.File(filepath.Join(h.Dir, ".cache/conch/posters"), v.ID, poster.Small)); err != nil {
				t.Fatal(err)
			}
		}
		if err := lib.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
