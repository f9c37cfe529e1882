package main

// dialogWords name the system's dialogs, by language.
type dialogWords struct{ picture, pictures, videos, folder, save, into string }

var dialogLabels = map[string]dialogWords{
	"en":      {"Choose a Picture", "Pictures", "Import Videos", "Choose a Videos Folder", "Save As", "Choose a Folder for the Export"},
	"zh-Hant": {"選擇圖片", "圖片", "匯入影片", "選擇影片資料夾", "另存新檔", "選擇匯出的資料夾"},
	"zh-Hans": {"选择图片", "图片", "导入视频", "选择视频文件夹", "另存为", "选择导出的文件夹"},
}

func (a *App) dialogs() dialogWords { return dialogLabels[a.locale()] }

// asking has one dialog of the system's open at a time: of two, Wails gives one the answer of the other, and a double
// click would ask twice. A second is as good as dismissed.
func asking[T any](a *App, dialog func() (T, error)) (T, error) {
	if !a.dialog.CompareAndSwap(false, true) {
		var dismissed T
		return dismissed, nil
	}
	defer a.dialog.Store(false)
	return dialog()
}
