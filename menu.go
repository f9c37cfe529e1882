package main

import (
	_ "embed"
	"encoding/json"
	"strings"
	"sync"

	"github.com/wailsapp/wails/v2/pkg/menu"
	"github.com/wailsapp/wails/v2/pkg/menu/keys"
	"github.com/wailsapp/wails/v2/pkg/runtime"

	goruntime "runtime"

	"conch/backend/desktop"
)

// labels of the native menu; the page's own words live in frontend/messages.
type labels struct {
	file, create, open, films, adopt, quit, view, queue, gallery, money, statistics, search, palette, settings, fullscreen, help, shortcuts string
}

var menuLabels = map[string]labels{
	"en":      {"File", "Create", "Open Picture…", "Import Videos…", "Add Run by Prediction ID…", "Quit", "View", "Queue", "Gallery", "Spending", "Statistics", "Search", "Command Palette…", "Settings…", "Full Screen", "Help", "Keyboard Shortcuts"},
	"zh-Hant": {"檔案", "創作", "開啟圖片…", "匯入影片…", "以任務 ID 加入…", "結束", "檢視", "佇列", "影片庫", "支出", "統計", "搜尋", "指令面板…", "設定…", "全螢幕", "說明", "鍵盤快速鍵"},
	"zh-Hans": {"文件", "创作", "打开图片…", "导入视频…", "通过任务 ID 添加…", "退出", "视图", "队列", "视频库", "支出", "统计", "搜索", "命令面板…", "设置…", "全屏", "帮助", "键盘快捷键"},
}

// menu builds the native menu in the chosen language; each item is a command the page carries out.
func (a *App) menu() *menu.Menu {
	l := menuLabels[a.locale()]
	say := func(command string) menu.Callback {
		return func(*menu.CallbackData) { runtime.EventsEmit(a.ctx, "command", command) }
	}
	top := menu.NewMenu()
	if goruntime.GOOS == "darwin" {
		top.Append(menu.AppMenu())
	}
	file := top.AddSubmenu(l.file)
	file.AddText(l.create, shortcut("create", 0), say("create"))
	file.AddText(l.open, shortcut("open-picture", 0), say("open-picture"))
	file.AddText(l.films, shortcut("import-videos", 0), say("import-videos"))
	file.AddText(l.adopt, nil, say("adopt"))
	file.AddSeparator()
	file.AddText(l.settings, shortcut("settings", 0), say("settings"))
	if goruntime.GOOS != "darwin" {
		file.AddSeparator()
		file.AddText(l.quit, shortcut("quit", 0), func(*menu.CallbackData) { runtime.Quit(a.ctx) })
	} else {
		top.Append(menu.EditMenu())
	}
	view := top.AddSubmenu(l.view)
	view.AddText(l.create, shortcut("create", 1), say("create"))
	view.AddText(l.queue, shortcut("queue", 0), say("queue"))
	view.AddText(l.gallery, shortcut("gallery", 0), say("gallery"))
	view.AddText(l.money, shortcut("money", 0), say("money"))
	view.AddText(l.statistics, shortcut("statistics", 0), say("statistics"))
	view.AddText(l.search, shortcut("search", 0), say("search"))
	view.AddText(l.palette, shortcut("palette", 0), say("palette"))
	view.AddSeparator()
	view.AddText(l.fullscreen, shortcut("fullscreen", 0), func(*menu.CallbackData) { a.toggleFullscreen() })
	if goruntime.GOOS == "darwin" {
		top.Append(menu.WindowMenu())
	}
	top.AddSubmenu(l.help).AddText(l.shortcuts, shortcut("help", 1), say("help"))
	return top
}

// shortcuts has the keys of each command, for the page and the menu alike.
//
//go:embed frontend/src/state/shortcuts.json
var shortcuts []byte

var shortcutsOf = sync.OnceValue(func() map[string][]string {
	var all map[string][]string
	if err := json.Unmarshal(shortcuts, &all); err != nil {
		panic(err)
	}
	return all
})

// shortcut is one of a command's keys for a menu item.
func shortcut(command string, n int) *keys.Accelerator {
	key, withMod := strings.CutPrefix(strings.ToLower(shortcutsOf()[command][n]), "mod+")
	if withMod {
		return keys.CmdOrCtrl(key)
	}
	return keys.Key(key)
}

// locale is the chosen language, else the system's, else English.
func (a *App) locale() string {
	if chosen := a.settings.Get().Locale; chosen != "" {
		if _, known := menuLabels[chosen]; known {
			return chosen
		}
	}
	for _, tag := range desktop.Languages() {
		switch tag = strings.ToLower(tag); {
		case strings.HasPrefix(tag, "zh-hant"), strings.HasPrefix(tag, "zh-tw"), strings.HasPrefix(tag, "zh-hk"), strings.HasPrefix(tag, "zh-mo"):
			return "zh-Hant"
		case strings.HasPrefix(tag, "zh"):
			return "zh-Hans"
		case strings.HasPrefix(tag, "en"):
			return "en"
		}
	}
	return "en"
}
