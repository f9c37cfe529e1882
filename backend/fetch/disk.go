package fetch

import (
	"errors"
	"io/fs"
	"path/filepath"
	"syscall"

	"conch/backend/fault"
)

// DiskFault says what a failed write means for a finished run: disk_full, folder_read_only or folder_missing.
func DiskFault(err error, path string) error {
	folder := filepath.Dir(path)
	switch {
	case isFull(err):
		return fault.Wrap(err, "disk_full", fault.Args{"folder": folder})
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fault.Wrap(err, "folder_read_only", fault.Args{"folder": folder})
	}
	return fault.Wrap(err, "folder_missing", fault.Args{"folder": folder})
}
