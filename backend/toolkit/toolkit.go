// Package toolkit asks GTK and WebKit themselves for what Wails asks wrongly or not at all on Linux: the menu's words,
// the window's place among several screens, a page whose process ended, what is dropped. Elsewhere Wails does it.
package toolkit

// Handlers are told of the window. They are called on the toolkit's own thread and must not wait.
type Handlers struct {
	// Ended is told that the page's process is gone; the window is blank until Load.
	Ended func(why string)
	// Dropped is told of addresses that were let go over the window.
	Dropped func(Drop)
}

// Drop is what was dropped, as the program that it came from tells it.
type Drop struct {
	Addresses []string // file:, https: and any other, percent-encoded
	HTML      string   // the piece of a web page that it was dragged from; "" elsewhere
}

// Rect is a part of the desktop.
type Rect struct{ X, Y, Width, Height int }

// Frame is how much wider and higher title bar and borders make a window; zero when it is unknown.
type Frame struct{ Width, Height int }

// Place is where a window is: its corner with the frame, its size without.
type Place struct {
	Rect
	Frame     Frame
	Maximised bool
}
