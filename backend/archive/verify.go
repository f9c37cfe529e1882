package archive

import (
	"cmp"
	"context"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"conch/backend/container"
	"conch/backend/fault"
	"conch/backend/library"
	"conch/backend/scan"
)

// Checked is a video whose file was looked at from its first byte to its last.
type Checked struct {
	ID   string
	Path string
	Err  error // what is wrong with it: a fault; nil when it is what it was
}

// Verify reads the file of every video that is not in the trash: is it there, is it whole, is its media data what it
// was. Where nobody wrote down what it was, that is done now. It tells of each, in the order of their paths.
// Faults told of: video_file_missing, film_altered, container.Look's.
func Verify(ctx context.Context, l *library.Library, tell func(Checked)) error {
	known, err := l.Known(ctx)
	if err != nil {
		return err
	}
	known = slices.DeleteFunc(known, func(k scan.Known) bool { return k.Trashed })
	slices.SortFunc(known, func(a, b scan.Known) int { return cmp.Compare(a.Path, b.Path) })
	const atOnce = 64
	for chunk := range slices.Chunk(known, atOnce) {
		all, fresh := make([]Checked, len(chunk)), make([]string, len(chunk))
		var group sync.WaitGroup
		turns := make(chan struct{}, max(2, runtime.GOMAXPROCS(0)))
		for i, k := range chunk {
			group.Go(func() {
				turns <- struct{}{}
				defer func() { <-turns }()
				all[i] = Checked{ID: k.ID, Path: k.Path}
				fresh[i], all[i].Err = verify(ctx, k)
			})
		}
		group.Wait()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		for i, c := range all {
			if fresh[i] != "" {
				if err := l.SetHash(ctx, chunk[i], fresh[i]); err != nil {
					return err
				}
			}
			tell(c)
		}
	}
	return nil
}

// verify gives the hash that nobody had written down.
func verify(ctx context.Context, k scan.Known) (fresh string, err error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if _, err := (scan.Disk{}).Stat(k.Path); err != nil {
		return "", fault.Wrap(err, "video_file_missing", fault.Args{"path": k.Path})
	}
	if _, err := container.Look(k.Path); err != nil {
		return "", err
	}
	hash, err := container.Hash(ctx, k.Path)
	switch {
	case err != nil:
		return "", err
	case k.Hash == "":
		return hash, nil
	case k.Hash != hash:
		return "", fault.New("film_altered", fault.Args{"name": filepath.Base(k.Path)})
	}
	return "", nil
}
