package command

import (
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"conch/backend/simulator"
)

func TestFaceOf(t *testing.T) {
	folder := t.TempDir()
	film := filepath.Join(folder, "a film.mp4")
	for _, path := range []string{film, filepath.Join(folder, "list"), filepath.Join(folder, "--demo")} {
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(folder, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	address := (&url.URL{Scheme: "file", Path: film}).String()
	command := Face{Command: true}
	for args, want := range map[string]Face{
		"":                        {},
		"-psn_0_12345":            {},
		"--demo":                  {Demo: true},
		"--demo=true":             {Demo: true},
		"--demo=0":                {},
		"--demo|-psn_0_1":         {Demo: true},
		"a film.mp4":              {Files: []string{film}},
		film:                      {Files: []string{film}},
		address:                   {Files: []string{film}},
		film + "|" + film:         {Files: []string{film, film}},
		"--demo|a film.mp4":       {Demo: true, Files: []string{film}},
		"a film.mp4|--demo":       {Demo: true, Files: []string{film}},
		"--":                      {},
		"--|list":                 {Files: []string{filepath.Join(folder, "list")}},
		"--|--demo":               {Files: []string{filepath.Join(folder, "--demo")}},
		"list":                    command, // a file of that name is there, but it is a command
		"help":                    command,
		"help|generate":           command,
		"--demo|generate":         command,
		"generate|--demo":         command,
		"generate|a film.mp4":     command,
		"a film.mp4|generate":     command,
		"-h":                      command,
		"--help":                  command,
		"-v":                      command,
		"--version":               command,
		"--demo|--version":        command,
		"--demo=maybe":            command,
		"--demos":                 command,
		"--no-such":               command,
		"-x":                      command,
		"-":                       command,
		"gone.mp4":                command,
		"folder":                  command,
		"file://elsewhere/a.mp4":  command,
		"https://example.com/a":   command,
		"--demo|gone.mp4":         command,
		"a film.mp4|--no-such":    command,
		"-psn_0_1|list":           command,
		"--display=:0":            command,
		"a film.mp4|https://a.b/": command,
	} {
		var list []string
		if args != "" {
			list = strings.Split(args, "|")
		}
		if got := FaceOf(list, folder); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, want %+v", args, got, want)
		}
	}
	if got := FaceOf([]string{""}, folder); !reflect.DeepEqual(got, command) {
		t.Errorf("an empty argument: %+v", got)
	}
}

func TestFlagsWithoutACommand(t *testing.T) {
	for args, want := range map[string]struct {
		code     int
		out, err string
	}{
		"-v":               {0, "conch test", ""},
		"--version":        {0, "conch test", ""},
		"--demo|--version": {0, "conch test", ""},
		"version":          {0, "conch test", ""},
		"-h":               {0, "Usage: conch", ""},
		"help":             {0, "Usage: conch", ""},
		"help|generate":    {0, "Usage: conch generate", ""},
		"--no-such":        {2, "", "--no-such"},
		"-x":               {2, "", "-x"},
		"--demo|--no-such": {2, "", "conch --help"},
		"--demo=maybe":     {2, "", "conch --help"},
		"--demos":          {2, "", "conch --help"},
		"gone.mp4":         {2, "", "conch --help"},
		"help|no-such":     {2, "", "conch --help"},
	} {
		s := newShell(t, simulator.Options{})
		code, out, said := s.run(strings.Split(args, "|")...)
		if code != want.code || !strings.Contains(out, want.out) || !strings.Contains(said, want.err) || want.err == "" && said != "" {
			t.Errorf("%s: %d %q %q", args, code, out, said)
		}
	}
}
