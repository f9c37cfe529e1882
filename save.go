//go:build !dev

package main

import "github.com/wailsapp/wails/v2/pkg/runtime"

var (
	saveFile   = runtime.SaveFileDialog
	openFiles  = runtime.OpenMultipleFilesDialog
	openFolder = runtime.OpenDirectoryDialog
)
