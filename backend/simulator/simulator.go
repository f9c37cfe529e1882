// Package simulator is the service in a box, for demonstrations and tests. It is
// written from API.md and shares nothing with the client: what it accepts and
// answers is the service's contract as seen from the other side.
package simulator

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Options configure a Server. The zero value takes any key, in real time, with $100.
type Options struct {
	Key     string           // the one bearer token it takes; "" takes any
	Balance float64          // dollars to begin with; 0 is 100
	Speed   float64          // how much quicker than the service runs end; 0 is 1
	Dir     string           // keeps runs and uploads over a restart; "" is memory alone
	Now     func() time.Time // nil is the real clock
	Log     *slog.Logger     // tells of each request; may be nil
}

// Server answers as the service does. Make one with New; it is an http.Handler, and Start lets it listen.
type Server struct {
	Options
	mux    *http.ServeMux
	listen *http.Server
	models []model

	mu      sync.Mutex
	rules   []Fault
	runs    map[string]*run
	uploads map[string]upload
	ledger  []Entry
	spent   float64
}

// New makes a server that runs nothing yet.
func New(o Options) *Server {
	if o.Balance == 0 {
		o.Balance = 100
	}
	if o.Speed <= 0 {
		o.Speed = 1
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{Options: o, mux: http.NewServeMux(), models: shipped(), runs: map[string]*run{}, uploads: map[string]upload{}}
	route := func(pattern, on string, handle http.HandlerFunc) { s.mux.HandleFunc(pattern, s.faulty(on, handle)) }
	route("POST /api/v1/model/generateVideo", "submit", s.withKey(s.submit("Video")))
	route("POST /api/v1/model/generateImage", "submit", s.withKey(s.submit("Image")))
	route("GET /api/v1/model/prediction/{id}", "prediction", s.withKey(s.prediction))
	route("POST /api/v1/model/uploadMedia", "upload", s.withKey(s.takeUpload))
	route("POST /api/v1/model/calculate", "quote", s.withKey(s.quote))
	route("GET /public/v1/balance", "balance", s.withKey(s.balance))
	route("GET /public/v1/model-costs", "costs", s.withKey(s.costs))
	route("POST /v1/chat/completions", "chat", s.withKey(s.chat))
	route("GET /api/v1/models", "models", s.catalog)
	route("GET /model/schema/{file}", "schema", s.schema)
	route("GET /media/{name}", "media", s.serveUpload)
	route("GET /outputs/{name}", "output", s.serveOutput)
	s.mux.HandleFunc("GET /_sim/faults", s.showFaults)
	s.mux.HandleFunc("PUT /_sim/faults", s.putFaults)
	s.mux.HandleFunc("GET /_sim/ledger", s.showLedger)
	s.mux.HandleFunc("/", s.withKey(func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusUnauthorized, "Unauthorized") // a wrong path is answered like a wrong key
	}))
	return s
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.Log.Info("request", "method", r.Method, "path", r.URL.Path)
	w.Header().Set("X-Request-Id", newID()[:16])
	s.mux.ServeHTTP(w, r)
}

// Start listens on addr ("127.0.0.1:0" for any free port) and gives the base URL.
func (s *Server) Start(addr string) (baseURL string, err error) {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", addr)
	if err != nil {
		return "", err
	}
	s.listen = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn)}
	go func() {
		if err := s.listen.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.Log.Error("simulator stopped", "error", err)
		}
	}()
	return "http://" + listener.Addr().String(), nil
}

// Close ends every connection of a started server.
func (s *Server) Close() error {
	if s.listen == nil {
		return nil
	}
	return s.listen.Close()
}

func (s *Server) withKey(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		key, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok || key == "" || (s.Key != "" && key != s.Key) {
			refuse(w, http.StatusUnauthorized, "Invalid API key")
			return
		}
		if agent := r.UserAgent(); agent == "" || strings.HasPrefix(agent, "Go-http-client") {
			refuse(w, http.StatusForbidden, "error code: 1010")
			return
		}
		next(w, r)
	}
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client went away
}

func data(w http.ResponseWriter, body any) {
	answer(w, http.StatusOK, map[string]any{"code": 200, "data": body})
}

func refuse(w http.ResponseWriter, status int, reason string) {
	answer(w, status, map[string]any{"code": status, "msg": reason})
}

func origin(r *http.Request) string { return "http://" + r.Host }
