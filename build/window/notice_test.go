//go:build window && linux

package window

import (
	"testing"

	"github.com/godbus/dbus/v5"
)

const (
	noticesName = "org.freedesktop.Notifications"
	noticesPath = "/org/freedesktop/Notifications"
)

// notices is a desktop's notification service.
type notices struct {
	bus   *dbus.Conn
	shown chan [2]string // title, body
}

func (d *desk) notices() *notices {
	d.t.Helper()
	n := &notices{bus: d.session(), shown: make(chan [2]string, 8)}
	d.t.Cleanup(func() { _ = n.bus.Close() })
	if err := n.bus.Export(n, noticesPath, noticesName); err != nil {
		d.t.Fatal(err)
	}
	if _, err := n.bus.RequestName(noticesName, dbus.NameFlagDoNotQueue); err != nil {
		d.t.Fatal(err)
	}
	return n
}

func (n *notices) GetCapabilities() ([]string, *dbus.Error) {
	return []string{"body", "body-markup"}, nil
}

func (n *notices) Notify(_ string, _ uint32, _, title, body string, _ []string, _ map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	n.shown <- [2]string{title, body}
	return 7, nil
}

// TestNotice is a run that ends while the window is out of sight: the desktop tells, and a click leads to the video.
func TestNotice(t *testing.T) {
	d := newDesk(t)
	sim := d.simulate("127.0.0.1:0")
	d.prefer(`{"locale":"en"}`)
	desktop := d.notices()
	d.open("ATLASCLOUD_BASE_URL="+sim.base, "ATLASCLOUD_API_KEY="+testKey, "CONCH_DEMO_SPEED=20")
	d.generate("seen by me")
	d.until("the first video is kept", func() bool { return len(d.videos()) == 1 })
	sim.misbehave(`[{"on":"prediction","body":"{\"data\":{\"status\":\"processing\"}}"}]`) // nothing ends before the window is away
	d.generate("a heron <b>lifts</b> off")
	if err := d.run("xdotool", "windowminimize", "--sync", d.window); err != nil {
		t.Fatal("minimise: ", err)
	}
	sim.misbehave(`[]`)
	var told [2]string
	d.until("the desktop tells", func() bool {
		select {
		case told = <-desktop.shown:
			return true
		default:
			return false
		}
	})
	if told != [2]string{"Your video is ready", "a heron &lt;b&gt;lifts&lt;/b&gt; off"} {
		t.Errorf("%q", told) // not of the first, which ended before a person's eyes
	}
	if err := desktop.bus.Emit(noticesPath, noticesName+".ActionInvoked", uint32(7), "default"); err != nil {
		t.Fatal(err)
	}
	d.until("the window is in front", func() bool {
		active, err := d.output("xdotool", "getactivewindow")
		return err == nil && active == d.window
	})
	d.sees("About this video")
	d.shot("notice")
	if len(desktop.shown) > 0 {
		t.Error("told more than once: ", <-desktop.shown)
	}
}
