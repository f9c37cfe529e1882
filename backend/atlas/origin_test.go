package atlas

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"conch/backend/fault"
)

func TestBaseURLs(t *testing.T) {
	for address, origin := range map[string]string{
		"":                                 DefaultBaseURL,
		" https://API.example.test:443/ ":  "https://api.example.test",
		"https://api.example.test:8443":    "https://api.example.test:8443",
		"https://api.example.test/proxy/":  "https://api.example.test",
		"https://api.example.test/API/v1":  "https://api.example.test",
		"HTTPS://api.example.test/api/v1/": "https://api.example.test",
		"https://api.example.test/v1//":    "https://api.example.test",
		"http://localhost:8787":            "http://localhost:8787",
		"http://LOCALHOST:80":              "http://localhost",
		"http://127.9.9.9:1":               "http://127.9.9.9:1",
		"http://[::1]:8787":                "http://[::1]:8787",
		"http://[::ffff:127.0.0.1]:8787":   "http://[::ffff:127.0.0.1]:8787",
	} {
		if c, err := New(Options{BaseURL: address}); err != nil || c.Origin() != origin {
			t.Errorf("%q: %v", address, err)
		}
	}
	for address, rule := range map[string]string{
		"http://api.example.test":               "base_url_insecure",
		"http://192.168.0.2:8787":               "base_url_insecure",
		"http://localhost.example.test":         "base_url_insecure",
		"http://127.0.0.1.example.test":         "base_url_insecure",
		"ftp://api.example.test":                "base_url_invalid",
		"api.example.test":                      "base_url_invalid",
		"https://":                              "base_url_invalid",
		"https://:443":                          "base_url_invalid",
		"https://" + testKey + "@example.test":  "base_url_invalid",
		"https://a:" + testKey + "@example.te":  "base_url_invalid",
		"https://example.test?key=" + testKey:   "base_url_invalid",
		"https://example.test/#" + testKey:      "base_url_invalid",
		"https://exa mple/" + testKey:           "base_url_invalid",
		testKey:                                 "base_url_invalid",
		"http://example.test/v1?key=" + testKey: "base_url_invalid",
		"http://example.test/" + testKey:        "base_url_insecure",
	} {
		_, err := New(Options{BaseURL: address})
		ruled(t, address, err, rule)
		if strings.Contains(said(err), testKey) {
			t.Errorf("%q: repeats what may be a secret: %v", address, err)
		}
	}
}

// said is everything that an error may show, log or store.
func said(err error) string {
	wire, _ := json.Marshal(fault.ToWire(err))
	return fmt.Sprintf("%v %+v %s", err, fault.Of(err), wire)
}

func TestKeys(t *testing.T) {
	s := answering(t, "balance/page")
	for key, rule := range map[string]string{
		"": "key_missing", "a b": "key_malformed", "a\nb": "key_malformed", "a\r\nX-Evil: 1": "key_malformed", "клю́ч": "key_malformed", "\x7f": "key_malformed",
	} {
		c, _ := client(t, s.URL, func(o *Options) { o.Key = func(context.Context) (string, error) { return key, nil } })
		for call, do := range calls {
			if call != "models" && call != "schema" && call != "key" {
				ruled(t, fmt.Sprintf("%s, %q", call, key), do(t.Context(), c), rule)
			}
		}
		ruled(t, key, c.CheckKey(t.Context(), key), rule)
	}
	c, _ := client(t, s.URL, func(o *Options) { o.Key = nil })
	ruled(t, "no keys at all", submit(t.Context(), c), "key_missing")
	c, _ = client(t, s.URL, func(o *Options) {
		o.Key = func(context.Context) (string, error) { return "", fault.New("vault_locked", nil) }
	})
	ruled(t, "locked", submit(t.Context(), c), "vault_locked")
	if s.count() != 0 {
		t.Fatalf("asked %d times", s.count())
	}
	if err := c.CheckKey(t.Context(), " other-key\n"); err != nil || s.asked[0].Header.Get("Authorization") != "Bearer other-key" {
		t.Errorf("%v", err)
	}
}

// The key goes to the API's origin and nowhere else, and not at all where none is needed.
func TestKeyStaysAtItsOrigin(t *testing.T) {
	elsewhere := answering(t, "balance/page")
	s := serving(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusTemporaryRedirect)
	})
	for call, do := range calls {
		before := s.count()
		c, waited := client(t, s.URL)
		if err := do(t.Context(), c); err == nil || strings.Contains(said(err), testKey) {
			t.Errorf("%s: %v", call, err)
		}
		if s.count() != before+1 || len(waited.asked) != 0 {
			t.Errorf("%s: a redirect is asked for %d times", call, s.count()-before)
		}
	}
	if elsewhere.count() != 0 {
		t.Fatalf("followed away: %v", elsewhere.asked[0].Header)
	}
	for _, r := range s.asked {
		if path := r.URL.Path; (path == "/api/v1/models" || path == "/s.json") == (r.Header.Get("Authorization") != "") {
			t.Errorf("%s: %v", path, r.Header)
		}
	}
}

func TestRedirectsWithinTheOrigin(t *testing.T) {
	_, page := golden(t, "balance/page")
	s := serving(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		if r.URL.Path == "/moved" {
			_, _ = w.Write(page)
			return
		}
		http.Redirect(w, r, "/moved", http.StatusFound)
	})
	c, _ := client(t, s.URL)
	if _, err := c.Balance(t.Context()); err != nil || s.count() != 2 || s.asked[1].Header.Get("Authorization") != "Bearer "+testKey {
		t.Fatalf("%v after %d", err, s.count())
	}
	if referer := s.asked[1].Header.Get("Referer"); referer != "" {
		t.Errorf("Referer %q", referer)
	}
	round := serving(t, func(w http.ResponseWriter, r *http.Request, _ int) { http.Redirect(w, r, "/again", http.StatusFound) })
	c, waited := client(t, round.URL)
	_, err := c.Balance(t.Context())
	if ruled(t, "in circles", err, "unreachable"); round.count() != 6 || len(waited.asked) != 0 {
		t.Errorf("went round %d times, waited %v", round.count(), waited.asked)
	}
}

// trusting makes the client believe a test server's certificate.
func trusting(s *httptest.Server) func(*Options) {
	return func(o *Options) { o.Transport = s.Client().Transport }
}

func TestSchemaAddresses(t *testing.T) {
	_, schema := golden(t, "models/schema")
	var seen []*http.Request
	static := newTLS(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r)
		if to := r.URL.Query().Get("to"); to != "" {
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		_, _ = w.Write(schema)
	}))
	plain := answering(t, "models/schema")
	c, _ := client(t, "https://api.example.test", trusting(static))
	for _, address := range []string{static.URL + "/s.json", static.URL + "/s.json?to=/other.json"} {
		if got, err := c.Schema(t.Context(), address); err != nil || string(got) != string(schema) {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, r := range seen {
		if r.Header.Get("Authorization") != "" || r.UserAgent() != "Conch/test" {
			t.Errorf("sent %v", r.Header)
		}
	}
	for _, address := range []string{"", "/s.json", "https:", "file:///etc/passwd", "https://a:b@" + static.Listener.Addr().String(), plain.URL + "/s.json", ":"} {
		_, err := c.Schema(t.Context(), address)
		ruled(t, address, err, "refused")
	}
	_, err := c.Schema(t.Context(), static.URL+"/s.json?to="+plain.URL)
	if ruled(t, "to plain http", err, "unreachable"); plain.count() != 0 {
		t.Error("left https")
	}
}

// A service that repeats the key, wherever it does, must not bring it into an error, a record or a log.
func TestEchoedKeys(t *testing.T) {
	const key = testKey
	for name, text := range map[string]string{
		"message":      `{"code":%d,"msg":"bad key Bearer ` + key + `"}`,
		"object":       `{"error":{"message":"` + key + `","code":"` + key + `"},"request_id":"` + key + `"}`,
		"page":         `<html>Authorization: Bearer ` + key + `</html>`,
		"a run":        `{"code":%d,"data":{"id":"pred_abc123","status":"` + key + `","model":"` + key + `","error":"` + key + `","error_code":"` + key + `","request_id":"` + key + `","outputs":["https://a/?` + key + `"]}}`,
		"a failed run": `{"code":%d,"data":{"id":"pred_abc123","status":"failed","error":{"message":"` + key + `","code":"` + key + `"}}}`,
		"an id":        `{"id":"` + key + `","status":"failed"}`,
		"a price":      `{"price":"1","discount":"` + key + `"}`,
		"an address":   `{"url":"https://a.test/` + key + `"}`,
		"a currency":   `{"available":{"value":"1","currency":"` + key + `"}}`,
	} {
		for _, status := range []int{200, 307, 400, 401, 402, 404, 422, 429, 500, 502} {
			s := serving(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
				w.Header().Set("X-Request-Id", key)
				w.Header().Set("Location", "http://"+key+".test/")
				w.WriteHeader(status)
				_, _ = io.WriteString(w, strings.ReplaceAll(text, "%d", fmt.Sprint(status)))
			})
			c, _ := client(t, s.URL)
			var got []any
			keep := func(v any, err error) { got = append(got, fmt.Sprintf("%+v", v), said(err)) }
			submission, err := c.Submit(t.Context(), "video", hailuo, nil)
			keep(submission, err)
			keep(string(submission.Raw), nil)
			prediction, err := c.Prediction(t.Context(), "pred_abc123")
			keep(prediction, err)
			keep(string(prediction.Raw), nil)
			address, err := c.Upload(t.Context(), "a.png", "image/png", 0, opening(""), nil)
			keep(address, err)
			quote, err := c.Quote(t.Context(), hailuo, nil)
			keep(quote, err)
			balance, err := c.Balance(t.Context())
			keep(balance, err)
			keep(nil, c.CheckKey(t.Context(), key))
			if all := fmt.Sprint(got...); strings.Contains(strings.ToLower(all), key) {
				at := strings.Index(strings.ToLower(all), key)
				t.Errorf("%s, %d: …%s", name, status, all[max(0, at-200):at+len(key)])
			}
		}
	}
	w := wired(t, func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 "+key+" Bearer "+key+"\r\n\r\n"); _ = c.Close() })
	c, _ := client(t, w.address)
	for call, do := range calls {
		if err := do(t.Context(), c); call != "models" && call != "schema" && (err == nil || strings.Contains(said(err), key)) {
			t.Errorf("%s: %v", call, err)
		}
	}
}
