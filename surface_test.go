package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// given is what the page may hand to Go, and so what an injected script could: ids, words, records. None of it is a
// path, an address or a command, but for the two addresses that are checked (fetch's rules, linkHosts) and the videos
// folder within the settings. Exports go where the person says in the system's dialog: words of the page only make up
// the name that is proposed. Whoever adds to this says why it can't be turned against the person's machine.
var given = map[string]string{
	"AddFrame":          "token string, data string, ms int",
	"AddPicture":        "name string, data string",
	"AddPictureFromUrl": "url string",
	"Adopt":             "prediction string",
	"Arrange":           "collection string, ids []string, before string",
	"BeginReel":         "token string, form string, id string",
	"Cancel":            "id string",
	"Collect":           "collection string, ids []string",
	"CollectionsOf":     "id string",
	"Common":            "ids []string",
	"CopyFiles":         "ids []string",
	"CopyText":          "text string",
	"CountCollection":   "id string",
	"Dismiss":           "id string",
	"Undismiss":         "id string",
	"DragFiles":         "ids []string",
	"EndReel":           "token string",
	"ExportStatistics":  "days int, part string",
	"ExportVideos":      "token string, kind string, ids []string, from float64, to float64",
	"FindVideos":        "text string, limit int",
	"FixPicture":        "id string, fix picture.Fix",
	"Forget":            "ids []string", // of those in the trash alone
	"Generate":          "request generation.Request",
	"GenerateMany":      "request generation.Request, count int",
	"Generation":        "id string",
	"GiveUp":            "id string",
	"Lineage":           "id string",
	"Lot":               "ids []string",
	"Mark":              "ids []string, marks library.Marks",
	"NoteTrouble":       "text string",
	"Notify":            "id string",
	"OpenExternally":    "id string",
	"OpenLink":          "address string",
	"Picture":           "id string",
	"Quote":             "request generation.Request",
	"RemoveCollection":  "id string",
	"Rename":            "id string, name string",
	"RenameTag":         "from string, to string",
	"Resolve":           "id string, prediction string",
	"Restore":           "ids []string",
	"Resubmit":          "id string",
	"Reveal":            "id string",
	"RevealFile":        "generation string, n int", // one that is recorded as kept
	"SaveCollection":    "collection library.Collection",
	"SaveChart":         "chart string, data string",
	"SavePoster":        "id string, data string",
	"SaveSettings":      "patch settings.Patch",
	"SaveStill":         "id string, kind string, data string",
	"Sections":          "query library.GalleryQuery",
	"SetDemo":           "on bool",
	"SetFavourite":      "id string, on bool",
	"SetKey":            "key string, memoryOnly bool",
	"StandFor":          "id string, on bool",
	"Statistics":        "days int",
	"StopExport":        "token string",
	"Suggest":           "text string, cursor int",
	"Tags":              "typed string",
	"TakeFilms":         "reference bool",
	"TakeUp":            "id string",
	"Trash":             "ids []string",
	"Uncollect":         "collection string, ids []string",
	"Undo":              "edit int64",
	"Video":             "id string",
	"VideoIDs":          "query library.GalleryQuery, day string, offset int, limit int",
	"Videos":            "query library.GalleryQuery, day string, offset int, limit int",
}

func TestThePageReachesUseCasesOnly(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found, bound := map[string]string{}, []string{}
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Recv != nil && n.Name.IsExported() && types.ExprString(n.Recv.List[0].Type) == "*App" && len(n.Type.Params.List) > 0 {
					found[n.Name.Name] = parameters(n.Type.Params)
				}
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Bind" {
					for _, element := range n.Value.(*ast.CompositeLit).Elts {
						bound = append(bound, types.ExprString(element))
					}
				}
			}
			return true
		})
	}
	if !slices.Equal(bound, []string{"app"}) {
		t.Errorf("bound to the page: %v", bound)
	}
	if !maps.Equal(found, given) {
		for name, params := range found {
			if given[name] != params {
				t.Errorf("%s(%s) is no known use-case; known: %q", name, params, given[name])
			}
		}
		for name := range given {
			if _, there := found[name]; !there {
				t.Errorf("%s is gone or takes nothing any more", name)
			}
		}
	}
}

func parameters(list *ast.FieldList) string {
	var said []string
	for _, field := range list.List {
		for _, name := range field.Names {
			said = append(said, name.Name+" "+types.ExprString(field.Type))
		}
	}
	return strings.Join(said, ", ")
}
