//go:build !linux

package main

import (
	"errors"

	"conch/backend/desktop"
)

var copyFiles = desktop.CopyFiles

func dragFiles([]string) error { return errors.New("files are dragged out on Linux alone") }
