package desktop

import (
	"context"
	"net/url"
	"path/filepath"
	"time"

	"github.com/godbus/dbus/v5"
)

func opener(path string) []string { return []string{"xdg-open", path} }

// reveal speaks org.freedesktop.FileManager1, which the common file managers answer; else the folder is opened.
func reveal(ctx context.Context, path string) error {
	short, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	if err := showItem(short, path); err != nil {
		return start(ctx, opener(filepath.Dir(path)))
	}
	return nil
}

func showItem(ctx context.Context, path string) error {
	bus, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return err
	}
	defer func() { _ = bus.Close() }()
	address := (&url.URL{Scheme: "file", Path: path}).String()
	manager := bus.Object("org.freedesktop.FileManager1", "/org/freedesktop/FileManager1")
	return manager.CallWithContext(ctx, "org.freedesktop.FileManager1.ShowItems", 0, []string{address}, "").Err
}

// AttachConsole has nothing to do here: the standard streams are the caller's already.
func AttachConsole() {}
