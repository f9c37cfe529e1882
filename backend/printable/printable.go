// Package printable makes text from outside safe to show: a prompt, a file's name or a message of the service can
// have control characters, which a terminal obeys (CVE-2003-0063 and its many heirs), and marks that turn the order
// of what is read ("Trojan Source", CVE-2021-42574). They are shown as signs instead: ␛, ␍, ⟨U+202E⟩.
package printable

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Line is a text as one line: a line break or tab is a space, and nothing in it is obeyed.
func Line(text string) string {
	if strings.IndexFunc(text, hidden) < 0 && utf8.ValidString(text) {
		return text
	}
	var out strings.Builder
	for len(text) > 0 {
		if strings.HasPrefix(text, "\r\n") {
			text = text[1:]
		}
		r, size := utf8.DecodeRuneInString(text)
		text = text[size:]
		switch r {
		case '\n', '\t', '\u2028', '\u2029', '\u0085':
			out.WriteByte(' ')
		default:
			out.WriteString(sign(r))
		}
	}
	return out.String()
}

// Text is a text whose line breaks and tabs stay, and in which nothing else is obeyed.
func Text(text string) string {
	if !unsafe(text) {
		return text
	}
	var out strings.Builder
	for _, r := range strings.ReplaceAll(text, "\r\n", "\n") {
		if r == '\n' || r == '\t' {
			out.WriteRune(r)
		} else {
			out.WriteString(sign(r))
		}
	}
	return out.String()
}

func unsafe(text string) bool {
	return !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && r != '\t' && hidden(r) })
}

// hidden says whether a character acts on its surroundings instead of being seen. Joiners (U+200C, U+200D) and the
// marks of direction (U+200E, U+200F) are left: emoji, Persian and Arabic are written with them.
func hidden(r rune) bool {
	switch {
	case unicode.IsControl(r): // C0, DEL and C1, which some terminals obey in UTF-8 too
		return true
	case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069': // embeddings, overrides and isolates
		return true
	case r == '\u2028', r == '\u2029': // line and paragraph separators
		return true
	case r >= 0xe0000 && r <= 0xe007f: // tags: a text within the text
		return r != 0xe007f && (r < 0xe0020 || r > 0xe007e) // but flags such as 🏴󠁧󠁢󠁳󠁣󠁴󠁿 are written with them
	}
	return false
}

// sign is how a character is seen.
func sign(r rune) string {
	switch {
	case !hidden(r):
		return string(r)
	case r < 0x20:
		return string('\u2400' + r)
	case r == 0x7f:
		return "␡"
	}
	return fmt.Sprintf("⟨U+%04X⟩", r)
}

// JSON escapes, in text that is JSON already, what Text shows as signs: within strings, which is the only place where
// JSON can have them, an escape means the same.
func JSON(encoded []byte) []byte {
	if !unsafe(string(encoded)) {
		return encoded
	}
	out := make([]byte, 0, len(encoded)+32)
	for _, r := range string(encoded) {
		switch {
		case r == '\n' || r == '\t' || !hidden(r):
			out = utf8.AppendRune(out, r)
		case r > 0xffff:
			high, low := (r-0x10000)>>10+0xd800, (r-0x10000)&0x3ff+0xdc00
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	return out
}

// Writer writes what is given to it as Text. It is safe for concurrent use, and each call's text arrives in one piece.
type Writer struct {
	mu  sync.Mutex
	out io.Writer
	cut []byte // the beginning of a character whose rest comes with the next call
}

// NewWriter makes a Writer onto out.
func NewWriter(out io.Writer) *Writer { return &Writer{out: out} }

// Write is io.Writer's; it reports all bytes as written unless out fails.
func (w *Writer) Write(text []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := append(w.cut, text...)
	end := whole(all)
	w.cut = append([]byte(nil), all[end:]...)
	if end == 0 {
		return len(text), nil
	}
	if _, err := io.WriteString(w.out, Text(string(all[:end]))); err != nil {
		return 0, err
	}
	return len(text), nil
}

// whole is where the last character begins, if it is cut, else the end.
func whole(text []byte) int {
	for i := len(text) - 1; i >= 0 && i >= len(text)-utf8.UTFMax; i-- {
		if utf8.RuneStart(text[i]) {
			if !utf8.FullRune(text[i:]) {
				return i
			}
			break
		}
	}
	return len(text)
}
