package trash

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/Bios-Marcel/wastebasket/v2"
)

// Put moves files to the trash and gives what went wrong with each; fs.ErrNotExist of one that is not there.
func Put(items []Item) []error {
	all := make([]error, len(items))
	for i, item := range items {
		all[i] = put(item)
	}
	return all
}

func put(i Item) error {
	if strings.Contains(i.Path, `\`) { // it would end the quotes of the script that asks the Finder
		return fs.ErrInvalid
	}
	link := keptBeside(i)
	if err := os.MkdirAll(filepath.Dir(link), 0o700); err != nil {
		return err
	}
	if err := os.Link(i.Path, link); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return wastebasket.Trash(i.Path)
}

// Find gives the files that are kept of these places.
func Find(items []Item) (map[string]File, error) {
	found := map[string]File{}
	for _, i := range items {
		link := keptBeside(i)
		info, err := os.Lstat(link)
		if err != nil {
			continue
		}
		found[i.Path] = File{Size: info.Size(), Remove: func() error { return os.Remove(link) }, Restore: func() error {
			if _, err := os.Lstat(i.Path); err == nil {
				return fs.ErrExist
			}
			return os.Rename(link, i.Path)
		}}
	}
	return found, nil
}

// Release gives up what is kept beside for files that will not come back; those in the system's trash stay there.
func Release(items []Item) error {
	var all error
	for _, i := range items {
		if err := os.Remove(keptBeside(i)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			all = errors.Join(all, err)
		}
	}
	return all
}
