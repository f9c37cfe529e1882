//go:build dev

package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/wailsapp/wails/v2/pkg/runtime"
)

// saveFile asks for a place; a test that drives the page in a browser gives the folder beforehand.
func saveFile(ctx context.Context, o runtime.SaveDialogOptions) (string, error) {
	if folder := os.Getenv("CONCH_SAVE"); folder != "" {
		return filepath.Join(folder, o.DefaultFilename), nil
	}
	return runtime.SaveFileDialog(ctx, o)
}

// openFiles asks for files; such a test gives the folder that has them all.
func openFiles(ctx context.Context, o runtime.OpenDialogOptions) ([]string, error) {
	if folder := os.Getenv("CONCH_OPEN"); folder != "" {
		return filepath.Glob(filepath.Join(folder, "*"))
	}
	return runtime.OpenMultipleFilesDialog(ctx, o)
}

func openFolder(ctx context.Context, o runtime.OpenDialogOptions) (string, error) {
	if folder := os.Getenv("CONCH_SAVE"); folder != "" {
		return folder, nil
	}
	return runtime.OpenDirectoryDialog(ctx, o)
}
