//go:build dev

package main

// devOrigins lets the page that the development server hands to a browser load videos.
var devOrigins = []string{"http://localhost:34115", "http://127.0.0.1:34115"}
