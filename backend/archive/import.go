package archive

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"conch/backend/container"
	"conch/backend/draft"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/scan"
	"conch/backend/sidecar"
)

// Import takes films in from elsewhere.
type Import struct {
	Library   *library.Library
	Folder    string                                     // the videos folder
	Reference bool                                       // leave them where they are, instead of copying them into the folder
	Drafts    draft.Notes                                // of copies under way
	Progress  func(name string, done, total int64) error // bytes of one file; an error stops; may be nil
}

// Imported is what became of one file.
type Imported struct {
	Path      string           // of the file that was to be taken in
	Video     generation.Video // what it is in the library
	Duplicate bool             // the library had it already, and it was left alone
	Restored  bool             // the library had it in the trash
	Err       error            // why it was not taken in: a fault
}

// Files are the films that these paths stand for: files as they are, folders as the films in them. A folder that
// can't be read, also one within another, stands for itself, so that it is told of.
func Files(ctx context.Context, paths []string) []string {
	var all []string
	for _, path := range paths {
		if absolute, err := filepath.Abs(path); err == nil {
			path = absolute
		}
		if info, err := os.Stat(path); err != nil || !info.IsDir() {
			all = append(all, path)
			continue
		}
		listing, err := scan.List(ctx, path)
		if err != nil {
			all = append(all, path)
		}
		slices.SortFunc(listing.Files, func(a, b scan.File) int { return strings.Compare(a.Path, b.Path) })
		for _, f := range listing.Files {
			all = append(all, f.Path)
		}
		all = append(all, listing.Unread...)
	}
	return all
}

// Run takes each file in and tells what became of it; one that can't be taken in doesn't keep the others out. A film
// that the library knows, by its recipe or its media data, is a duplicate; where its file was missing or in the trash,
// this one takes its place, with all that was said of the video. Faults told of: container.Look's, film_not_copied.
func (i Import) Run(ctx context.Context, paths []string, tell func(Imported)) error {
	known, err := i.Library.Known(ctx)
	if err != nil {
		return err
	}
	byID, byHash := map[string]scan.Known{}, map[string]scan.Known{}
	remember := func(k scan.Known) {
		if byID[k.ID] = k; k.Hash != "" {
			byHash[k.Hash] = k
		}
	}
	for _, k := range known {
		remember(k)
	}
	for _, path := range paths {
		if err := ctx.Err(); err != nil {
			return err
		}
		at := path
		if i.Reference { // what is recorded is where the film is: a link may go, and is none to the file server
			if real, err := filepath.EvalSymlinks(path); err == nil {
				at = real
			}
		}
		a, err := look(ctx, at)
		if err != nil {
			tell(Imported{Path: path, Err: err})
			continue
		}
		had, knows := byID[a.ID]
		if !knows && a.ID == scan.IDOf(a.Hash) { // no recipe tells it apart
			had, knows = byHash[a.Hash]
		}
		if knows && !had.Missing && !had.Trashed {
			v, err := i.Library.Video(ctx, had.ID)
			tell(Imported{Path: path, Video: v, Duplicate: true, Err: err})
			continue
		}
		if knows {
			a.ID = had.ID
		}
		v, err := i.take(ctx, a, knows)
		if err == nil && had.Trashed {
			v, err = i.restore(ctx, v.ID)
		}
		if err == nil {
			remember(scan.Known{ID: v.ID, File: a.File, Hash: a.Hash})
		} else if ctx.Err() != nil {
			return ctx.Err()
		}
		tell(Imported{Path: path, Video: v, Restored: had.Trashed && err == nil, Err: err})
	}
	return nil
}

// restore records that a video is out of the trash again.
func (i Import) restore(ctx context.Context, id string) (generation.Video, error) {
	if _, err := i.Library.SetTrashed(ctx, []string{id}, false); err != nil {
		return generation.Video{}, err
	}
	return i.Library.Video(ctx, id)
}

// look reads a film from its first byte to its last.
func look(ctx context.Context, path string) (a scan.Addition, err error) {
	if !scan.IsVideo(path) {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return a, fault.New("film_not_video", fault.Args{"name": filepath.Base(path)})
		}
	}
	if a.Seen, err = container.Look(path); err != nil {
		return a, err
	}
	a.File = scan.File{Path: path, Size: a.Seen.Size, Modified: a.Seen.Modified}
	a.Hash, err = container.Hash(ctx, path)
	a.ID = scan.ID(a.Seen, a.Hash)
	return a, err
}

func (i Import) take(ctx context.Context, a scan.Addition, known bool) (generation.Video, error) {
	a.Seen.Tags.Title = library.VideoOf(a).Name // a copy's file has another name
	var err error
	if _, inside := scan.Inside(i.Folder, a.Path); !i.Reference && !inside {
		if a.File, err = i.copy(ctx, a); err != nil {
			return generation.Video{}, err
		}
	}
	part := scan.Part{Added: []scan.Addition{a}}
	if known {
		part = scan.Part{Updates: []scan.Update{{ID: a.ID, Kind: scan.Moved, File: a.File, Hash: a.Hash, Facts: &a.Seen.Facts}}}
	}
	if err := i.Library.TakeOver(ctx, part, sidecar.Read(filepath.Dir(a.Path))); err != nil {
		return generation.Video{}, err
	}
	return i.Library.Video(ctx, a.ID)
}

// copy puts a film into the folder of its month, whole or not at all, under the name that it would have had here.
func (i Import) copy(ctx context.Context, a scan.Addition) (f scan.File, err error) {
	v := library.VideoOf(a)
	words := v.Prompt
	if words == "" {
		words = v.Name
	}
	made := time.UnixMilli(v.CreatedAt)
	folder := filepath.Join(i.Folder, made.Format("2006-01"))
	to := filepath.Join(folder, library.FileName(made, words, a.ID, extension(a.Path)))
	defer func() {
		if err != nil && ctx.Err() == nil && fault.CodeOf(err) == fault.Internal {
			err = fault.Wrap(err, "film_not_copied", fault.Args{"name": filepath.Base(a.Path), "folder": folder})
		}
	}()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return f, err
	}
	if sum, err := container.Hash(ctx, to); err == nil && sum == a.Hash { // a copy that was not recorded any more
		return (scan.Disk{}).Stat(to)
	}
	begun, err := i.Drafts.NewFile(to)
	if err != nil {
		return f, err
	}
	made = time.Unix(0, a.Modified)
	if err = i.write(ctx, a, begun.File); err == nil {
		err = draft.Touch(begun.Path, made)
	}
	if sum, other := container.Hash(ctx, begun.Path); err == nil && (other != nil || sum != a.Hash) {
		err = errors.Join(errors.New("the copy differs"), other)
	}
	if err != nil {
		begun.Drop()
		return f, err
	}
	if err := begun.Keep(); err != nil {
		return f, err
	}
	return (scan.Disk{}).Stat(to)
}

func (i Import) write(ctx context.Context, a scan.Addition, out *os.File) (err error) {
	defer func() { err = errors.Join(err, out.Close()) }()
	in, err := os.Open(a.Path)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	const stretch = 8 << 20 // between two looks at the context; the system copies each
	for done := int64(0); ; {
		n, err := io.CopyN(out, in, stretch)
		done += n
		if err == nil || errors.Is(err, io.EOF) {
			if told := i.progress(a, done); told != nil {
				return told
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return out.Sync()
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		}
	}
}

func (i Import) progress(a scan.Addition, done int64) error {
	if i.Progress == nil {
		return nil
	}
	return i.Progress(filepath.Base(a.Path), done, a.Size)
}

// extension is a film's, as this library writes it.
func extension(path string) string { return strings.ToLower(filepath.Ext(path)) }
