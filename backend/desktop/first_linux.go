package desktop

import (
	"context"
	"encoding/json"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	firstName = "studio.conch.Window"
	firstPath = dbus.ObjectPath("/studio/conch/Window")

	// A first window that does not answer is no reason to open none.
	firstPatience = 5 * time.Second
)

// Start is what a start of the window was asked for.
type Start struct {
	Demo  bool     `json:"demo"`
	Files []string `json:"files"`
}

// First says whether no other window of Conch's is open in this session. Then told hears of later starts until the
// program ends; else the other window hears of this one. Without a session bus each is the first.
func First(own Start, told func(Start)) bool {
	bus, err := dbus.SessionBusPrivateNoAutoStartup()
	if err != nil {
		return true
	}
	if bus.Auth(nil) != nil || bus.Hello() != nil {
		_ = bus.Close()
		return true
	}
	if bus.Export(listener(told), firstPath, firstName) != nil {
		_ = bus.Close()
		return true
	}
	answer, err := bus.RequestName(firstName, dbus.NameFlagDoNotQueue)
	if err != nil || answer != dbus.RequestNameReplyExists {
		return true // the connection lives as long as the program
	}
	defer func() { _ = bus.Close() }()
	text, err := json.Marshal(own)
	if err != nil {
		return true
	}
	ctx, cancel := context.WithTimeout(context.Background(), firstPatience)
	defer cancel()
	return bus.Object(firstName, firstPath).CallWithContext(ctx, firstName+".Open", dbus.FlagNoAutoStart, string(text)).Err != nil
}

type listener func(Start)

// Open is called by a later start.
func (l listener) Open(text string) *dbus.Error {
	var s Start
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return dbus.MakeFailedError(err)
	}
	go l(s)
	return nil
}
