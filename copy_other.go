//go:build !linux

package main

import "conch/backend/desktop"

var copyFiles = desktop.CopyFiles
