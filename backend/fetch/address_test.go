package fetch

import (
	"context"
	"encoding/binary"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"conch/backend/fault"
)

// spellings of this machine, this network and nowhere, as a resolver, a proxy or a browser may take them.
var spellings = []string{
	"localhost", "LOCALHOST", "localhost.", "a.localhost", "a.b.LocalHost.",
	"127.0.0.1", "127.0.0.1.", "127.0.0.1..", "127.1", "127.0.1", "2130706433", "0x7f000001", "0X7F.1", "0177.0.0.1", "0177.1", "127.0.0.0x1", "0x7f.0.0.01", "017700000001",
	"0", "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.1", "0xc0a80001", "3232235521",
	"169.254.169.254", "0xa9fea9fe", "2852039166", "100.64.0.1", "100.100.100.200", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
	"224.0.0.1", "240.0.0.1", "255.255.255.255", "4294967295",
	"[::]", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[::ffff:10.0.0.1]", "[fe80::1]", "[fe80::1%25eth0]", "[fc00::1]", "[fd12:3456::1]",
	"[fec0::1]", "[ff02::1]", "[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.1]", "[64:ff9b:1::1]", "[2002:7f00:1::]", "[2002:c0a8:1::1]", "[2001:db8::1]", "[2001::1]", "[100::1]",
	"１２７.０.０.１", "127。0。0。1", "①②⑦.0.0.1", "ⓛocalhost", "loc\u00adalhost", "169．254．169．254",
}

func TestPrivateAddressesAreRefused(t *testing.T) {
	f := New(Options{Transport: unplugged(func(r *http.Request) (*http.Response, error) {
		t.Errorf("asked %s", r.URL)
		return nil, io.ErrUnexpectedEOF
	})})
	for _, host := range spellings {
		for _, address := range []string{"https://" + host + "/x.mp4", "https://" + host + ":8443/x.mp4", "https://user:secret@" + host + "/x.mp4"} {
			_, err := f.Download(t.Context(), Request{URL: address, Path: filepath.Join(t.TempDir(), "x"), Tries: 1})
			if ruled(t, address, err, "output_address"); err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("%v", err)
			}
		}
	}
	for address, host := range map[string]string{
		"file:///etc/passwd":             "file://",
		"file://localhost/etc/passwd":    "file://localhost",
		"http://storage.example.test/x":  "http://storage.example.test",
		"ftp://storage.example.test/x":   "ftp://storage.example.test",
		"data:video/mp4;base64,AAAA":     "data://",
		"/etc/passwd":                    "?",
		"":                               "?",
		"https://":                       "https://",
		"https:///x":                     "https://",
		"https://exa mple.test/?secret=": "?",
		"HTTP://127.0.0.1/":              "http://127.0.0.1",
	} {
		_, err := f.Download(t.Context(), Request{URL: address, Path: filepath.Join(t.TempDir(), "x")})
		if ruled(t, address, err, "output_address"); fault.Of(err).Args["host"] != host {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestPublicAddressesAreNot(t *testing.T) {
	for _, address := range []string{
		"https://storage.atlascloud.ai/x", "https://storage.atlascloud.ai.:443/x", "https://8.8.8.8/x", "https://134744072/x", "https://[2606:4700::1111]/x", "https://[64:ff9b::808:808]/x",
		"https://[2002:808:808::1]/x", "https://172.32.0.1/x", "https://1.2.3.4.5/x", "https://10.example.test/x", "https://xn--127-.test/x", "https://localhost.example.test/x", "https://0x.example.test/x",
	} {
		u, err := url.Parse(address)
		if err != nil || checkAddress(u, false) != nil {
			t.Errorf("%s is refused", address)
		}
	}
}

func TestRedirectsIntoTheHouse(t *testing.T) {
	for _, to := range []string{"https://127.0.0.1/", "https://[::1]/", "http://storage.example.test/", "https://2130706433/", "file:///etc/passwd", "https://１２７.０.０.１/"} {
		asked := 0
		f := New(Options{Transport: unplugged(func(r *http.Request) (*http.Response, error) {
			asked++
			if r.URL.Host != "storage.example.test" {
				t.Errorf("followed to %s", r.URL)
			}
			return &http.Response{StatusCode: 302, Header: http.Header{"Location": {to}}, Body: http.NoBody, Request: r}, nil
		})})
		_, err := f.Download(t.Context(), Request{URL: "https://storage.example.test/x", Path: filepath.Join(t.TempDir(), "x")})
		if ruled(t, to, err, "output_address"); asked != 1 {
			t.Errorf("%s: asked %d times", to, asked)
		}
	}
}

func TestRedirects(t *testing.T) {
	data := content(1, 1000)
	s := storing(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/there", http.StatusFound) }, whole(data, v1))
	f, _ := fetcher()
	r := request(t, s)
	got, err := f.Download(t.Context(), r)
	if err != nil || got.URL != s.URL+"/there" {
		t.Fatalf("%+v, %v", got, err)
	}
	holds(t, r.Path, data)
	if s.asked[1].Get("Referer") != "" {
		t.Errorf("the signed address went along: %v", s.asked[1])
	}
	round := storing(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/again", http.StatusFound) })
	r = request(t, round)
	r.Tries = 1
	_, err = f.Download(t.Context(), r)
	if ruled(t, "in circles", err, "output_unreachable"); len(round.ranges()) != 6 {
		t.Errorf("went round %d times", len(round.ranges()))
	}
}

// naming makes every name in the world this machine's, until the test ends.
func naming(t *testing.T) {
	t.Helper()
	l, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for buffer := make([]byte, 512); ; {
			n, from, err := l.ReadFrom(buffer)
			if err != nil {
				return
			}
			if n < 12 {
				continue
			}
			end := 12 // the question: a name, its type, its class
			for end < n && buffer[end] != 0 {
				end += int(buffer[end]) + 1
			}
			end += 5
			if end > n {
				continue
			}
			answer := append([]byte{buffer[0], buffer[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, buffer[12:end]...)
			if kind := binary.BigEndian.Uint16(buffer[end-4:]); kind == 1 {
				answer[7] = 1
				answer = append(answer, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1)
			}
			_, _ = l.WriteTo(answer, from)
		}
	}()
	before := net.DefaultResolver
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", l.LocalAddr().String())
	}}
	t.Cleanup(func() { net.DefaultResolver = before; _ = l.Close() })
}

// TestNamesAreLeftToTLS: wherever a name leads, a proxy's own range or a gateway in the house, TLS proves who answers.
func TestNamesAreLeftToTLS(t *testing.T) {
	naming(t)
	var reached atomic.Int32
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		reached.Add(1)
		_, _ = io.WriteString(w, "a video")
	}))
	t.Cleanup(s.Close)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	noProxy := func(*http.Request) (*url.URL, error) { return nil, nil }
	address := "https://example.com:" + port + "/x" // the name in the certificate of httptest

	trusting := transport(noProxy)
	trusting.TLSClientConfig = s.Client().Transport.(*http.Transport).TLSClientConfig
	r := Request{URL: address, Path: filepath.Join(t.TempDir(), "x")}
	if _, err := New(Options{Transport: trusting}).Download(t.Context(), r); err != nil || reached.Load() != 1 {
		t.Fatalf("reached %d times, %v", reached.Load(), err)
	}
	holds(t, r.Path, []byte("a video"))

	r.Path, r.Tries = filepath.Join(t.TempDir(), "x"), 1
	_, err := New(Options{Transport: transport(noProxy)}).Download(t.Context(), r)
	if ruled(t, "another's certificate", err, "output_unreachable"); reached.Load() != 1 {
		t.Error("asked whom nobody vouches for")
	}
}

// A proxy may be in the house: the person chose it. It alone.
func TestProxiesInTheHouse(t *testing.T) {
	var asked []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.RequestURI)
		w.WriteHeader(http.StatusBadGateway)
	}))
	t.Cleanup(proxy.Close)
	u, _ := url.Parse(proxy.URL)
	f := New(Options{Transport: transport(http.ProxyURL(u))})
	_, err := f.Download(t.Context(), Request{URL: "https://storage.example.test/x", Path: filepath.Join(t.TempDir(), "x"), Tries: 1})
	ruled(t, "by proxy", err, "output_unreachable")
	for _, host := range append(spellings, u.Host) {
		_, err := f.Download(t.Context(), Request{URL: "https://" + host + "/x", Path: filepath.Join(t.TempDir(), "x"), Tries: 1})
		ruled(t, host, err, "output_address")
	}
	if len(asked) != 1 || asked[0] != "CONNECT storage.example.test:443" {
		t.Errorf("asked %q", asked)
	}
}

func TestNoAddressIsPublic(t *testing.T) {
	if isPublic(netip.Addr{}) {
		t.Error("no address is public")
	}
}
