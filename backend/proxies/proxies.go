// Package proxies finds the proxy that a request goes through: the environment's, else the system's. One that can't be
// read is a fault: to go past it without a word would leave the way that a person, or their office, chose.
package proxies

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"

	"golang.org/x/net/http/httpproxy"

	"conch/backend/fault"
)

// Func says which proxy a request goes through; nil is none.
type Func func(*http.Request) (*url.URL, error)

// schemes are those that net/http speaks.
var schemes = map[string]bool{"http": true, "https": true, "socks5": true, "socks5h": true}

// Of reads HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, in capitals or not, at each call, and asks the system where
// none of them is set. The Func's fault is proxy_invalid, which names the variable or the system and never repeats an
// address, which may have a password in it.
func Of(env func(string) string) Func {
	system := sync.OnceValue(ofSystem)
	return func(req *http.Request) (*url.URL, error) {
		set, name, err := fromEnvironment(env)
		if err != nil {
			return nil, err
		}
		if name == "" && isLocal(req.URL.Hostname()) { // as net/http does with the environment's
			return nil, nil
		}
		if name == "" {
			return system()(req)
		}
		return set.ProxyFunc()(req.URL)
	}
}

// fromEnvironment gives the name of a variable that is set, "" when none is.
func fromEnvironment(env func(string) string) (c httpproxy.Config, name string, err error) {
	read := func(names ...string) (value, from string) {
		for _, n := range names {
			for _, spelt := range []string{n, strings.ToLower(n)} {
				if value := strings.TrimSpace(env(spelt)); value != "" {
					return value, spelt
				}
			}
		}
		return "", ""
	}
	for _, one := range []struct {
		into  *string
		names []string
	}{{&c.HTTPSProxy, []string{"HTTPS_PROXY", "ALL_PROXY"}}, {&c.HTTPProxy, []string{"HTTP_PROXY", "ALL_PROXY"}}} {
		value, from := read(one.names...)
		if from == "" {
			continue
		}
		if name = from; !readable(value) {
			return c, name, fault.New("proxy_invalid", fault.Args{"name": from})
		}
		*one.into = value
	}
	c.NoProxy, _ = read("NO_PROXY")
	return c, name, nil
}

func isLocal(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.IsLoopback()
}

// readable says whether an address is one of a proxy: host:port, or with a scheme that can be spoken.
func readable(address string) bool {
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	return err == nil && schemes[strings.ToLower(u.Scheme)] && u.Hostname() != "" && !strings.ContainsAny(u.Host, " \t")
}
