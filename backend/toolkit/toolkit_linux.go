package toolkit

/*
#cgo pkg-config: gtk+-3.0 webkit2gtk-4.1
#include <stdlib.h>
#include "window_linux.h"
*/
import "C"

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/cgo"
	"strings"
	"unsafe"
)

// ErrNoDisplay says that there is no desktop to open a window on.
var ErrNoDisplay = errors.New("no display")

// handlers are Follow's; they are set before the first signal and never change.
var handlers Handlers

// Start readies the toolkit. It holds the calling goroutine to its thread, which must go on to run the window.
func Start() error {
	runtime.LockOSThread()
	if C.toolkit_start() == 0 {
		return ErrNoDisplay
	}
	return nil
}

// Screens are what panels leave of each screen, the main one first. It is for Start's thread.
func Screens() []Rect {
	var found [16]C.GdkRectangle
	all := make([]Rect, C.toolkit_screens(&found[0], C.int(len(found))))
	for i := range all {
		all[i] = Rect{int(found[i].x), int(found[i].y), int(found[i].width), int(found[i].height)}
	}
	return all
}

//export toolkitCalled
func toolkitCalled(call C.uintptr_t) {
	handle := cgo.Handle(call)
	do := handle.Value().(func())
	handle.Delete()
	do()
}

// soon does something on the toolkit's thread.
func soon(do func()) { C.toolkit_soon(C.uintptr_t(cgo.NewHandle(do))) }

// now does something on the toolkit's thread, which it must not be called on, and waits until it is done.
func now(do func()) {
	done := make(chan struct{})
	soon(func() { do(); close(done) })
	<-done
}

// Follow listens to the window, which must be there, until the program ends.
func Follow(to Handlers) error {
	handlers = to
	found := false
	now(func() { found = C.toolkit_follow() != 0 })
	if !found {
		return errors.New("the window has no page or no menu")
	}
	return nil
}

//export toolkitEnded
func toolkitEnded(reason C.int) {
	why := map[C.int]string{C.WEBKIT_WEB_PROCESS_CRASHED: "crashed", C.WEBKIT_WEB_PROCESS_EXCEEDED_MEMORY_LIMIT: "took too much memory"}[reason]
	if why == "" {
		why = fmt.Sprintf("ended (%d)", reason)
	}
	handlers.Ended(why)
}

//export toolkitDropped
func toolkitDropped(lines, html *C.char) {
	handlers.Dropped(Drop{Addresses: strings.Split(C.GoString(lines), "\n"), HTML: C.GoString(html)})
}

// Relabel gives the menu's items other words, top to bottom, each menu before its items, without the lines between them.
func Relabel(labels []string) error {
	texts := make([]*C.char, len(labels)+1)
	for i, label := range labels {
		texts[i] = C.CString(label)
	}
	list := C.malloc(C.size_t(len(texts)) * C.size_t(unsafe.Sizeof(texts[0])))
	copy(unsafe.Slice((**C.char)(list), len(texts)), texts)
	has := 0
	now(func() { has = int(C.toolkit_relabel((**C.char)(list), C.int(len(labels)))) })
	C.free(list)
	for _, text := range texts {
		C.free(unsafe.Pointer(text))
	}
	if has != len(labels) {
		return fmt.Errorf("the menu has %d items, not %d", has, len(labels))
	}
	return nil
}

// Dress gives menu, dialogs and frame the theme "dark", "light", or with any other word the system's.
func Dress(theme string) {
	dark, chosen := C.int(0), C.int(0)
	if theme == "dark" {
		dark = 1
	}
	if theme == "dark" || theme == "light" {
		chosen = 1
	}
	soon(func() { C.toolkit_dark(dark, chosen) })
}

// Put places the window, before it is first shown; least is the smallest it may be made.
func Put(p Place, leastWidth, leastHeight int) {
	maximised := C.int(0)
	if p.Maximised {
		maximised = 1
	}
	where := C.place{
		x: C.int(p.X), y: C.int(p.Y), width: C.int(p.Width), height: C.int(p.Height),
		frame_width: C.int(p.Frame.Width), frame_height: C.int(p.Frame.Height), maximised: maximised,
	}
	now(func() { C.toolkit_put(where, C.int(leastWidth), C.int(leastHeight)) })
}

// Where is the window's place, or the one that it goes back to when it is maximised or in full screen.
func Where() (p Place) {
	now(func() {
		at := C.toolkit_where()
		p = Place{Rect: Rect{int(at.x), int(at.y), int(at.width), int(at.height)}, Frame: Frame{int(at.frame_width), int(at.frame_height)}, Maximised: at.maximised != 0}
	})
	return p
}

// Load loads the page anew; query is added to its address.
func Load(query string) {
	soon(func() {
		text := C.CString(query)
		C.toolkit_load(text)
		C.free(unsafe.Pointer(text))
	})
}

// ToggleFullScreen puts the window into full screen, or back.
func ToggleFullScreen() {
	soon(func() { C.toolkit_fullscreen(1 - min(C.toolkit_is_fullscreen(), 1)) })
}

// Ask asks a question in a dialog of the toolkit's own, for a window whose page is not there. It waits for the answer.
func Ask(title, text, yes, no string) (said bool) {
	words := []*C.char{C.CString(title), C.CString(text), C.CString(yes), C.CString(no)}
	now(func() { said = C.toolkit_ask(words[0], words[1], words[2], words[3]) != 0 })
	for _, word := range words {
		C.free(unsafe.Pointer(word))
	}
	return said
}

// LocalPath is where the system shows what has this address as a file (a mounted server), else "".
func LocalPath(address string) string {
	text := C.CString(address)
	defer C.free(unsafe.Pointer(text))
	path := C.toolkit_path(text)
	defer C.g_free(C.gpointer(path))
	return C.GoString(path)
}

//export toolkitCopied
func toolkitCopied(call C.uintptr_t, text *C.char) {
	handle := cgo.Handle(call)
	told := handle.Value().(chan<- string)
	handle.Delete()
	told <- C.GoString(text)
}

// Copied are the addresses of what another program put on the clipboard as files; none when there are other things.
func Copied(ctx context.Context) ([]string, error) {
	told := make(chan string, 1)
	soon(func() { C.toolkit_copied(C.uintptr_t(cgo.NewHandle((chan<- string)(told)))) })
	select {
	case text := <-told:
		return copiedAddresses(text), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
