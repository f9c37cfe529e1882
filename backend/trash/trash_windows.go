package trash

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/Bios-Marcel/wastebasket/v2"
	"golang.org/x/sys/windows"
)

// Put moves files to the trash and gives what went wrong with each; fs.ErrNotExist of one that is not there.
func Put(items []Item) []error {
	all := make([]error, len(items))
	for i, item := range items {
		all[i] = put(item.Path)
	}
	return all
}

func put(path string) error {
	if _, err := os.Lstat(path); err != nil {
		return err
	}
	root, err := windows.UTF16PtrFromString(filepath.VolumeName(path) + `\`)
	if err != nil {
		return err
	}
	if windows.GetDriveType(root) != windows.DRIVE_FIXED { // Windows would delete it for good
		return ErrNone
	}
	return wastebasket.Trash(path)
}

// Find gives the newest file in the trash from each of these places.
func Find(items []Item) (map[string]File, error) {
	paths := make([]string, len(items))
	for i, item := range items {
		paths[i] = item.Path
	}
	all, err := wastebasket.Query(wastebasket.QueryOptions{Search: paths})
	if err != nil {
		return nil, err
	}
	found := map[string]File{}
	for path, files := range all.Matches {
		var newest wastebasket.TrashedFileInfo
		for _, file := range files {
			if newest == nil || file.DeletionDate().After(newest.DeletionDate()) {
				newest = file
			}
		}
		if newest == nil {
			continue
		}
		found[path] = File{Size: -1, Remove: newest.Delete, Restore: func() error {
			err := newest.Restore(false)
			if errors.Is(err, wastebasket.ErrAlreadyExists) {
				return fs.ErrExist
			}
			return err
		}}
	}
	return found, nil
}

// Release gives up what is kept beside for files that will not come back: nothing here.
func Release([]Item) error { return nil }
