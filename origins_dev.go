//go:build dev

package main

import (
	"cmp"
	"net"
	"os"
)

// devOrigins lets the page that the development server hands to a browser load videos. Wails takes the server's
// address from the same variable.
var devOrigins = devOriginsOf(cmp.Or(os.Getenv("devserver"), "localhost:34115"))

func devOriginsOf(address string) []string {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil
	}
	return []string{"http://localhost:" + port, "http://127.0.0.1:" + port}
}
