package proxies

import (
	"context"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"time"

	"golang.org/x/net/http/httpproxy"

	"conch/backend/fault"
)

// patience bounds the question to the desktop.
const patience = 2 * time.Second

// ofSystem is the proxy in the desktop's settings (GNOME, Cinnamon, Budgie, MATE read and write the same keys); a
// desktop without them, or an automatic configuration, has none that could be used here.
func ofSystem() Func { return fromSettings(gsettings) }

func gsettings(schema, key string) string {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, "gsettings", "get", schema, key).Output()
	if err != nil {
		return ""
	}
	return strings.Trim(strings.TrimSpace(string(out)), "'")
}

func fromSettings(get func(schema, key string) string) Func {
	const all = "org.gnome.system.proxy"
	if get(all, "mode") != "manual" {
		return func(*http.Request) (*url.URL, error) { return nil, nil }
	}
	address := func(scheme, schema string) string {
		host, port := get(all+"."+schema, "host"), get(all+"."+schema, "port")
		if host == "" || port == "" || port == "0" {
			return ""
		}
		return scheme + "://" + host + ":" + port
	}
	socks := address("socks5", "socks")
	c := httpproxy.Config{HTTPSProxy: address("http", "https"), HTTPProxy: address("http", "http"), NoProxy: noProxy(get(all, "ignore-hosts"))}
	for _, one := range []*string{&c.HTTPSProxy, &c.HTTPProxy} {
		if *one == "" {
			*one = socks
		}
		if *one != "" && !readable(*one) {
			return func(*http.Request) (*url.URL, error) {
				return nil, fault.New("proxy_invalid", fault.Args{"name": all})
			}
		}
	}
	ask := c.ProxyFunc()
	return func(req *http.Request) (*url.URL, error) { return ask(req.URL) }
}

// noProxy reads "['localhost', '*.office.example']" as NO_PROXY is written.
func noProxy(list string) string {
	var hosts []string
	for host := range strings.SplitSeq(strings.Trim(list, "[]"), ",") {
		if host = strings.TrimPrefix(strings.Trim(strings.TrimSpace(host), "'"), "*"); host != "" {
			hosts = append(hosts, host)
		}
	}
	return strings.Join(hosts, ",")
}
