package proxies

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"conch/backend/fault"
)

func TestTheEnvironment(t *testing.T) {
	for name, c := range map[string]struct {
		env     map[string]string
		address string
		proxy   string
		invalid string // the variable that is named
	}{
		"for https":            {map[string]string{"HTTPS_PROXY": "http://one:3128"}, "https://api.example.test/x", "http://one:3128", ""},
		"in small letters":     {map[string]string{"https_proxy": "http://one:3128"}, "https://api.example.test/x", "http://one:3128", ""},
		"without a scheme":     {map[string]string{"HTTPS_PROXY": "one:3128"}, "https://api.example.test/x", "http://one:3128", ""},
		"for everything":       {map[string]string{"ALL_PROXY": "socks5://one:1080"}, "https://api.example.test/x", "socks5://one:1080", ""},
		"for everything, h":    {map[string]string{"all_proxy": "socks5h://one:1080"}, "http://api.example.test/x", "socks5h://one:1080", ""},
		"the nearer one":       {map[string]string{"ALL_PROXY": "socks5://one:1080", "HTTPS_PROXY": "http://two:1"}, "https://api.example.test/x", "http://two:1", ""},
		"with a password":      {map[string]string{"HTTPS_PROXY": "http://name:secret@one:3128"}, "https://api.example.test/x", "http://name:secret@one:3128", ""},
		"excepted":             {map[string]string{"HTTPS_PROXY": "http://one:3128", "NO_PROXY": ".example.test"}, "https://api.example.test/x", "", ""},
		"this machine":         {map[string]string{"HTTP_PROXY": "http://one:3128"}, "http://127.0.0.1:8787/x", "", ""},
		"another kind":         {map[string]string{"HTTP_PROXY": "http://one:3128"}, "https://api.example.test/x", "", ""},
		"no address":           {map[string]string{"HTTPS_PROXY": "http://name:secret@"}, "https://api.example.test/x", "", "HTTPS_PROXY"},
		"nonsense":             {map[string]string{"https_proxy": "::secret::"}, "https://api.example.test/x", "", "https_proxy"},
		"a scheme of no use":   {map[string]string{"ALL_PROXY": "ftp://secret:21"}, "https://api.example.test/x", "", "ALL_PROXY"},
		"for another kind too": {map[string]string{"HTTP_PROXY": "http://exa mple/secret"}, "https://api.example.test/x", "", "HTTP_PROXY"},
	} {
		got, err := Of(func(name string) string { return c.env[name] })(httptest.NewRequest(http.MethodGet, c.address, nil))
		shown := ""
		if got != nil {
			shown = got.String()
		}
		switch f := fault.Of(err); {
		case c.invalid == "" && (err != nil || shown != c.proxy):
			t.Errorf("%s: %q, %v", name, shown, err)
		case c.invalid != "" && (f == nil || f.Rule != "proxy_invalid" || f.Args["name"] != c.invalid || strings.Contains(f.Sentence(), "secret")):
			t.Errorf("%s: %q, %v", name, shown, err)
		}
	}
}
