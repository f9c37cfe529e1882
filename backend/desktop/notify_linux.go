package desktop

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	notifications     = "org.freedesktop.Notifications"
	notificationsPath = "/org/freedesktop/Notifications"
	noticePatience    = 5 * time.Second
)

// Notices speaks to the desktop's notification service. It is spoken to directly and not through Wails, which hands a
// body on as markup and takes a notice that was closed for one that was chosen.
type Notices struct {
	// Chosen is called with the ID of a notice that a person clicked.
	Chosen func(id string)

	mu     sync.Mutex
	bus    *dbus.Conn
	markup bool
	shown  map[uint32]string // by the service's number
}

// Show shows a notice. It opens the session's bus at its first call, for as long as ctx lives, and starts none.
// Without a notification service it is an error.
func (n *Notices) Show(ctx context.Context, notice Notice) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.connect(ctx); err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	notice = notice.Brief()
	body := notice.Body
	if n.markup {
		body = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(body)
	}
	short, cancel := context.WithTimeout(ctx, noticePatience)
	defer cancel()
	hints := map[string]dbus.Variant{"desktop-entry": dbus.MakeVariant("conch")}
	var number uint32
	err := n.bus.Object(notifications, notificationsPath).CallWithContext(short, notifications+".Notify", 0,
		"Conch", uint32(0), "conch", notice.Title, body, []string{"default", ""}, hints, int32(-1)).Store(&number)
	if err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	n.shown[number] = notice.ID
	return nil
}

func (n *Notices) connect(ctx context.Context) error {
	if n.bus != nil && n.bus.Connected() {
		return nil
	}
	bus, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(ctx))
	if err != nil {
		return err
	}
	if err := n.greet(ctx, bus); err != nil {
		_ = bus.Close()
		return err
	}
	n.bus, n.shown = bus, map[uint32]string{}
	return nil
}

// greet says hello to the bus, asks the service what it can, and listens for what becomes of the notices.
func (n *Notices) greet(ctx context.Context, bus *dbus.Conn) error {
	if err := bus.Auth(nil); err != nil {
		return err
	}
	if err := bus.Hello(); err != nil {
		return err
	}
	short, cancel := context.WithTimeout(ctx, noticePatience)
	defer cancel()
	var able []string
	if err := bus.Object(notifications, notificationsPath).CallWithContext(short, notifications+".GetCapabilities", 0).Store(&able); err != nil {
		return err
	}
	n.markup = slices.Contains(able, "body-markup")
	for _, member := range []string{"ActionInvoked", "NotificationClosed"} {
		if err := bus.AddMatchSignalContext(short, dbus.WithMatchSender(notifications), dbus.WithMatchInterface(notifications), dbus.WithMatchMember(member)); err != nil {
			return err
		}
	}
	signals := make(chan *dbus.Signal, 16)
	bus.Signal(signals) // closed with the connection
	go n.follow(signals)
	return nil
}

func (n *Notices) follow(signals <-chan *dbus.Signal) {
	for s := range signals {
		if len(s.Body) != 2 {
			continue
		}
		number, ok := s.Body[0].(uint32)
		if !ok {
			continue
		}
		n.mu.Lock()
		id, ours := n.shown[number]
		delete(n.shown, number)
		n.mu.Unlock()
		if ours && s.Name == notifications+".ActionInvoked" {
			n.Chosen(id)
		}
	}
}
