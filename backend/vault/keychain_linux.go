package vault

import (
	"context"
	"time"

	"github.com/godbus/dbus/v5"
)

const secrets = "org.freedesktop.secrets"

// without says whether the Secret Service works and has no keyring that a password could be put into, as on a desktop
// whose owner never made one: the library gives the same words for it as for one that stays locked. See
// https://specifications.freedesktop.org/secret-service, ReadAlias.
func without() bool {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	bus, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(ctx))
	if err != nil {
		return false
	}
	defer func() { _ = bus.Close() }()
	if bus.Auth(nil) != nil || bus.Hello() != nil {
		return false
	}
	var standard dbus.ObjectPath
	service := bus.Object(secrets, "/org/freedesktop/secrets")
	if service.CallWithContext(ctx, "org.freedesktop.Secret.Service.ReadAlias", dbus.FlagNoAutoStart, "default").Store(&standard) != nil {
		return false
	}
	var login dbus.Variant
	withLogin := bus.Object(secrets, "/org/freedesktop/secrets/collection/login").CallWithContext(ctx,
		"org.freedesktop.DBus.Properties.Get", dbus.FlagNoAutoStart, "org.freedesktop.Secret.Collection", "Label").Store(&login) == nil
	return standard == "/" && !withLogin
}
