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
	"time"
)

// Write puts data at path: beside it, synced, renamed, folder synced. The folder must exist.
func Write(path string, data []byte, mode os.FileMode) (err error) {
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
	if err = temp.Chmod(mode); err != nil {
		return errors.Join(err, temp.Close())
	}
	if err = errors.Join(temp.Sync(), temp.Close()); err != nil {
		return err
	}
	return Rename(temp.Name(), path)
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
	return errors.Join(folder.Sync(), folder.Close())
}
