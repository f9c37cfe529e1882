//go:build !linux

package toolkit

import "context"

// Screens are unknown here.
func Screens() []Rect { return nil }

// Follow does nothing here.
func Follow(Handlers) error { return nil }

// Dress does nothing here: the system's own theme is followed.
func Dress(string) {}

// LocalPath knows none here.
func LocalPath(string) string { return "" }

// Copied knows none here: the page is given the files themselves.
func Copied(context.Context) ([]string, error) { return nil, nil }
