package main

import (
	"log/slog"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Of one trouble of the page, and of troubles in one minute, the log takes this much.
const (
	longestTrouble = 4000
	mostTroubles   = 20
)

// troubles are what the page could not help.
type troubles struct {
	mu    sync.Mutex
	since time.Time
	many  int
}

func (t *troubles) note(log *slog.Logger, text string, now time.Time) {
	t.mu.Lock()
	if now.Sub(t.since) >= time.Minute {
		t.since, t.many = now, 0
	}
	t.many++
	many := t.many
	t.mu.Unlock()
	if many > mostTroubles {
		return
	}
	text = strings.ToValidUTF8(text, "�")
	if len(text) > longestTrouble {
		cut := longestTrouble
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut] + "…"
	}
	log.Error("page", "trouble", text)
	if many == mostTroubles {
		log.Error("page", "trouble", "more of them in this minute are left out")
	}
}
