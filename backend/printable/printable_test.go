package printable

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestSigns(t *testing.T) {
	for _, c := range []struct{ text, line, lines string }{
		{"a plain prompt, 貓 и café 👩‍💻", "a plain prompt, 貓 и café 👩‍💻", "a plain prompt, 貓 и café 👩‍💻"},
		{"\x1b]0;owned\x07", "␛]0;owned␇", "␛]0;owned␇"},
		{"\x1b[31mred\x1b[0m", "␛[31mred␛[0m", "␛[31mred␛[0m"},
		{"over\rwritten", "over␍written", "over␍written"},
		{"two\r\nlines\tand", "two lines and", "two\nlines\tand"},
		{"two\nlines", "two lines", "two\nlines"},
		{"\u009b31m", "⟨U+009B⟩31m", "⟨U+009B⟩31m"},
		{"\x9b31m", "\ufffd31m", "\ufffd31m"},
		{"\x00\x7f", "␀␡", "␀␡"},
		{"video\u202egpj.exe", "video⟨U+202E⟩gpj.exe", "video⟨U+202E⟩gpj.exe"},
		{"\u2066a\u2069", "⟨U+2066⟩a⟨U+2069⟩", "⟨U+2066⟩a⟨U+2069⟩"},
		{"a\u2028b", "a b", "a⟨U+2028⟩b"},
		{"می\u200cخواهم", "می\u200cخواهم", "می\u200cخواهم"},
		{"🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"},
		{"\U000e0001", "⟨U+E0001⟩", "⟨U+E0001⟩"},
	} {
		if got := Line(c.text); got != c.line {
			t.Errorf("Line(%q) = %q, want %q", c.text, got, c.line)
		}
		if got := Text(c.text); got != c.lines {
			t.Errorf("Text(%q) = %q, want %q", c.text, got, c.lines)
		}
	}
}

// TestPieces: a character that two calls share is one character, whatever the length of the pieces.
func TestPieces(t *testing.T) {
	text := "貓\x1b👩‍💻\u202e und\r\n"
	for size := 1; size < 9; size++ {
		var out bytes.Buffer
		w := NewWriter(&out)
		for rest := []byte(text); len(rest) > 0; {
			n := min(size, len(rest))
			if wrote, err := w.Write(rest[:n]); wrote != n || err != nil {
				t.Fatal(wrote, err)
			}
			rest = rest[n:]
		}
		if got := strings.ReplaceAll(out.String(), "␍", ""); got != "貓␛👩‍💻⟨U+202E⟩ und\n" {
			t.Errorf("in pieces of %d: %q", size, got)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{"plain", "\x1b]0;owned\x07", "\u202e\r\n\t\x9b", "\U000e0001"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, shown := range []string{Line(text), Text(text)} {
			if !utf8.ValidString(shown) || strings.ContainsFunc(shown, func(r rune) bool {
				return unicode.IsControl(r) && r != '\n' && r != '\t' || r >= '\u202a' && r <= '\u202e'
			}) {
				t.Errorf("%q is shown as %q", text, shown)
			}
		}
		if strings.ContainsAny(Line(text), "\n\t") {
			t.Errorf("%q as a line: %q", text, Line(text))
		}
		encoded, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		var before, after string
		if json.Unmarshal(encoded, &before) != nil || json.Unmarshal(JSON(encoded), &after) != nil || before != after {
			t.Errorf("%q means %q after escaping as %s", before, after, JSON(encoded))
		}
		if unsafe(string(JSON(encoded))) {
			t.Errorf("%s is not escaped", JSON(encoded))
		}
	})
}
