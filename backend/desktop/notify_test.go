package desktop

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestBrief(t *testing.T) {
	if got := brief(" a heron\n\n lifts\toff "); got != "a heron lifts off" {
		t.Errorf("%q", got)
	}
	if got := (Notice{Title: "done\x1b]0;owned\a", Body: "a \u202egnp.exe"}).Brief(); got.Title != "done␛]0;owned␇" || got.Body != "a ⟨U+202E⟩gnp.exe" {
		t.Errorf("%q", got)
	}
	long := brief(strings.Repeat("海螺", 200))
	if !utf8.ValidString(long) || utf8.RuneCountInString(long) != mostOfBody || !strings.HasSuffix(long, "…") {
		t.Errorf("%q", long)
	}
	if exact := strings.Repeat("螺", mostOfBody); brief(exact) != exact {
		t.Error("what fits was cut")
	}
}
