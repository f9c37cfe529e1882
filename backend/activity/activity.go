// Package activity keeps what Conch did, for a support question: a bounded file in which neither a key nor the
// person's own paths can stand.
package activity

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"gopkg.in/natefinch/lumberjack.v2"
)

// LevelName is the variable that asks for more than the usual: "debug".
const LevelName = "CONCH_LOG"

// Log is an open activity log. The zero value keeps nothing. It is safe for concurrent use, also by several processes.
type Log struct {
	file  *lumberjack.Logger
	level slog.Level

	mu      sync.RWMutex
	private []string // what must not stand in it, as it stands in the world and what stands for it, in turn
}

// Open names the file; it is made at the first line. An empty path keeps nothing.
func Open(path string, env func(string) string) *Log {
	l := &Log{}
	if strings.EqualFold(env(LevelName), "debug") {
		l.level = slog.LevelDebug
	}
	if path != "" {
		l.file = &lumberjack.Logger{Filename: path, MaxSize: 1, MaxBackups: 1} // megabytes
	}
	if home, err := os.UserHomeDir(); err == nil && len(home) > 1 {
		l.hide(home, "~")
		if user := filepath.Base(home); len(user) > 2 {
			l.hide(string(filepath.Separator)+user+string(filepath.Separator), string(filepath.Separator)+"…"+string(filepath.Separator))
		}
	}
	return l
}

// Hide keeps a secret out of everything that is written from here on. Short ones are no secrets.
func (l *Log) Hide(secret string) {
	const shortest = 6
	if len(secret) >= shortest {
		l.hide(secret, "[key]")
	}
}

func (l *Log) hide(text, instead string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := 0; i < len(l.private); i += 2 {
		if l.private[i] == text {
			return
		}
	}
	l.private = append(l.private, text, instead)
}

// secrets are the forms in which keys travel, whether or not somebody named them to Hide.
var secrets = regexp.MustCompile(`(?i)(bearer\s+|api[_-]?key["'=:\s]+|token["'=:\s]+|signature=)[^\s"'&,}]+|\bsk-[a-z0-9_-]{8,}|\bapikey-[a-z0-9_-]{8,}`)

// Redact takes secrets and personal paths out of a text.
func (l *Log) Redact(text string) string {
	l.mu.RLock()
	private := slices.Clone(l.private)
	l.mu.RUnlock()
	for i := 0; i < len(private); i += 2 {
		text = strings.ReplaceAll(text, private[i], private[i+1])
	}
	return secrets.ReplaceAllString(text, "[key]")
}

// Handler writes to the log.
func (l *Log) Handler() slog.Handler {
	if l.file == nil {
		return slog.DiscardHandler
	}
	return l.handler(l.file, l.level)
}

// Beside is Handler, which also writes what is at least as grave as level to w; everything when more was asked for.
func (l *Log) Beside(w io.Writer, level slog.Level) slog.Handler {
	if l.level < slog.LevelInfo {
		level = l.level
	}
	return slog.NewMultiHandler(l.Handler(), l.handler(w, level))
}

func (l *Log) handler(w io.Writer, level slog.Level) slog.Handler {
	return slog.NewTextHandler(redacted{l, w}, &slog.HandlerOptions{Level: level})
}

// redacted passes whole lines on, as slog's handlers write them.
type redacted struct {
	l *Log
	w io.Writer
}

func (r redacted) Write(line []byte) (int, error) {
	if _, err := io.WriteString(r.w, r.l.Redact(string(line))); err != nil {
		return 0, err
	}
	return len(line), nil
}

// most is what a person can paste into a support question.
const most = 256 << 10

// Text is the log's end for a support question, oldest first, under a head that says what this is.
func (l *Log) Text(version string) (string, error) {
	head := fmt.Sprintf("Conch %s, %s/%s. Keys and personal paths are left out.\n", version, runtime.GOOS, runtime.GOARCH)
	if l.file == nil {
		return head, nil
	}
	whole, err := os.ReadFile(l.file.Filename)
	if errors.Is(err, fs.ErrNotExist) {
		return head, nil
	}
	if err != nil {
		return "", fmt.Errorf("read activity log: %w", err)
	}
	if cut := len(whole) - most; cut > 0 {
		whole = whole[cut:]
		for len(whole) > 0 && !utf8.RuneStart(whole[0]) {
			whole = whole[1:]
		}
	}
	return head + l.Redact(string(whole)), nil
}

// Close ends the file.
func (l *Log) Close() error {
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}
