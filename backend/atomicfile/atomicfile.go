// Package atomicfile writes small files so that a crash leaves the old one or the new one, never a torn one.
package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"syscall"
	"time"
)

// Write puts data at path: beside it, synced, renamed, folder synced. The folder must exist. Where path is a link, what
// it leads to is written, and it stays a link: people keep their settings elsewhere that way.
func Write(path string, data []byte, mode os.FileMode) (err error) {
	path = Target(path)
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("write %s: %w", path, errors.Join(err, os.Remove(temp.Name())))
		}
	}()
	if _, err = temp.Write(data); err != nil {
		return errors.Join(err, temp.Close())
	}
	if err = temp.Chmod(mode); err != nil && !Unsupported(err) {
		return errors.Join(err, temp.Close())
	}
	if err = errors.Join(temp.Sync(), temp.Close()); err != nil {
		return err
	}
	return Rename(temp.Name(), path)
}

// Target is where a link leads, also to a file that isn't there yet.
func Target(path string) string {
	const most = 40 // as the system follows them
	for range most {
		next, err := os.Readlink(path)
		if err != nil {
			return path
		}
		if !filepath.IsAbs(next) {
			next = filepath.Join(filepath.Dir(path), next)
		}
		path = next
	}
	return path
}

// Unsupported says that a drive can't do what was asked of it, or lets nobody: permissions and times of files, and the
// syncing of folders, on shares, FUSE and FAT. The files themselves are none the worse for it.
func Unsupported(err error) bool {
	return errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOTTY) || errors.Is(err, syscall.EACCES)
}

// Aside is a free name for a file that is set aside under a word and the time; tails are endings that go along with it.
func Aside(path, word string, now time.Time, tails ...string) string {
	stem := path + "." + word + "-" + now.UTC().Format("20060102T150405Z")
	for name, n := stem, 2; ; name, n = fmt.Sprintf("%s-%d", stem, n), n+1 {
		free := true
		for _, tail := range append(tails, "") {
			if _, err := os.Lstat(name + tail); !errors.Is(err, fs.ErrNotExist) {
				free = false
			}
		}
		if free {
			return name
		}
	}
}

// temporary is what Write's own files are called until they have their name.
var temporary = regexp.MustCompile(`^\..+\.[0-9]+$`)

// Tidy removes what a killed process left half written in a folder. Nobody else may be writing there.
func Tidy(folder string) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		if Temporary(e) {
			err = errors.Join(err, os.Remove(filepath.Join(folder, e.Name())))
		}
	}
	return err
}

// TidyOld does so where others may be at work too: what was touched within the hour may be in the making, and stays.
func TidyOld(folder string) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		if info, gone := e.Info(); gone == nil && Temporary(e) && time.Since(info.ModTime()) > time.Hour {
			err = errors.Join(err, os.Remove(filepath.Join(folder, e.Name())))
		}
	}
	return err
}

// Temporary says whether an entry is a file that Write makes on the way.
func Temporary(e fs.DirEntry) bool { return e.Type().IsRegular() && temporary.MatchString(e.Name()) }

// Rename moves a synced file to its final name and syncs the folder, so that the name survives a power cut.
func Rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return SyncFolder(filepath.Dir(to))
}

// SyncFolder makes a folder's entries durable. Windows has no such call and needs none.
func SyncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	err = folder.Sync()
	if Unsupported(err) {
		err = nil
	}
	return errors.Join(err, folder.Close())
}
