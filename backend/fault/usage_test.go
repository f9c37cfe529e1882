package fault_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestFigures reads every call in the program that makes a fault: its rule has a sentence, and the sentence's
// figures are given, neither more nor fewer. It also finds sentences that nothing says.
func TestFigures(t *testing.T) {
	sentences := parsed[sentence](t, "sentences.json")
	said := map[string]bool{"internal": true}
	checked := 0
	set := token.NewFileSet()
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); name == "node_modules" || name == "frontend" || len(name) > 2 && name[0] == '.' {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
					said[text] = true
				}
			case *ast.CallExpr:
				rule, args, ok := made(n)
				if !ok {
					break
				}
				checked++
				s, known := sentences[rule]
				if want := placeholders(s.Text); !known || !slices.Equal(args, want) {
					t.Errorf("%s: %s is given %v, its sentence has %v", set.Position(n.Pos()), rule, args, want)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if checked < 80 {
		t.Errorf("only %d faults were found", checked)
	}
	for rule := range sentences {
		if !said[rule] {
			t.Errorf("nothing says %s", rule)
		}
	}
}

// made reads fault.New("rule", fault.Args{"name": …}) and fault.Wrap(cause, "rule", nil); calls whose rule or
// figures aren't written out are none.
func made(call *ast.CallExpr) (rule string, args []string, ok bool) {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", nil, false
	}
	from, ok := f.X.(*ast.Ident)
	at := map[string]int{"New": 0, "Wrap": 1}
	first, makes := at[f.Sel.Name]
	if !ok || !makes || from.Name != "fault" || len(call.Args) != first+2 {
		return "", nil, false
	}
	literal, ok := call.Args[first].(*ast.BasicLit)
	if !ok {
		return "", nil, false
	}
	rule, err := strconv.Unquote(literal.Value)
	if err != nil {
		return "", nil, false
	}
	switch figures := call.Args[first+1].(type) {
	case *ast.Ident:
		return rule, nil, figures.Name == "nil"
	case *ast.CompositeLit:
		for _, e := range figures.Elts {
			pair, ok := e.(*ast.KeyValueExpr)
			if !ok {
				return "", nil, false
			}
			key, ok := pair.Key.(*ast.BasicLit)
			if !ok {
				return "", nil, false
			}
			name, _ := strconv.Unquote(key.Value)
			args = append(args, "{"+name+"}")
		}
		slices.Sort(args)
		return rule, args, true
	}
	return "", nil, false
}
