// Package backend_test holds the rules of who may import whom, and that files stay readable in one sitting.
package backend_test

import (
	"bytes"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// may lists, for each package, the packages of ours that it may import; one that is missing here may not exist.
var may = map[string][]string{
	"fault":      {},
	"atomicfile": {},
	"paths":      {},
	"simulator":  {},
	"printable":  {},
	"desktop":    {"printable"},
	"proxies":    {"fault"},
	"toolkit":    {},
	"trash":      {},
	"media":      {},
	"presence":   {},
	"poster":     {"atomicfile"},
	"activity":   {},
	"reel":       {},
	"draft":      {"atomicfile", "presence"},
	"generation": {"fault", "printable"},
	"pace":       {"fault"},
	"query":      {},
	"journal":    {"generation"},
	"atlas":      {"fault"},
	"vault":      {"fault"},
	"container":  {"fault"},
	"scan":       {"container"},
	"sidecar":    {"atomicfile", "generation"},
	"fetch":      {"fault", "atomicfile"},
	"settings":   {"fault", "atomicfile"},
	"picture":    {"fault", "atomicfile"},
	"studio":     {"fault", "generation"},
	"library":    {"fault", "generation", "query", "studio", "container", "scan", "sidecar", "atomicfile"},
	"archive":    {"fault", "generation", "library", "container", "draft", "scan", "sidecar"},
	"share":      {"fault", "generation", "container", "draft", "reel"},
	"catalog":    {"fault", "generation", "atlas", "atomicfile"},
	"engine":     {"fault", "generation", "archive", "atlas", "atomicfile", "catalog", "container", "draft", "fetch", "journal", "library", "pace", "paths", "picture", "poster", "presence", "proxies", "scan", "settings", "simulator", "studio", "trash", "vault"},
	"command":    {"fault", "activity", "generation", "archive", "atlas", "catalog", "draft", "engine", "fetch", "library", "paths", "picture", "printable", "scan", "settings", "share", "simulator", "studio", "vault"},
}

const longestFile = 450

func TestImportsAndSizes(t *testing.T) {
	documented := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && d.Name() == "testdata" {
			return errOrSkip(err)
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || filepath.Dir(path) == "." {
			return nil
		}
		name, _, _ := strings.Cut(filepath.ToSlash(path), "/")
		allowed, known := may[name]
		if !known {
			t.Errorf("%s: package %s has no rule", path, name)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if lines := bytes.Count(data, []byte("\n")); lines > longestFile {
			t.Errorf("%s has %d lines; at most %d", path, lines, longestFile)
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, data, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			return err
		}
		if strings.HasSuffix(path, "_test.go") { // tests may compose more, to test the real thing
			return nil
		}
		if file.Doc != nil {
			documented[name] = true
		} else if !documented[name] {
			documented[name] = false
		}
		for _, spec := range file.Imports {
			imported := strings.Trim(spec.Path.Value, `"`)
			if ours, isOurs := strings.CutPrefix(imported, "conch/backend/"); isOurs && ours != name && !strings.HasPrefix(ours, name+"/") && !slices.Contains(allowed, ours) {
				t.Errorf("%s imports %s", path, imported)
			}
			if strings.Contains(imported, "wailsapp/wails") {
				t.Errorf("%s imports Wails: only package main may", path)
			}
			if name == "simulator" && strings.Contains(imported, ".") {
				t.Errorf("%s imports %s: the simulator uses the standard library alone", path, imported)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, has := range documented {
		if !has {
			t.Errorf("package %s has no doc comment", name)
		}
	}
}

func errOrSkip(err error) error {
	if err != nil {
		return err
	}
	return fs.SkipDir
}
