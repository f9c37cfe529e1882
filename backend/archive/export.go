package archive

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"conch/backend/atomicfile"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/library"
)

// Export gives videos out, with a list of everything that is known of them as CSV and as JSON.
type Export struct {
	Library *library.Library
	Query   library.GalleryQuery
	To      string // a folder that is not there or empty, or a file that ends in .zip and is not there
}

// Exported is what became of one video.
type Exported struct {
	Video generation.Video
	File  string // its name in the export; "" when it is not in it
	Err   error  // why not: a fault
}

// place is where an export goes.
type place interface {
	add(ctx context.Context, name string, modified time.Time, content io.Reader) error
	done() error
	drop() // what was begun
}

const atATime = 500

// Run writes every video of the query, newest first; one whose file can't be read doesn't keep the others out and
// stands in the lists without a file. Faults: export_exists, export_failed; told of: video_file_missing.
func (x Export) Run(ctx context.Context, tell func(Exported)) (err error) {
	to, err := x.begin()
	if err != nil {
		return err
	}
	defer func() {
		if err == nil {
			err = to.done()
		} else {
			to.drop()
		}
		var known *fault.Error
		if err != nil && ctx.Err() == nil && !errors.As(err, &known) {
			err = fault.Wrap(err, "export_failed", fault.Args{"to": x.To})
		}
	}()
	taken := map[string]bool{}
	var all []generation.Listed
	for offset := 0; ; offset += atATime {
		page, err := x.Library.Videos(ctx, x.Query, "", offset, atATime)
		if err != nil {
			return err
		}
		for _, v := range page {
			file, err := x.one(ctx, to, v, taken)
			if err != nil && fault.Of(err).Rule != "video_file_missing" {
				return err
			}
			all = append(all, generation.Listed{Video: v, File: file})
			tell(Exported{v, file, err})
		}
		if len(page) < atATime {
			break
		}
	}
	return x.lists(ctx, to, all)
}

func (x Export) one(ctx context.Context, to place, v generation.Video, taken map[string]bool) (string, error) {
	info, err := os.Lstat(v.Path)
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	if err != nil {
		return "", fault.Wrap(err, "video_file_missing", fault.Args{"path": v.Path})
	}
	in, err := os.Open(v.Path)
	if err != nil {
		return "", fault.Wrap(err, "video_file_missing", fault.Args{"path": v.Path})
	}
	defer func() { _ = in.Close() }()
	name := generation.FreeName(filepath.Base(v.Path), taken)
	return name, to.add(ctx, name, info.ModTime(), in)
}

func (x Export) lists(ctx context.Context, to place, all []generation.Listed) error {
	for _, list := range []struct {
		name  string
		write func(io.Writer, []generation.Listed) error
	}{{"videos.csv", generation.WriteVideosCSV}, {"videos.json", generation.WriteVideosJSON}} {
		content, w := io.Pipe()
		go func() { _ = w.CloseWithError(list.write(w, all)) }()
		if err := errors.Join(to.add(ctx, list.name, time.Now(), content), content.Close()); err != nil {
			return err
		}
	}
	return nil
}

func (x Export) begin() (place, error) {
	if strings.EqualFold(filepath.Ext(x.To), ".zip") {
		return beginZip(x.To)
	}
	return beginFolder(x.To)
}

// folder is a place; what was written stays when an export breaks off.
type folder string

func beginFolder(path string) (place, error) {
	entries, err := os.ReadDir(path)
	if len(entries) > 0 {
		return nil, fault.New("export_exists", fault.Args{"to": path})
	}
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		err = os.MkdirAll(path, 0o755)
	}
	if err != nil {
		return nil, fault.Wrap(err, "export_failed", fault.Args{"to": path})
	}
	return folder(path), nil
}

func (f folder) add(ctx context.Context, name string, modified time.Time, content io.Reader) (err error) {
	path := filepath.Join(string(f), name)
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = copyAll(ctx, out, content)
	if err = errors.Join(err, out.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return os.Chtimes(path, modified, modified)
}

func (f folder) done() error { return atomicfile.SyncFolder(string(f)) }
func (f folder) drop()       {}

// zipped is a place that appears when it is whole.
type zipped struct {
	to   string
	file *os.File
	zip  *zip.Writer
}

func beginZip(path string) (place, error) {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Wrap(err, "export_exists", fault.Args{"to": path})
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return nil, fault.Wrap(err, "export_failed", fault.Args{"to": path})
	}
	return &zipped{path, file, zip.NewWriter(file)}, nil
}

func (z *zipped) add(ctx context.Context, name string, modified time.Time, content io.Reader) error {
	head := &zip.FileHeader{Name: name, Modified: modified, Method: zip.Store} // films don't get smaller
	if !strings.HasPrefix(filepath.Ext(name), ".m") {
		head.Method = zip.Deflate
	}
	out, err := z.zip.CreateHeader(head)
	if err != nil {
		return err
	}
	_, err = copyAll(ctx, out, content)
	return err
}

func (z *zipped) done() error {
	err := errors.Join(z.zip.Close(), z.file.Chmod(0o644), z.file.Sync(), z.file.Close())
	if err == nil {
		err = atomicfile.Rename(z.file.Name(), z.to)
	}
	if err != nil {
		return errors.Join(err, os.Remove(z.file.Name()))
	}
	return nil
}

func (z *zipped) drop() { _, _ = z.file.Close(), os.Remove(z.file.Name()) }

// copyAll copies until the context ends.
func copyAll(ctx context.Context, out io.Writer, in io.Reader) (done int64, err error) {
	const stretch = 8 << 20
	for {
		n, err := io.CopyN(out, in, stretch)
		done += n
		switch {
		case errors.Is(err, io.EOF):
			return done, nil
		case err != nil:
			return done, err
		case ctx.Err() != nil:
			return done, ctx.Err()
		}
	}
}
