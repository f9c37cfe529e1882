package share

import (
	"archive/zip"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"conch/backend/container"
	"conch/backend/fault"
	"conch/backend/generation"
)

// Archive writes a selection of videos with their recipes, as recipes.csv and recipes.json, into a zip. Videos are
// stored as they are: they don't get smaller. Faults: video_file_missing, and as Video.
func (d *Desk) Archive(ctx context.Context, token string, videos []generation.Video, to string, tell container.Progress) error {
	var files []string
	total := int64(0)
	for _, v := range videos {
		files, total = append(files, v.Path), total+v.Bytes
	}
	return d.do(ctx, token, to, files, func(ctx context.Context, draft string) (err error) {
		out, err := os.OpenFile(draft, os.O_WRONLY|os.O_TRUNC, 0)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, out.Close()) }()
		z := zip.NewWriter(out)
		done := int64(0)
		names := namesOf(videos)
		for i, v := range videos {
			w, err := z.CreateHeader(&zip.FileHeader{Name: names[i], Method: zip.Store, Modified: time.UnixMilli(v.CreatedAt).UTC()})
			if err != nil {
				return err
			}
			if done, err = pour(ctx, w, v.Path, done, total, tell); err != nil {
				return err
			}
		}
		for _, list := range []struct {
			name  string
			write func(io.Writer, []generation.Video, []string) error
		}{{"recipes.csv", writeCSV}, {"recipes.json", writeJSON}} {
			w, err := z.Create(list.name)
			if err != nil {
				return err
			}
			if err := list.write(w, videos, names); err != nil {
				return err
			}
		}
		return errors.Join(z.Close(), out.Sync())
	})
}

func pour(ctx context.Context, w io.Writer, path string, done, total int64, tell container.Progress) (int64, error) {
	in, err := os.Open(path)
	if err != nil {
		return done, fault.Wrap(err, "video_file_missing", fault.Args{"path": path})
	}
	defer func() { _ = in.Close() }()
	for {
		if err := ctx.Err(); err != nil {
			return done, err
		}
		n, err := io.CopyN(w, in, 8<<20)
		done += n
		if tell != nil {
			tell(done, max(done, total))
		}
		if errors.Is(err, io.EOF) {
			return done, nil
		}
		if err != nil {
			return done, err
		}
	}
}

// namesOf gives each video its file's name; of two with one name the second gets a number.
func namesOf(videos []generation.Video) []string {
	taken := map[string]bool{"recipes.csv": true, "recipes.json": true}
	var names []string
	for _, v := range videos {
		base := filepath.Base(v.Path)
		name := base
		for n := 2; taken[name]; n++ {
			ext := filepath.Ext(base)
			name = fmt.Sprintf("%s (%d)%s", base[:len(base)-len(ext)], n, ext)
		}
		taken[name] = true
		names = append(names, name)
	}
	return names
}

func writeCSV(w io.Writer, videos []generation.Video, names []string) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"file", "name", "prompt", "model", "params", "width", "height", "seconds", "cost_usd", "created", "prediction_id"}}
	for i, v := range videos {
		params, err := json.Marshal(v.Params)
		if err != nil {
			return err
		}
		cost := ""
		if v.Cost != nil {
			cost = strconv.FormatFloat(float64(*v.Cost)/1e6, 'f', -1, 64)
		}
		rows = append(rows, []string{names[i], plain(v.Name), plain(v.Prompt), v.Model, string(params), strconv.Itoa(v.Width), strconv.Itoa(v.Height),
			strconv.FormatFloat(float64(v.Duration)/1000, 'f', -1, 64), cost, time.UnixMilli(v.CreatedAt).UTC().Format(time.RFC3339), v.PredictionID})
	}
	return out.WriteAll(rows)
}

// plain keeps a spreadsheet from taking a person's words for a formula.
func plain(words string) string {
	if words != "" && (words[0] == '=' || words[0] == '+' || words[0] == '-' || words[0] == '@' || words[0] == '\t') {
		return "'" + words
	}
	return words
}

type recipe struct {
	File         string         `json:"file"`
	Name         string         `json:"name"`
	Prompt       string         `json:"prompt"`
	Model        string         `json:"model"`
	Params       map[string]any `json:"params,omitempty"`
	PredictionID string         `json:"predictionId,omitempty"`
	CreatedAt    int64          `json:"createdAt"` // epoch milliseconds
}

func writeJSON(w io.Writer, videos []generation.Video, names []string) error {
	recipes := []recipe{}
	for i, v := range videos {
		recipes = append(recipes, recipe{names[i], v.Name, v.Prompt, v.Model, v.Params, v.PredictionID, v.CreatedAt})
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(recipes)
}
