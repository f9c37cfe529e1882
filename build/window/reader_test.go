//go:build window && linux

package window

import (
	"image"
	"slices"
	"strconv"
	"strings"

	"github.com/godbus/dbus/v5"
)

// The screen is read as a screen reader reads it: through the system's accessibility bus (AT-SPI).
const (
	accessible = "org.a11y.atspi.Accessible"
	component  = "org.a11y.atspi.Component"
	words      = "org.a11y.atspi.Text"
)

// What a thing can be, by AT-SPI's numbers; WebKitGTK does not name them.
const (
	filler     = 20
	menu       = 33
	menuItem   = 35
	password   = 40
	pushButton = 43
	text       = 61
	entry      = 79
	heading    = 83
)

// thing is something on the screen: what it is, how it is called, what it says.
type thing struct {
	role       uint32
	name, text string
	object     dbus.BusObject
}

type reference struct {
	Bus  string
	Path dbus.ObjectPath
}

// accessibility connects to the desktop's accessibility bus, once.
func (d *desk) accessibility() *dbus.Conn {
	d.t.Helper()
	if d.reader != nil {
		return d.reader
	}
	bus := d.session()
	defer func() { _ = bus.Close() }()
	var address string
	if err := bus.Object("org.a11y.Bus", "/org/a11y/bus").Call("org.a11y.Bus.GetAddress", 0).Store(&address); err != nil {
		d.t.Fatal("accessibility bus: ", err)
	}
	var err error
	if d.reader, err = dbus.Connect(address); err != nil {
		d.t.Fatal("accessibility bus: ", err)
	}
	d.t.Cleanup(func() { _ = d.reader.Close() })
	return d.reader
}

// things lists everything that can be read, in every window.
func (d *desk) things() []thing {
	d.t.Helper()
	var all []thing
	d.walk(reference{"org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root"}, func(t thing) { all = append(all, t) })
	return all
}

// walk goes through what hangs below; what disappears meanwhile is passed over.
func (d *desk) walk(at reference, visit func(thing)) {
	object := d.accessibility().Object(at.Bus, at.Path)
	t := thing{object: object}
	if object.Call(accessible+".GetRole", 0).Store(&t.role) != nil {
		return
	}
	if name, err := object.GetProperty(accessible + ".Name"); err == nil {
		t.name, _ = name.Value().(string)
	}
	var can []string
	if object.Call(accessible+".GetInterfaces", 0).Store(&can) == nil && slices.Contains(can, words) {
		_ = object.Call(words+".GetText", 0, int32(0), int32(-1)).Store(&t.text)
	}
	visit(t)
	var below []reference
	if object.Call(accessible+".GetChildren", 0).Store(&below) != nil {
		return
	}
	if len(below) == 0 { // a socket, with the page of another process in it, lists no children but has one
		var page reference
		if t.role == filler && object.Call(accessible+".GetChildAtIndex", 0, int32(0)).Store(&page) == nil && strings.HasPrefix(page.Bus, "org.webkit.") {
			below = []reference{page}
		}
	}
	for _, child := range below {
		d.walk(child, visit)
	}
}

// reads says whether a sentence, or a part of it, stands on the screen; with roles, whether one of these says it.
func (d *desk) reads(sentence string, roles ...uint32) bool {
	d.t.Helper()
	return slices.ContainsFunc(d.things(), func(t thing) bool {
		return (len(roles) == 0 || slices.Contains(roles, t.role)) && (strings.Contains(t.name, sentence) || strings.Contains(t.text, sentence))
	})
}

// sees waits until a sentence stands on the screen.
func (d *desk) sees(sentence string) {
	d.t.Helper()
	d.until("the screen says “"+sentence+"”", func() bool { return d.reads(sentence) })
}

// press waits for a button of this name, or a thing of another kind, and clicks its middle with the mouse.
func (d *desk) press(name string, kind ...uint32) {
	d.t.Helper()
	at := d.place(name, kind...)
	if err := d.run("xdotool", "mousemove", strconv.Itoa(at.X), strconv.Itoa(at.Y), "click", "1"); err != nil {
		d.t.Fatalf("click “%s”: %v", name, err)
	}
}

// place waits until a button of this name, or a thing of another kind, has its place, and gives its middle.
func (d *desk) place(name string, kind ...uint32) (middle image.Point) {
	d.t.Helper()
	if len(kind) == 0 {
		kind = []uint32{pushButton}
	}
	type box struct{ X, Y, Width, Height int32 }
	var last box
	d.until("“"+name+"” can be clicked", func() bool {
		for _, t := range d.things() {
			var at box
			if t.name != name || !slices.Contains(kind, t.role) || !t.is(showing) || t.object.Call(component+".GetExtents", 0, uint32(0)).Store(&at) != nil {
				continue
			}
			if at != last { // it may still be moving to its place
				last = at
				return false
			}
			middle = image.Pt(int(at.X+at.Width/2), int(at.Y+at.Height/2))
			return true
		}
		return false
	})
	return middle
}

// writesInto waits until keys go to a field of this name: the native menu's shortcuts, and what the page does about
// them, take their time, and keys don't wait for it.
func (d *desk) writesInto(field string) {
	d.t.Helper()
	d.until("keys go to “"+field+"”", func() bool {
		return slices.ContainsFunc(d.things(), func(t thing) bool { return t.name == field && t.is(focused) })
	})
}

// AT-SPI's states.
const (
	focused = 12
	showing = 25 // on the screen and not in a menu that is closed
)

func (t thing) is(state int) bool {
	var states []uint32
	return t.object.Call(accessible+".GetState", 0).Store(&states) == nil && len(states) > 0 && states[0]&(1<<state) != 0
}
