//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"conch/backend/generation"
	"conch/backend/library"
)

// subjects make prompts of which no two are the same.
var subjects = []string{"paper boats on calm water", "a lighthouse in the fog", "ink spreading in a bowl", "a red kite over the dunes", "an old tram in the rain"}

// seed fills a home with a library of so many videos: files that are links to the simulator's clips, posters that
// are frames of them, as wide as the page makes them.
func seed(ctx context.Context, home, clips string, count int) error {
	files, err := filepath.Glob(filepath.Join(clips, "*.mp4"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("no clips in %s: %w", clips, err)
	}
	frames := filepath.Join(home, "frames")
	posters := filepath.Join(home, ".cache/conch/posters")
	folder := filepath.Join(home, "Videos/Conch/2026-11")
	for _, dir := range []string{frames, posters, folder} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	for i, file := range files {
		cmd := exec.Command("ffmpeg", "-v", "error", "-y", "-i", file, "-vf", "fps=4,scale=640:-2", "-q:v", "4", filepath.Join(frames, fmt.Sprintf("%02d-%%02d.jpg", i)))
		if said, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("ffmpeg: %w: %s", err, said)
		}
	}
	lib, err := library.Open(ctx, filepath.Join(home, ".local/share/conch/library.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lib.Close()) }()
	for n := range count {
		if err := seedOne(ctx, lib, files, frames, posters, folder, n); err != nil {
			return err
		}
	}
	return nil
}

func seedOne(ctx context.Context, lib *library.Library, files []string, frames, posters, folder string, n int) error {
	at := n % len(files)
	pictures, err := filepath.Glob(filepath.Join(frames, fmt.Sprintf("%02d-*.jpg", at)))
	if err != nil || len(pictures) == 0 {
		return fmt.Errorf("no frames of %s: %w", files[at], err)
	}
	info, err := os.Stat(files[at])
	if err != nil {
		return err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	v := generation.Video{
		ID: id.String(), Service: "https://api.atlascloud.ai", Prompt: fmt.Sprintf("%s, take %d", subjects[n%len(subjects)], n+1),
		Model: "minimax/hailuo-02/t2v-standard", Params: map[string]any{"duration": 6}, Width: 1366, Height: 768, Duration: 6000, FrameRate: 25,
		Bytes: info.Size(), HasPoster: true, CreatedAt: time.Date(2026, 11, 1, 9, n, 0, 0, time.UTC).UnixMilli(),
	}
	v.Name, v.Path = v.Prompt, filepath.Join(folder, fmt.Sprintf("2026-11-01 %04d.mp4", n+1))
	poster, err := os.ReadFile(pictures[n/len(files)%len(pictures)])
	if err != nil {
		return err
	}
	return errors.Join(os.Link(files[at], v.Path), os.WriteFile(filepath.Join(posters, v.ID+".jpg"), poster, 0o600), lib.AddVideo(ctx, v))
}
