package main

import (
	"context"
	"os"
	"slices"
	"strings"

	"conch/backend/toolkit"
)

// copiedFiles are the files on the clipboard; none when it holds something else. An address in the web is the page's to
// paste. A clipboard whose owner doesn't answer holds nothing.
func copiedFiles(ctx context.Context) ([]string, error) {
	addresses, err := toolkit.Copied(ctx)
	if err != nil {
		return nil, nil //nolint:nilerr // there is nothing to paste
	}
	return filesAmong(addresses, toolkit.LocalPath)
}

// filesAmong are the files that these addresses name, none when they are all of the web. Faults: those of sorted.
func filesAmong(addresses []string, local func(string) string) ([]string, error) {
	if !slices.ContainsFunc(addresses, ofFile) {
		return nil, nil
	}
	host, _ := os.Hostname()
	what, err := sorted(toolkit.Drop{Addresses: addresses}, host, local)
	return what.files, err
}

// ofFile tells the addresses that file managers copy from those of web pages and from words.
func ofFile(address string) bool {
	scheme, rest, _ := strings.Cut(strings.ToLower(address), ":")
	return scheme != "http" && scheme != "https" && strings.HasPrefix(rest, "//")
}
