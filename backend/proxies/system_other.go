//go:build !linux

package proxies

import "github.com/mattn/go-ieproxy"

// ofSystem is the proxy in the system's settings.
func ofSystem() Func { return Func(ieproxy.GetProxyFunc()) }
