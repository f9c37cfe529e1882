package scan

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/google/uuid"

	"conch/backend/container"
)

// Reader looks at files for a comparison.
type Reader interface {
	Look(path string) (container.Seen, error)
	Hash(ctx context.Context, path string) (string, error)
	// Stat finds a plain file; fs.ErrNotExist means that it is surely not there.
	Stat(path string) (File, error)
	// Holds says that a folder is there and not empty.
	Holds(folder string) bool
}

// Disk is the Reader of real files.
type Disk struct{}

// Look is container.Look.
func (Disk) Look(path string) (container.Seen, error) { return container.Look(path) }

// Hash is container.Hash.
func (Disk) Hash(ctx context.Context, path string) (string, error) { return container.Hash(ctx, path) }

// Stat follows links to folders, but takes none for a file.
func (Disk) Stat(path string) (File, error) {
	info, err := os.Lstat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	if err != nil {
		return File{}, err
	}
	return fileOf(path, info), nil
}

// Holds looks for one entry.
func (Disk) Holds(folder string) bool { return stillHolds(folder) == nil }

// looked is what a look at one file gave.
type looked struct {
	File
	seen container.Seen
	hash string // of a film without our recipe
	err  error
}

// plainID is what ids are made of: a film from elsewhere may carry a path, and ids are parts of file names.
var plainID = regexp.MustCompile(`^[0-9A-Za-z-]{1,64}$`)

// id is the video that the file's recipe says it is; "" where it says nothing.
func (l looked) id() string {
	if l.seen.Tagged && IsID(l.seen.Tags.VideoID) {
		return l.seen.Tags.VideoID
	}
	return ""
}

// IsID says whether a film's tags name a video in a way that can be trusted with a file name.
func IsID(id string) bool { return plainID.MatchString(id) }

// ID is the video that a film is: by its recipe, else by its media data.
func ID(seen container.Seen, hash string) string {
	if id := (looked{seen: seen}).id(); id != "" {
		return id
	}
	return IDOf(hash)
}

// IDOf is the id that a film without a recipe gets: the same for the same media data, in every library.
func IDOf(hash string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("conch:film:"+hash)).String()
}

// lookAll looks at files side by side, in their order.
func lookAll(ctx context.Context, r Reader, files []File) ([]looked, error) {
	all := make([]looked, len(files))
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(len(files), max(2, runtime.GOMAXPROCS(0))) {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(files) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				all[i] = look(ctx, r, files[i])
			}
		})
	}
	group.Wait()
	return all, ctx.Err()
}

func look(ctx context.Context, r Reader, f File) looked {
	l := looked{File: f}
	if l.seen, l.err = r.Look(f.Path); l.err != nil {
		return l
	}
	l.Size, l.Modified = l.seen.Size, l.seen.Modified // it may have been written since it was listed
	if l.id() == "" {
		l.hash, l.err = r.Hash(ctx, f.Path)
	}
	return l
}

// gone says of a known file that is not where it was whether that can be told for sure: the drive of a file outside
// the videos folders may be away.
func gone(r Reader, k *Known, roots []string) bool {
	return under(k.Path, roots) || r.Holds(filepath.Dir(k.Path))
}

func isAbsent(err error) bool { return errors.Is(err, fs.ErrNotExist) }
