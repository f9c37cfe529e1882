package share

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"conch/backend/container"
	"conch/backend/fault"
	"conch/backend/generation"
)

// Archive writes a selection of videos with the lists of what is known of them, videos.csv and videos.json, into a
// zip. Videos are stored as they are: they don't get smaller. Faults: video_file_missing, and as Video.
func (d *Desk) Archive(ctx context.Context, token string, videos []generation.Video, to string, tell container.Progress) error {
	return d.do(ctx, token, d.beginning(to, paths(videos)), func(ctx context.Context, draft string) (err error) {
		out, err := os.OpenFile(draft, os.O_WRONLY|os.O_TRUNC, 0)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, out.Close()) }()
		z := zip.NewWriter(out)
		if err := fill(ctx, videos, true, func(name string, modified time.Time) (io.WriteCloser, error) {
			method := zip.Store
			if isList(name) {
				method = zip.Deflate
			}
			w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: modified.UTC()})
			return entry{w}, err
		}, tell); err != nil {
			return err
		}
		return errors.Join(z.Close(), out.Sync())
	})
}

// entry of a zip ends where the next begins.
type entry struct{ io.Writer }

func (entry) Close() error { return nil }

// Folder copies a selection of videos, and the lists of what is known of them when they are wanted, into a new folder,
// which appears when it is whole. Faults: as Archive.
func (d *Desk) Folder(ctx context.Context, token string, videos []generation.Video, to string, lists bool, tell container.Progress) error {
	begin := func() (*draft, error) { return d.beginFolder(to) }
	return d.do(ctx, token, begin, func(ctx context.Context, draft string) error {
		return fill(ctx, videos, lists, func(name string, modified time.Time) (io.WriteCloser, error) {
			file, err := os.OpenFile(filepath.Join(draft, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
			return plainFile{file, modified}, err
		}, tell)
	})
}

// plainFile is on the disk, with its time, when it is closed.
type plainFile struct {
	*os.File
	modified time.Time
}

func (f plainFile) Close() error {
	return errors.Join(f.Sync(), f.File.Close(), os.Chtimes(f.Name(), f.modified, f.modified))
}

// List writes what is known of videos, as "csv" or "json". Faults: as Video.
func (d *Desk) List(ctx context.Context, form string, videos []generation.Video, to string) error {
	return d.do(ctx, "", d.beginning(to, paths(videos)), func(_ context.Context, draft string) error {
		out, err := os.OpenFile(draft, os.O_WRONLY|os.O_TRUNC, 0)
		if err != nil {
			return err
		}
		return errors.Join(writeList(out, form, listed(videos)), out.Sync(), out.Close())
	})
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

// fill makes a file of each video, then the lists.
func fill(ctx context.Context, videos []generation.Video, lists bool, create func(name string, modified time.Time) (io.WriteCloser, error), tell container.Progress) error {
	all, done, total := listed(videos), int64(0), int64(0)
	for _, v := range videos {
		total += v.Bytes
	}
	for _, v := range all {
		w, err := create(v.File, time.UnixMilli(v.CreatedAt))
		if err != nil {
			return err
		}
		done, err = pour(ctx, w, v.Path, done, total, tell)
		if err = errors.Join(err, w.Close()); err != nil {
			return err
		}
	}
	if !lists {
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

func pour(ctx context.Context, w io.Writer, path string, done, total int64, tell container.Progress) (int64, error) {
	in, err := os.Open(path)
	if err != nil {
		return done, fault.Wrap(err, "video_file_missing", fault.Args{"path": path})
	}
	defer func() { _ = in.Close() }()
	for {
		if err := ctx.Err(); err != nil {
			return done, err
		}
		n, err := io.CopyN(w, in, 8<<20)
		done += n
		if tell != nil {
			tell(done, max(done, total))
		}
		if errors.Is(err, io.EOF) {
			return done, nil
		}
		if err != nil {
			return done, err
		}
	}
}

func isList(name string) bool { return name == "videos.csv" || name == "videos.json" }

// listed gives each video its file's name; of two with one name, whether or not case counts, the second gets a number.
func listed(videos []generation.Video) []generation.Listed {
	taken := map[string]bool{"videos.csv": true, "videos.json": true}
	all := make([]generation.Listed, 0, len(videos))
	for _, v := range videos {
		all = append(all, generation.Listed{Video: v, File: generation.FreeName(filepath.Base(v.Path), taken)})
	}
	return all
}

func writeList(w io.Writer, form string, all []generation.Listed) error {
	if form == "csv" {
		return generation.WriteVideosCSV(w, all)
	}
	return generation.WriteVideosJSON(w, all)
}

func paths(videos []generation.Video) []string {
	all := make([]string, 0, len(videos))
	for _, v := range videos {
		all = append(all, v.Path)
	}
	return all
}
