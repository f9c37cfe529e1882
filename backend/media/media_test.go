package media

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const page = "wails://wails"

func serve(t *testing.T) (*Server, string) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "clip.mp4")
	if err := os.WriteFile(path, []byte("0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link.mp4")
	if err := os.Symlink("/etc/passwd", link); err != nil {
		t.Fatal(err)
	}
	s, err := Serve(context.Background(), func(kind, id string) (string, string, error) {
		switch kind + "/" + id {
		case "video/known":
			return path, "video/mp4", nil
		case "video/folder":
			return dir, "video/mp4", nil
		case "video/link":
			return link, "video/mp4", nil
		}
		return "", "", errors.New("unknown")
	}, []string{page})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, path
}

func TestRequests(t *testing.T) {
	s, _ := serve(t)
	known := s.Base() + "/video/known"
	root := strings.TrimSuffix(s.Base(), "/"+s.token)
	for _, c := range []struct {
		name, method, url, host, origin, rng string
		status                               int
		body                                 string
	}{
		{"whole", "GET", known, "", "", "", 200, "0123456789"},
		{"head", "HEAD", known, "", "", "", 200, ""},
		{"range", "GET", known, "", page, "bytes=2-4", 206, "234"},
		{"range past the end", "GET", known, "", "", "bytes=99-", 416, "*"},
		{"post", "POST", known, "", "", "", 405, "*"},
		{"no token", "GET", root + "/video/known", "", "", "", 404, "*"},
		{"wrong token", "GET", root + "/" + strings.Repeat("0", 64) + "/video/known", "", "", "", 404, "*"},
		{"rebinding", "GET", known, "evil.example:80", "", "", 421, "*"},
		{"another page", "GET", known, "", "https://evil.example", "", 403, "*"},
		{"opaque page", "GET", known, "", "null", "", 403, "*"},
		{"unknown", "GET", s.Base() + "/video/other", "", "", "", 404, "*"},
		{"unknown kind", "GET", s.Base() + "/secret/known", "", "", "", 404, "*"},
		{"escape", "GET", s.Base() + "/video/..%2f..%2fetc%2fpasswd", "", "", "", 404, "*"},
		{"dots", "GET", s.Base() + "/video/../video/known", "", "", "", 404, "*"},
		{"folder", "GET", s.Base() + "/video/folder", "", "", "", 404, "*"},
		{"link", "GET", s.Base() + "/video/link", "", "", "", 404, "*"},
		{"listing", "GET", s.Base() + "/video/", "", "", "", 404, "*"},
	} {
		t.Run(c.name, func(t *testing.T) {
			req, err := http.NewRequest(c.method, c.url, nil)
			if err != nil {
				t.Fatal(err)
			}
			if c.host != "" {
				req.Host = c.host
			}
			for name, value := range map[string]string{"Origin": c.origin, "Range": c.rng} {
				if value != "" {
					req.Header.Set(name, value)
				}
			}
			resp, err := http.DefaultTransport.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = resp.Body.Close() }()
			body, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != c.status || c.body != "*" && string(body) != c.body {
				t.Fatalf("%d %q %v", resp.StatusCode, body, err)
			}
			if allowed := resp.Header.Get("Access-Control-Allow-Origin"); c.origin == page && allowed != page || c.origin != page && allowed != "" {
				t.Fatalf("allowed origin %q", allowed)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	s := &Server{token: "t"}
	for _, seed := range []string{"/t/video/a", "/t/video/..", "/t/video/%2e%2e", "//", "/t/poster/a/b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		if kind, id, ok := s.parse(path); ok && (path != "/t/"+kind+"/"+id || filepath.Base(id) != id || strings.ContainsAny(id, "./\\%\x00") || id == "") {
			t.Fatalf("%q let %q through", path, id)
		}
	})
}
