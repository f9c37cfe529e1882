package desktop

import "strings"

// Notice is a short message of the system's own, beside the window. ID comes back when a person chooses it.
type Notice struct{ ID, Title, Body string }

const mostOfBody = 140

// brief makes one line of any text, short enough for a notice.
func brief(text string) string {
	line := []rune(strings.Join(strings.Fields(text), " "))
	if len(line) > mostOfBody {
		return string(line[:mostOfBody-1]) + "…"
	}
	return string(line)
}
