package media

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// say sends bytes as a browser never would and gives the answer.
func say(t *testing.T, address, request string) (status int, body string) {
	t.Helper()
	conn, err := net.Dial("tcp4", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("%q: %v", request, err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(raw)
}

// TestWire is what reaches the port without a browser's manners: other names in every spelling, request lines of proxies,
// paths that a client's library would have put right.
func TestWire(t *testing.T) {
	s, _ := serve(t)
	address := s.host
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	known := "/" + s.token + "/video/known"
	ask := func(method, target, host string) string {
		return fmt.Sprintf("%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", method, target, host)
	}
	if status, body := say(t, address, ask("GET", known, address)); status != http.StatusOK || body != "0123456789" {
		t.Fatal("the page itself: ", status, body)
	}
	requests := map[string]string{
		"no host":                 "GET " + known + " HTTP/1.1\r\nConnection: close\r\n\r\n",
		"no host, HTTP/1.0":       "GET " + known + " HTTP/1.0\r\n\r\n",
		"two hosts":               "GET " + known + " HTTP/1.1\r\nHost: " + address + "\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
		"absolute, another host":  ask("GET", "http://evil.example"+known, address),
		"absolute, the same host": ask("GET", "http://"+address+known, "evil.example"),
		"tunnel":                  ask("CONNECT", address, address),
		"star":                    ask("OPTIONS", "*", address),
	}
	for _, host := range []string{
		"", "evil.example", "evil.example:" + port, "127.0.0.1", "127.0.0.1:80", "127.0.0.1:" + port + "0", "127.0.0.1.:" + port, "127.0.0.1:0" + port,
		"localhost:" + port, "localhost.:" + port, "LOCALHOST:" + port, "127.1:" + port, "2130706433:" + port, "0x7f.0.0.1:" + port, "0.0.0.0:" + port,
		"[::1]:" + port, "[::ffff:127.0.0.1]:" + port, "127.0.0.1:" + port + ".evil.example", "evil.example@127.0.0.1:" + port, "127.0.0.1:" + port + ",evil.example",
		"127.0.0.1.nip.example:" + port,
	} {
		requests["host "+host] = ask("GET", known, host)
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get", "GETS"} {
		requests["method "+method] = ask(method, known, address)
	}
	base := "/" + s.token
	for _, path := range []string{
		"/video/known", "//video/known", base, base + "/", base + "/video", base + "/video/", base + "/video/known/", base + "//video/known", base + "/video//known",
		"/" + s.token[:63] + "/video/known", "/" + s.token + "0/video/known", "/" + strings.ToUpper(s.token) + "x/video/known", "/" + strings.Repeat("0", 64) + "/video/known",
		base + "/video/../video/known", base + "/./video/known", base + "/video/..", base + "/video/%2e%2e", base + "/video/..%2f..%2fetc%2fpasswd", base + "/video/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
		base + "/video/..%252f..%252fetc%252fpasswd", base + "/video/..%5c..%5cwindows", base + "/video/..%c0%af..%c0%afetc", base + "%2fvideo%2fknown", base + "/video%2fknown",
		base + "/video/know%6e", base + "/video/known%00", base + "/video/known%00.mp4", base + "/video/known;x", base + "/video/known.mp4", base + "/video/known%20", base + "/video/known%0d%0aX:%20y",
		base + "/video/" + strings.Repeat("a", 129), base + "/video/" + strings.Repeat("../", 1000) + "etc/passwd", base + "/VIDEO/known", base + "/poster/known", base + "/etc/passwd",
		base + "/video/%", base + "/video/%zz", base + "/video/\x00", base + "/video/known\x00", base + "/video/%ef%bc%8e%ef%bc%8e", base + "/video/~root",
	} {
		requests["path "+path] = ask("GET", path, address)
	}
	for name, request := range requests {
		if status, body := say(t, address, request); status < 400 || strings.Contains(body, "0123456789") || strings.Contains(body, "root:") {
			t.Errorf("%s: %d %q", name, status, body)
		}
	}
	if status, body := say(t, address, ask("GET", known+"?../../../etc/passwd", address)); status != http.StatusOK || body != "0123456789" {
		t.Error("a query is not a path: ", status, body)
	}
	if status, _ := say(t, address, ask("GET", known+"?"+strings.Repeat("x", 2<<20), address)); status != http.StatusRequestHeaderFieldsTooLarge {
		t.Error("overlong: ", status)
	}
}

// TestSwappedFile puts links to a secret in the place of a video: after it was found, and all the time.
func TestSwappedFile(t *testing.T) {
	dir := t.TempDir()
	secret, film, path := filepath.Join(dir, "secret"), filepath.Join(dir, "film"), filepath.Join(dir, "clip.mp4")
	if err := errors.Join(os.WriteFile(secret, []byte("secret"), 0o600), os.WriteFile(film, []byte("film"), 0o600)); err != nil {
		t.Fatal(err)
	}
	put := func(what func(string, string) error, from string) error {
		return errors.Join(what(from, path+".new"), os.Rename(path+".new", path))
	}
	swap := true
	s, err := Serve(t.Context(), func(string, string) (string, string, error) {
		if swap {
			return path, "video/mp4", put(os.Symlink, secret)
		}
		return path, "video/mp4", nil
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	get := func() (int, string) {
		resp, err := http.Get(s.Base() + "/video/known")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(body)
	}
	if status, body := get(); status != http.StatusNotFound {
		t.Fatal("swapped after it was found: ", status, body)
	}

	swap = false
	stop, stopped := make(chan struct{}), make(chan error)
	go func() {
		for {
			if err := errors.Join(put(os.Link, film), put(os.Symlink, secret)); err != nil {
				stopped <- err
				return
			}
			select {
			case <-stop:
				stopped <- nil
				return
			default:
			}
		}
	}()
	for range 1000 {
		if status, body := get(); strings.Contains(body, "secret") {
			t.Errorf("swapped while it was opened: %d %q", status, body)
			break
		}
	}
	close(stop)
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
}
