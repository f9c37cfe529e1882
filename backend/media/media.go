// Package media serves files of the library to the page over loopback, because
// WebKitGTK can't play video from the app's own scheme (WebKit bug 146351).
package media

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"
)

// Locate finds the file of a "video", "poster", "thumb" or "picture" by its id.
type Locate func(kind, id string) (path, contentType string, err error)

// Server is a running file server.
type Server struct {
	http    *http.Server
	base    string
	host    string
	token   string
	origins []string
	locate  Locate
}

var kinds = []string{"video", "poster", "thumb", "picture"}

const tokenBytes = 32 // 256 bits: not to be guessed by another program or page on this machine

// Serve starts on a random loopback port. origins are the page's own, which may draw frames to a canvas.
func Serve(ctx context.Context, locate Locate, origins []string) (*Server, error) {
	secret := make([]byte, tokenBytes)
	if _, err := rand.Read(secret); err != nil {
		return nil, fmt.Errorf("media server: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("media server: %w", err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	s := &Server{
		token: hex.EncodeToString(secret), origins: origins, locate: locate,
		host: fmt.Sprintf("127.0.0.1:%d", port),
	}
	s.base = "http://" + s.host + "/" + s.token
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute, DisableGeneralOptionsHandler: true}
	go func() { _ = s.http.Serve(listener) }()
	return s, nil
}

// Base is what addresses begin with: Base()/video/ID, Base()/poster/ID, Base()/thumb/ID, Base()/picture/ID.
func (s *Server) Base() string { return s.base }

// Close ends the server and its connections.
func (s *Server) Close() error { return s.http.Close() }

// ServeHTTP answers GET and HEAD with the right Host and token for known ids, and everything else with 404 or less.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	head.Set("Cross-Origin-Resource-Policy", "cross-origin") // the page's scheme is never this server's site
	if r.Host != s.host || r.URL.IsAbs() {                   // DNS rebinding comes with another name
		http.Error(w, "wrong host", http.StatusMisdirectedRequest)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		head.Set("Allow", "GET, HEAD")
		http.Error(w, "not allowed", http.StatusMethodNotAllowed)
		return
	}
	origin := r.Header.Get("Origin")
	if origin != "" && !slices.Contains(s.origins, origin) {
		http.Error(w, "wrong origin", http.StatusForbidden)
		return
	}
	kind, id, ok := s.parse(r.URL.EscapedPath())
	if !ok {
		http.NotFound(w, r)
		return
	}
	if origin != "" {
		head.Set("Access-Control-Allow-Origin", origin)
		head.Set("Vary", "Origin")
	}
	s.serve(w, r, kind, id)
}

// parse takes a path apart as it was sent: an escape in it is already wrong.
func (s *Server) parse(path string) (kind, id string, ok bool) {
	parts := strings.Split(path, "/")
	if len(parts) != 4 || parts[0] != "" || subtle.ConstantTimeCompare([]byte(parts[1]), []byte(s.token)) != 1 {
		return "", "", false
	}
	kind, id = parts[2], parts[3]
	if !slices.Contains(kinds, kind) || id == "" || len(id) > 128 {
		return "", "", false
	}
	for _, c := range id {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-') {
			return "", "", false
		}
	}
	return kind, id, true
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request, kind, id string) {
	path, contentType, err := s.locate(kind, id)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	file, info, err := openRegular(path)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer func() { _ = file.Close() }()
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cache-Control", "private, max-age=3600")
	http.ServeContent(w, r, "", info.ModTime(), file)
}

// openRegular opens a plain file: no folder, no device, and no link that somebody put in its place.
func openRegular(path string) (*os.File, os.FileInfo, error) {
	before, err := os.Lstat(path)
	if err != nil {
		return nil, nil, err
	}
	if !before.Mode().IsRegular() {
		return nil, nil, errors.New("not a regular file")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err != nil || !os.SameFile(before, info) {
		return nil, nil, errors.Join(errors.New("file changed"), err, file.Close())
	}
	return file, info, nil
}
