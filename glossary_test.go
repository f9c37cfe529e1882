package main

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestGlossary holds what the menus, native dialogs, notices and the command line say against the terms of each
// language in frontend/glossary; the page's messages have a test of their own beside them.
func TestGlossary(t *testing.T) {
	said := map[string][]string{} // by language
	for _, pattern := range []string{"*.go", "backend/command/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			for language, texts := range sentences(t, path) {
				said[language] = append(said[language], texts...)
			}
		}
	}
	if len(said["en"]) < 100 || len(said["zh-Hant"]) < 10 || len(said["zh-Hans"]) < 10 {
		t.Fatalf("%d, %d, %d sentences found", len(said["en"]), len(said["zh-Hant"]), len(said["zh-Hans"]))
	}
	for language, all := range said {
		for _, entry := range glossary(t, language) {
			for _, other := range entry.InsteadOf {
				if c := other[0]; c >= 'a' && c <= 'z' {
					other = `(?:^|[ (“])[` + other[:1] + strings.ToUpper(other[:1]) + `]` + other[1:] + `\b`
				}
				pattern := regexp.MustCompile(other)
				for _, text := range all {
					if pattern.MatchString(text) {
						t.Errorf("%q has %s, which is %s", text, other, entry.Term)
					}
				}
			}
		}
	}
}

type term struct {
	Term      string   `json:"term"`
	InsteadOf []string `json:"insteadOf"`
}

func glossary(t *testing.T, language string) (all []term) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("frontend", "glossary", language+".json"))
	if err == nil {
		err = json.Unmarshal(raw, &all)
	}
	if err != nil || len(all) == 0 {
		t.Fatal(language, len(all), err)
	}
	return all
}

// sentences are the strings of a file that a person reads, by language: those with a space, the help of a flag, and
// whatever stands behind a language's name in a map; what errors.New and fmt.Errorf say is for the log.
func sentences(t *testing.T, path string) map[string][]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	said, language := map[string][]string{}, "en"
	help := regexp.MustCompile(`help:"([^"]*)"`)
	var read func(n ast.Node) bool
	read = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.BasicLit); ok && slices.Contains([]string{`"en"`, `"zh-Hant"`, `"zh-Hans"`}, key.Value) {
				language = strings.Trim(key.Value, `"`)
				ast.Inspect(n.Value, read)
				language = "en"
				return false
			}
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.SelectorExpr); ok && slices.Contains([]string{"Errorf", "New", "Info", "Warn", "Error"}, f.Sel.Name) {
				return false
			}
		case *ast.BasicLit:
			text, err := strconv.Unquote(n.Value)
			if n.Kind != token.STRING || err != nil {
				return true
			}
			if m := help.FindStringSubmatch(text); m != nil {
				said[language] = append(said[language], path+": "+m[1])
			} else if strings.Contains(text, " ") || language != "en" {
				said[language] = append(said[language], path+": "+text)
			}
		}
		return true
	}
	ast.Inspect(file, read)
	return said
}
