package desktop

import (
	"os"
	"regexp"
	"strings"
)

// tag is a language, perhaps with its script, region and variants. "C" and "POSIX" are none, nor is a name such as
// "german": a web view that is given one of those throws.
var tag = regexp.MustCompile(`(?i)^[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*$`)

// Languages are the BCP 47 tags the environment asks for, best first. It is
// empty where the system keeps its language elsewhere (macOS, Windows): the webview knows it there.
func Languages() []string {
	var tags []string
	for _, name := range []string{"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"} {
		for value := range strings.SplitSeq(os.Getenv(name), ":") {
			value, _, _ = strings.Cut(value, ".")
			value, _, _ = strings.Cut(value, "@")
			if value = strings.ReplaceAll(value, "_", "-"); tag.MatchString(value) {
				tags = append(tags, value)
			}
		}
	}
	return tags
}
