package library

import (
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// longestName keeps names far from the 255 bytes of common file systems and the 260 characters of old Windows paths.
const longestName = 120

// FileName is a readable name for a video, safe on macOS, Windows and Linux: "2026-11-24 a cat on a roof 1f3a9c20.mp4".
// The same arguments give the same name, so that work taken up again finds its file.
func FileName(created time.Time, prompt, id, extension string) string {
	head := created.Format("2006-01-02")
	tail := " " + shortID(id) + extension
	words := readable(prompt)
	if room := longestName - len(head) - len(tail) - 1; len(words) > room {
		words = cutAt(words, room)
	}
	if words == "" {
		return head + tail
	}
	return head + " " + words + tail
}

// shortID is the random end of a UUID, in characters that every file system takes.
func shortID(id string) string {
	var kept []rune
	for _, r := range strings.ToLower(id) {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' {
			kept = append(kept, r)
		}
	}
	const length = 8
	if len(kept) > length {
		kept = kept[len(kept)-length:]
	}
	return string(kept)
}

// readable keeps letters, digits and harmless marks; everything else becomes one space.
func readable(s string) string {
	s = norm.NFC.String(strings.ToValidUTF8(s, " "))
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r), strings.ContainsRune("-_'’,", r):
			return r
		}
		return ' '
	}, s)
	return strings.Trim(strings.Join(strings.Fields(s), " "), " -,'’")
}

// cutAt shortens to at most so many bytes, between words where there are any.
func cutAt(s string, room int) string {
	end := 0
	for i, r := range s {
		if i+len(string(r)) > room {
			break
		}
		end = i + len(string(r))
	}
	cut := s[:end]
	if space := strings.LastIndexByte(cut, ' '); space > room/2 {
		cut = cut[:space]
	}
	return strings.Trim(norm.NFC.String(cut), " -,'’")
}
