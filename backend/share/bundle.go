package share

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"time"

	"conch/backend/container"
	"conch/backend/draft"
	"conch/backend/fault"
	"conch/backend/generation"
)

// Bundle is a selection of videos that leaves together, as they are.
type Bundle struct {
	Videos iter.Seq2[generation.Video, error] // an error ends the export
	Bytes  int64                              // about how many, for Tell
	Lists  bool                               // with what is known of them: videos.csv, videos.json
	Tell   container.Progress                 // of bytes; may be nil
	// Each is told the name of a video's file, or video_file_missing: such a video stands in the lists without a file.
	// When it is nil, that ends the export.
	Each func(v generation.Video, file string, missing error)
}

// Selection is a bundle of these videos.
func Selection(videos []generation.Video, lists bool, tell container.Progress) Bundle {
	b := Bundle{Lists: lists, Tell: tell, Videos: func(yield func(generation.Video, error) bool) {
		for _, v := range videos {
			if !yield(v, nil) {
				return
			}
		}
	}}
	for _, v := range videos {
		b.Bytes += v.Bytes
	}
	return b
}

// Zip writes a bundle into a zip. Videos are stored: they don't get smaller. Faults: video_file_missing, and as Video.
func (d *Desk) Zip(ctx context.Context, token string, b Bundle, to string) error {
	return d.do(ctx, token, to, d.beginning(to, nil), func(ctx context.Context, path string) (err error) {
		out, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, out.Close()) }()
		z := zip.NewWriter(out)
		if err := b.fill(ctx, to, func(name string, modified time.Time) (io.WriteCloser, error) {
			method := zip.Store
			if isList(name) {
				method = zip.Deflate
			}
			w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: modified.UTC()})
			return entry{w}, err
		}); err != nil {
			return err
		}
		return errors.Join(z.Close(), out.Sync())
	})
}

// entry of a zip ends where the next begins.
type entry struct{ io.Writer }

func (entry) Close() error { return nil }

// Folder writes a bundle into a folder that is not there yet, or is empty. Faults: export_exists, and as Zip.
func (d *Desk) Folder(ctx context.Context, token string, b Bundle, to string) error {
	begin := func() (*draft.Draft, error) { return d.beginFolder(to) }
	return d.do(ctx, token, to, begin, func(ctx context.Context, path string) error {
		return b.fill(ctx, to, func(name string, modified time.Time) (io.WriteCloser, error) {
			file, err := os.OpenFile(filepath.Join(path, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
			return plainFile{file, modified}, err
		})
	})
}

// plainFile is on the disk, with its time, when it is closed.
type plainFile struct {
	*os.File
	modified time.Time
}

func (f plainFile) Close() error {
	return errors.Join(f.Sync(), f.File.Close(), draft.Touch(f.Name(), f.modified))
}

// fill makes a file of each video, then the lists.
func (b Bundle) fill(ctx context.Context, to string, create func(name string, modified time.Time) (io.WriteCloser, error)) error {
	taken, all, done := lists(), []generation.Listed{}, int64(0)
	for v, err := range b.Videos {
		if err != nil {
			return err
		}
		file := ""
		in, missing := source(v.Path)
		switch {
		case missing == nil:
			file = generation.FreeName(filepath.Base(v.Path), taken)
			if same(v.Path, to) {
				err = over(to)
			} else {
				done, err = b.pour(ctx, in, done, func() (io.WriteCloser, error) { return create(file, time.UnixMilli(v.CreatedAt)) })
			}
			if err = errors.Join(err, in.Close()); err != nil {
				return err
			}
		case b.Each == nil:
			return missing
		}
		all = append(all, generation.Listed{Video: v, File: file})
		if b.Each != nil {
			b.Each(v, file, missing)
		}
	}
	if !b.Lists {
		return nil
	}
	for _, form := range []string{"csv", "json"} {
		w, err := create("videos."+form, time.Now())
		if err != nil {
			return err
		}
		if err := errors.Join(writeList(w, form, all), w.Close()); err != nil {
			return err
		}
	}
	return nil
}

// source opens a video's file.
func source(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrInvalid
	}
	var in *os.File
	if err == nil {
		in, err = os.Open(path)
	}
	if err != nil {
		return nil, fault.Wrap(err, "video_file_missing", fault.Args{"path": path})
	}
	return in, nil
}

func (b Bundle) pour(ctx context.Context, in io.Reader, done int64, create func() (io.WriteCloser, error)) (_ int64, err error) {
	w, err := create()
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	for {
		if err := ctx.Err(); err != nil {
			return done, err
		}
		n, err := io.CopyN(w, in, 8<<20)
		done += n
		if b.Tell != nil {
			b.Tell(done, max(done, b.Bytes))
		}
		if errors.Is(err, io.EOF) {
			return done, nil
		}
		if err != nil {
			return done, err
		}
	}
}

// List writes what is known of videos, as "csv" or "json". Faults: as Video.
func (d *Desk) List(ctx context.Context, form string, videos []generation.Video, to string) error {
	taken, all, paths := lists(), []generation.Listed{}, []string{}
	for _, v := range videos {
		all = append(all, generation.Listed{Video: v, File: generation.FreeName(filepath.Base(v.Path), taken)})
		paths = append(paths, v.Path)
	}
	return d.do(ctx, "", to, d.beginning(to, paths), func(_ context.Context, path string) error {
		out, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
		if err != nil {
			return err
		}
		return errors.Join(writeList(out, form, all), out.Sync(), out.Close())
	})
}

// lists are the names that no video's file may have.
func lists() map[string]bool { return map[string]bool{"videos.csv": true, "videos.json": true} }

func isList(name string) bool { return lists()[name] }

func writeList(w io.Writer, form string, all []generation.Listed) error {
	if form == "csv" {
		if _, err := io.WriteString(w, generation.ByteOrderMark); err != nil {
			return err
		}
		return generation.WriteVideosCSV(w, all)
	}
	return generation.WriteVideosJSON(w, all)
}

// FreeFolder is the path of a folder that is not there yet: of this name, else with a number.
func FreeFolder(parent, name string) string {
	path := filepath.Join(parent, name)
	for n := 2; ; n++ {
		if _, err := os.Lstat(path); err != nil {
			return path
		}
		path = filepath.Join(parent, fmt.Sprintf("%s (%d)", name, n))
	}
}
