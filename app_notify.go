package main

import (
	"context"

	"github.com/wailsapp/wails/v2/pkg/runtime"

	"conch/backend/desktop"
	"conch/backend/engine"
	"conch/backend/generation"
)

// noticeLabels are the titles of the system's notices, by language and by how a run ended.
var noticeLabels = map[string]map[generation.State]string{
	"en":      {generation.Done: "Your video is ready", generation.Failed: "A run failed", generation.Uncertain: "A run needs attention: it may have been billed"},
	"zh-Hant": {generation.Done: "影片已完成", generation.Failed: "任務失敗了", generation.Uncertain: "有一筆任務需要您處理：可能已經計費"},
	"zh-Hans": {generation.Done: "视频已完成", generation.Failed: "任务失败了", generation.Uncertain: "有一个任务需要您处理：可能已经计费"},
}

// Notify tells the system's notices how a run ended; the page asks for it when the window is not in front. A desktop
// that shows none is no error, and nobody waits for it.
func (a *App) Notify(id string) error {
	_, err := with(a, func(ctx context.Context, e *engine.Engine) (struct{}, error) {
		g, err := e.Library.Generation(ctx, id)
		if err != nil {
			return struct{}{}, err
		}
		if title, ends := noticeLabels[a.locale()][g.State]; ends {
			prompt, _ := g.Request.Params["prompt"].(string)
			select {
			case a.notices <- desktop.Notice{ID: g.ID, Title: title, Body: prompt}:
			default: // the desktop takes none any more
			}
		}
		return struct{}{}, nil
	})
	return err
}

// notify shows notices one after another until the window ends.
func (a *App) notify() {
	show := notifier(a.ctx, a.chosen)
	for {
		select {
		case <-a.ctx.Done():
			return
		case n := <-a.notices:
			if err := show(a.ctx, n); err != nil {
				a.log.Info("no notice shown", "error", err)
			}
		}
	}
}

// chosen brings the window to the run whose notice was clicked.
func (a *App) chosen(id string) {
	a.raise()
	if g, err := a.Generation(id); err == nil {
		runtime.EventsEmit(a.ctx, "show", g)
	}
}
