package main

import (
	"sync"
	"time"
)

// afresh asks for the page at its first view, whatever it showed before; see dressed.
const afresh = "?begin=create"

// fallsWithin is the time in which a second end of the page's process is no accident.
const fallsWithin = time.Minute

// falls counts how often the page's process ended of late.
type falls struct {
	mu   sync.Mutex
	last time.Time
	many int
}

func (f *falls) count(now time.Time) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now.Sub(f.last) > fallsWithin {
		f.many = 0
	}
	f.many++
	f.last = now
	return f.many
}

// endedWords are for a dialog of the system's, since there is no page to say them.
var endedWords = map[string]struct{ title, text, again, quit string }{
	"en":      {"Conch’s window keeps crashing", "Your runs, videos and draft are safe. Try again, or quit and start Conch later.", "Try Again", "Quit"},
	"zh-Hant": {"Conch 的視窗一再當機", "您的任務、影片和草稿都還在。請再試一次，或先結束，稍後再開啟 Conch。", "再試一次", "結束"},
	"zh-Hans": {"Conch 的窗口反复崩溃", "您的任务、视频和草稿都还在。请重试，或先退出，稍后再打开 Conch。", "重试", "退出"},
}
