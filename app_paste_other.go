//go:build !linux

package main

import "context"

// copiedFiles are none here: the web view gives the page the files themselves.
func copiedFiles(context.Context) ([]string, error) { return nil, nil }
