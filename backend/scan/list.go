package scan

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// File is a video's file as its folder lists it.
type File struct {
	Path     string
	Size     int64
	Modified int64 // nanoseconds since 1970; 0 where nobody wrote it down yet
}

// Folder is what was found under one videos folder.
type Folder struct {
	Root   string
	Files  []File
	Unread []string // folders and files that could not be looked at: nothing is known of what they hold
}

// Inside gives a path as it stands below a folder, "." for the folder itself, and whether it stands there at all.
func Inside(folder, path string) (string, bool) {
	inside, err := filepath.Rel(folder, path)
	return inside, err == nil && filepath.IsLocal(inside)
}

// errGone says that the folder is not the one any more that the listing began with.
var errGone = errors.New("the folder vanished while it was read")

// List lists the MP4 and MOV files under a folder, by name and size alone. What is hidden is passed over, as are
// links, so that nothing outside and nothing twice is read; other files cost their name. A folder that can't be read
// or vanishes on the way is an error: then nothing may be concluded.
func List(ctx context.Context, root string) (Folder, error) {
	f := Folder{Root: filepath.Clean(root)}
	before, err := os.Stat(f.Root)
	if err == nil && !before.IsDir() {
		err = errors.New("not a folder")
	}
	if err != nil {
		return f, fmt.Errorf("list videos: %w", err)
	}
	entries, err := os.ReadDir(f.Root)
	if err != nil {
		return f, fmt.Errorf("list videos: %w", err)
	}
	if err := f.take(ctx, f.Root, entries); err != nil {
		return f, err
	}
	after, err := os.Stat(f.Root)
	if err == nil && !os.SameFile(before, after) {
		err = errGone
	}
	if err == nil && len(entries) > 0 {
		err = stillHolds(f.Root)
	}
	if err != nil {
		return f, fmt.Errorf("list videos: %w", err)
	}
	return f, nil
}

// stillHolds says errGone of a folder that is empty now: an empty mount point, most likely.
func stillHolds(root string) error {
	dir, err := os.Open(root)
	if err != nil {
		return err
	}
	_, err = dir.Readdirnames(1)
	if err != nil {
		err = fmt.Errorf("%w: %w", errGone, err)
	}
	return errors.Join(err, dir.Close())
}

func (f *Folder) take(ctx context.Context, dir string, entries []fs.DirEntry) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case e.IsDir():
			inside, err := os.ReadDir(path)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				f.Unread = append(f.Unread, path)
				continue
			}
			if err := f.take(ctx, path, inside); err != nil {
				return err
			}
		case e.Type().IsRegular() && IsVideo(path):
			info, err := e.Info()
			if err == nil {
				f.Files = append(f.Files, fileOf(path, info))
			} else if !errors.Is(err, fs.ErrNotExist) {
				f.Unread = append(f.Unread, path)
			}
		}
	}
	return nil
}

// Here lists the video files right in a folder.
func Here(folder string) ([]File, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("list videos: %w", err)
	}
	var f Folder
	entries = slices.DeleteFunc(entries, fs.DirEntry.IsDir)
	err = f.take(context.Background(), folder, entries)
	return f.Files, err
}

func fileOf(path string, info fs.FileInfo) File {
	return File{Path: path, Size: info.Size(), Modified: info.ModTime().UnixNano()}
}

// IsVideo says whether a file has the name of a video that Conch takes.
func IsVideo(path string) bool {
	ext := filepath.Ext(path)
	return strings.EqualFold(ext, ".mp4") || strings.EqualFold(ext, ".mov")
}

// under says whether a path lies in one of these folders, or is one.
func under(path string, folders []string) bool {
	for _, folder := range folders {
		if rest, inside := strings.CutPrefix(path, folder); inside && (rest == "" || os.IsPathSeparator(rest[0]) || os.IsPathSeparator(folder[len(folder)-1])) {
			return true
		}
	}
	return false
}
