package proxies

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestTheDesktop(t *testing.T) {
	const all = "org.gnome.system.proxy "
	manual := map[string]string{all + "mode": "manual", all + "ignore-hosts": "['localhost', '*.office.example', '10.0.0.0/8']"}
	with := func(more map[string]string) map[string]string {
		for k, v := range manual {
			more[k] = v
		}
		return more
	}
	for name, c := range map[string]struct {
		set     map[string]string
		address string
		proxy   string
	}{
		"none":      {map[string]string{}, "https://api.example.test/x", ""},
		"automatic": {map[string]string{all + "mode": "auto"}, "https://api.example.test/x", ""},
		"https":     {with(map[string]string{"org.gnome.system.proxy.https host": "one", "org.gnome.system.proxy.https port": "3128"}), "https://api.example.test/x", "http://one:3128"},
		"socks":     {with(map[string]string{"org.gnome.system.proxy.socks host": "one", "org.gnome.system.proxy.socks port": "1080"}), "https://api.example.test/x", "socks5://one:1080"},
		"excepted":  {with(map[string]string{"org.gnome.system.proxy.https host": "one", "org.gnome.system.proxy.https port": "3128"}), "https://in.office.example/x", ""},
		"unset":     {with(map[string]string{"org.gnome.system.proxy.https host": "", "org.gnome.system.proxy.https port": "0"}), "https://api.example.test/x", ""},
	} {
		got, err := fromSettings(func(schema, key string) string { return c.set[schema+" "+key] })(httptest.NewRequest(http.MethodGet, c.address, nil))
		shown := ""
		if got != nil {
			shown = got.String()
		}
		if err != nil || shown != c.proxy {
			t.Errorf("%s: %q, %v", name, shown, err)
		}
	}
}
