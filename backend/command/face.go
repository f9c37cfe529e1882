package command

import (
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"
)

// Face is what a start asks for: a command, else the window.
type Face struct {
	Command bool
	Demo    bool     // the window is to show the demonstration
	Files   []string // the window is to take these; whole paths
}

// FaceOf says what arguments, given in a folder, ask for. Nothing, `--demo` and files that are there ask for the window,
// as a file manager opens them; everything else is a command's, to be carried out or refused. macOS gives each program
// that its Finder starts a flag of its own (-psn_…).
func FaceOf(args []string, folder string) Face {
	var window Face
	flags := true
	for _, arg := range own(args) {
		switch on, isDemo := demoFlag(arg); {
		case flags && arg == "--":
			flags = false
		case flags && isDemo:
			window.Demo = on
		case flags && strings.HasPrefix(arg, "-"):
			return Face{Command: true}
		default:
			file := fileOf(arg, folder)
			if file == "" || flags && isCommand(arg) {
				return Face{Command: true}
			}
			window.Files = append(window.Files, file)
		}
	}
	return window
}

// own are the arguments without those of the system's.
func own(args []string) []string {
	return slices.DeleteFunc(slices.Clone(args), func(arg string) bool { return strings.HasPrefix(arg, "-psn_") })
}

func demoFlag(arg string) (on, is bool) {
	value, given := strings.CutPrefix(arg, "--demo=")
	if !given {
		return arg == "--demo", arg == "--demo"
	}
	on, err := strconv.ParseBool(value)
	return on, err == nil
}

// fileOf is the path of a file that is there, by its path or its address; else "".
func fileOf(arg, folder string) string {
	path := arg
	if u, err := url.Parse(arg); err == nil && u.Scheme == "file" && (u.Host == "" || u.Host == "localhost") {
		path = filepath.FromSlash(u.Path)
	}
	if path == "" {
		return ""
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(folder, path)
	}
	if info, err := os.Stat(path); err != nil || info.IsDir() {
		return ""
	}
	return path
}

func isCommand(word string) bool {
	if word == "help" {
		return true
	}
	parser, err := kong.New(&grammar{})
	return err == nil && slices.ContainsFunc(parser.Model.Children, func(n *kong.Node) bool { return n.Name == word })
}

// asked turns `help` and `help generate` into what the parser knows.
func asked(args []string) []string {
	if args = own(args); len(args) > 0 && args[0] == "help" {
		return append(slices.Clone(args[1:]), "--help")
	}
	return args
}
