package seed

import (
	"fmt"
	"strconv"
	"strings"
)

// Statement is one that SQLite was asked, with its plan for it.
type Statement struct {
	SQL  string
	Args []any
	Plan []string
}

// Match is its full-text query, if it has one.
func (s Statement) Match() (string, bool) {
	at := strings.Index(s.SQL, "MATCH ?")
	if at < 0 {
		return "", false
	}
	n := strings.Count(s.SQL[:at], "?")
	text, is := s.Args[n].(string)
	return text, is
}

// Literal is the statement with its arguments in it, as a shell takes it. It knows ? and ?NNN.
func (s Statement) Literal() string {
	var b strings.Builder
	next := 0
	for rest := s.SQL; ; {
		before, after, found := strings.Cut(rest, "?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		digits := len(after) - len(strings.TrimLeft(after, "0123456789"))
		if digits > 0 {
			next, _ = strconv.Atoi(after[:digits])
			next--
		}
		b.WriteString(Quote(s.Args[next]))
		next, rest = next+1, after[digits:]
	}
}

// Quote is a value as SQL spells it.
func Quote(value any) string {
	switch v := value.(type) {
	case string:
		return "'" + strings.ReplaceAll(v, "'", "''") + "'"
	case bool:
		if v {
			return "1"
		}
		return "0"
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case nil:
		return "NULL"
	}
	return fmt.Sprint(value)
}
