package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"conch/backend/archive"
	"conch/backend/generation"
	"conch/backend/studio"
)

// The bound methods and what they carry are held to host.ts by frontend/src/api/bindings.ts. Wails generates nothing
// for events and for words that stand in a union, so those are compared here.

// block gives the body of an interface in host.ts.
func block(t *testing.T, name string) string {
	t.Helper()
	return find(t, `(?s)export interface `+name+` \{(.*?)\n?\}\n`)
}

func find(t *testing.T, pattern string) string {
	t.Helper()
	source, err := os.ReadFile("frontend/src/api/host.ts")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(pattern).FindSubmatch(source)
	if found == nil {
		t.Fatalf("host.ts has nothing like %s", pattern)
	}
	return string(found[1])
}

func all(pattern, text string) []string {
	seen := map[string]bool{}
	for _, found := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		seen[found[1]] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

func same(t *testing.T, what string, here, page []string) {
	t.Helper()
	if !slices.Equal(here, page) {
		t.Errorf("%s: Go has %v, host.ts %v", what, here, page)
	}
}

// literals are the strings given as the argument at a place to calls of these names, in this package.
func literals(t *testing.T, place int, names ...string) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) <= place {
				return true
			}
			name := ""
			switch f := call.Fun.(type) {
			case *ast.Ident:
				name = f.Name
			case *ast.SelectorExpr:
				name = f.Sel.Name
			}
			if literal, ok := call.Args[place].(*ast.BasicLit); ok && slices.Contains(names, name) {
				if text, err := strconv.Unquote(literal.Value); err == nil {
					seen[text] = true
				}
			}
			return true
		})
	}
	return slices.Sorted(maps.Keys(seen))
}

func TestEventsAreThePages(t *testing.T) {
	events := block(t, "Events")
	same(t, "events", literals(t, 1, "EventsEmit", "emit"), all(`(?m)^  (\w+): `, events))
	same(t, "commands", literals(t, 0, "say"), all(`'([\w-]+)'`, find(t, `(?m)^  command: (.*)$`)))
}

func TestEventsCarryWhatThePageReads(t *testing.T) {
	for name, value := range map[string]any{"Stage": generation.Stage{}, "Connection": Connection{}, "Recovered": studio.Recovered{}, "Exported": Exported{}, "Taking": archive.Taking{}, "Film": archive.Film{}, "Films": archive.Films{}} {
		var fields []string
		for field := range reflect.TypeOf(value).Fields() {
			fields = append(fields, strings.Split(field.Tag.Get("json"), ",")[0])
		}
		slices.Sort(fields)
		same(t, name, fields, all(`(\w+)\??: `, block(t, name)))
	}
}

func TestWordsAreThePages(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "backend/generation/generation.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	words := map[string][]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		kind, named := spec.Type.(*ast.Ident)
		literal, isLiteral := spec.Values[0].(*ast.BasicLit)
		if named && isLiteral {
			text, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			words[kind.Name] = append(words[kind.Name], text)
		}
		return true
	})
	slices.Sort(words["State"])
	slices.Sort(words["PriceSource"])
	same(t, "states", words["State"], all(`'(\w+)'`, find(t, `(?s)export type State =(.*?)\n\n`)))
	same(t, "price sources", words["PriceSource"], all(`'(\w+)'`, find(t, `export interface Price (.*)\n`)))
}
