package engine

import (
	"io/fs"

	"github.com/Bios-Marcel/wastebasket/v2"
)

const canRestore = true

// takeOut moves the file that was trashed last from path back there.
func takeOut(path string) error {
	found, err := wastebasket.Query(wastebasket.QueryOptions{Search: []string{path}})
	if err != nil {
		return err
	}
	var newest wastebasket.TrashedFileInfo
	for _, files := range found.Matches {
		for _, file := range files {
			if newest == nil || file.DeletionDate().After(newest.DeletionDate()) {
				newest = file
			}
		}
	}
	if newest == nil {
		return fs.ErrNotExist
	}
	return newest.Restore(false)
}
