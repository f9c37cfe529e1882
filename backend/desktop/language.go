package desktop

import (
	"os"
	"strings"
)

// Languages are the BCP 47 tags the environment asks for, best first. It is
// empty where the system keeps its language elsewhere (macOS, Windows): the webview knows it there.
func Languages() []string {
	var tags []string
	for _, name := range []string{"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"} {
		for value := range strings.SplitSeq(os.Getenv(name), ":") {
			value, _, _ = strings.Cut(value, ".")
			value, _, _ = strings.Cut(value, "@")
			if value == "" || value == "C" || value == "POSIX" {
				continue
			}
			tags = append(tags, strings.ReplaceAll(value, "_", "-"))
		}
	}
	return tags
}
