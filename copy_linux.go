package main

/*
#cgo pkg-config: gtk+-3.0
#include <stdlib.h>
#include <string.h>
#include <gtk/gtk.h>

static void give(GtkClipboard *board, GtkSelectionData *wanted, guint form, gpointer texts) {
	const char *text = ((char **)texts)[form];
	gtk_selection_data_set(wanted, gtk_selection_data_get_target(wanted), 8, (const guchar *)text, strlen(text));
}

static void forget(GtkClipboard *board, gpointer texts) { g_strfreev(texts); }

static gboolean offer(gpointer texts) {
	static const GtkTargetEntry forms[] = {
		{"text/uri-list", 0, 0}, {"x-special/gnome-copied-files", 0, 1}, {"UTF8_STRING", 0, 2}, {"text/plain;charset=utf-8", 0, 2},
	};
	GtkClipboard *board = gtk_clipboard_get(GDK_SELECTION_CLIPBOARD);
	if (gtk_clipboard_set_with_data(board, forms, G_N_ELEMENTS(forms), give, forget, texts))
		gtk_clipboard_set_can_store(board, NULL, 0);
	else
		g_strfreev(texts);
	return G_SOURCE_REMOVE;
}

// Clipboards belong to GTK's own thread. The texts are given away.
static void offer_soon(char *uris, char *gnome, char *plain) {
	char **texts = g_new0(char *, 4);
	texts[0] = uris;
	texts[1] = gnome;
	texts[2] = plain;
	g_idle_add(offer, texts);
}
*/
import "C"

import (
	"context"
	"strings"
)

// copyFiles puts files on the clipboard of the window's own toolkit, in the forms that file managers paste: no helper
// stays behind to hold it, and it works on X11 and Wayland alike.
func copyFiles(_ context.Context, paths []string) error {
	addresses := addressesOf(paths)
	C.offer_soon(C.CString(strings.Join(addresses, "\r\n")+"\r\n"), C.CString("copy\n"+strings.Join(addresses, "\n")), C.CString(strings.Join(paths, "\n")))
	return nil
}
