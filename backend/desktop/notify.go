package desktop

import (
	"strings"

	"conch/backend/printable"
)

// Notice is a short message of the system's own, beside the window. ID comes back when a person chooses it.
type Notice struct{ ID, Title, Body string }

const mostOfBody = 140

// Brief is the notice with one short line each as title and body, in which nothing is obeyed.
func (n Notice) Brief() Notice { return Notice{ID: n.ID, Title: brief(n.Title), Body: brief(n.Body)} }

// brief makes one line of any text, short enough for a notice.
func brief(text string) string {
	line := []rune(printable.Line(strings.Join(strings.Fields(text), " ")))
	if len(line) > mostOfBody {
		return string(line[:mostOfBody-1]) + "…"
	}
	return string(line)
}
