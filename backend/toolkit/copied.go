package toolkit

import "strings"

// copiedAddresses are the addresses that a file manager put on the clipboard: a list, or the form of GNOME's and its
// relatives, which begins with what is to be done with the files. Text that is neither has none.
func copiedAddresses(text string) []string {
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\r' || r == '\n' || r == 0 })
	if len(lines) > 0 && lines[0] == "x-special/nautilus-clipboard" {
		lines = lines[1:]
	}
	if len(lines) > 0 && (lines[0] == "copy" || lines[0] == "cut") {
		lines = lines[1:]
	}
	var all []string
	for _, line := range lines {
		if strings.HasPrefix(line, "#") { // a remark
			continue
		}
		scheme, _, found := strings.Cut(line, ":")
		if !found || scheme == "" || strings.ContainsAny(line, " \t") {
			return nil
		}
		all = append(all, line)
	}
	return all
}
