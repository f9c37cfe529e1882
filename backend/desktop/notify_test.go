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
	long := brief(strings.Repeat("海螺", 200))
	if !utf8.ValidString(long) || utf8.RuneCountInString(long) != mostOfBody || !strings.HasSuffix(long, "…") {
		t.Errorf("%q", long)
	}
	if exact := strings.Repeat("螺", mostOfBody); brief(exact) != exact {
		t.Error("what fits was cut")
	}
}
