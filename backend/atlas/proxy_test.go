package atlas

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"conch/backend/fault"
)

// TestWhatAProxySays is told as the proxy's, and nothing was sent.
func TestWhatAProxySays(t *testing.T) {
	asks := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusProxyAuthRequired) }))
	t.Cleanup(asks.Close)
	at, _ := url.Parse(asks.URL)
	for rule, proxy := range map[string]func(*http.Request) (*url.URL, error){
		"proxy_auth": http.ProxyURL(at),
		"proxy_invalid": func(*http.Request) (*url.URL, error) {
			return nil, fault.New("proxy_invalid", fault.Args{"name": "HTTPS_PROXY"})
		},
	} {
		c, _ := client(t, "https://api.example.test", func(o *Options) { o.Transport, o.Proxy = nil, proxy })
		_, err := c.Prediction(t.Context(), "p")
		ruled(t, rule+" of a read", err, rule)
		_, err = c.Submit(t.Context(), "video", hailuo, map[string]any{"prompt": "x"})
		if ruled(t, rule+" of a submit", err, rule); !fault.Is(err, fault.Unreachable) {
			t.Errorf("%v: was it sent?", err)
		}
	}
}

// TestABaseThatRedirects names what to set, and the key goes nowhere.
func TestABaseThatRedirects(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("%s %s, key %q", r.Method, r.URL, r.Header.Get("Authorization"))
	}))
	t.Cleanup(elsewhere.Close)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusMovedPermanently)
	}))
	t.Cleanup(s.Close)
	c, _ := client(t, s.URL)
	_, err := c.Prediction(t.Context(), "p")
	if ruled(t, "a read", err, "base_url_moved"); fault.Of(err).Args["to"] != elsewhere.URL {
		t.Error(err)
	}
	ruled(t, "a key", c.CheckKey(t.Context(), testKey), "base_url_moved")
}
