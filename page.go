package main

import (
	"bytes"
	"fmt"
	"html"
	"net/http"
	"strings"

	"conch/backend/desktop"
)

// plain is what the built page says of itself before it is dressed; see frontend/index.html.
const plain = `data-theme="system"`

// dressed gives the page its theme and languages with its first byte, so that what it paints before it knows the
// session is right.
func (a *App) dressed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || (r.URL.Path != "/" && r.URL.Path != "/index.html") {
			next.ServeHTTP(w, r)
			return
		}
		page, err := assets.ReadFile("frontend/dist/index.html")
		if err != nil {
			next.ServeHTTP(w, r)
			return
		}
		now := a.settings.Get()
		languages := desktop.Languages()
		if now.Locale != "" {
			languages = []string{now.Locale}
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(dress(page, now.Theme, languages, r.URL.Query().Get("begin")))
	})
}

func dress(page []byte, theme string, languages []string, begin string) []byte {
	attributes := fmt.Sprintf(`data-theme="%s" data-languages="%s"`, html.EscapeString(theme), html.EscapeString(strings.Join(languages, " ")))
	if begin != "" {
		attributes += fmt.Sprintf(` data-begin="%s"`, html.EscapeString(begin))
	}
	return bytes.Replace(page, []byte(plain), []byte(attributes), 1)
}
