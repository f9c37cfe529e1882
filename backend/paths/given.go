package paths

import (
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Given is the path of a file that a person named: typed, pasted, or dragged into a terminal, which may write it as a
// file:// address, in quotes, or with a backslash before each space. A file that is called just as it was written wins.
func Given(text string) string {
	if _, err := os.Lstat(text); err == nil {
		return text
	}
	path := unquoted(strings.TrimSpace(text))
	if len(path) > len("file:") && strings.EqualFold(path[:len("file:")], "file:") {
		if local, is := fromAddress(path); is {
			return local
		}
		return text
	}
	for _, other := range []string{path, unescaped(path), decoded(path)} {
		if _, err := os.Lstat(other); other != "" && err == nil {
			return other
		}
	}
	return path
}

func unquoted(text string) string {
	for _, mark := range []string{`"`, `'`} {
		if len(text) > 1 && strings.HasPrefix(text, mark) && strings.HasSuffix(text, mark) {
			return text[1 : len(text)-1]
		}
	}
	return text
}

// unescaped takes the backslashes of a shell away; on Windows they are part of paths.
func unescaped(text string) string {
	if runtime.GOOS == "windows" {
		return text
	}
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			i++
		}
		out.WriteByte(text[i])
	}
	return out.String()
}

func decoded(text string) string {
	if path, err := url.PathUnescape(text); err == nil {
		return path
	}
	return text
}

// fromAddress reads file:///path, file:/path and file://localhost/path (RFC 8089), also with a character that should
// have been encoded; false for a file of another machine.
func fromAddress(text string) (string, bool) {
	path := text[len("file:"):]
	if strings.HasPrefix(path, "//") {
		host, rest, found := strings.Cut(path[2:], "/")
		if !found || host != "" && !strings.EqualFold(host, "localhost") {
			return "", false
		}
		path = "/" + rest
	}
	path = decoded(path)
	if runtime.GOOS == "windows" {
		path = strings.TrimPrefix(path, "/")
	}
	return filepath.FromSlash(path), strings.HasPrefix(path, "/") || runtime.GOOS == "windows"
}
