package main

/*
#cgo pkg-config: gtk+-3.0
#include <stdlib.h>
#include <gtk/gtk.h>

static void hand_over(GtkWidget *window, GdkDragContext *drag, GtkSelectionData *wanted, guint form, guint time, gpointer uris) {
	gtk_selection_data_set_uris(wanted, uris);
}

static void over(GtkWidget *window, GdkDragContext *drag, gpointer uris) {
	g_signal_handlers_disconnect_by_data(window, uris);
	g_strfreev(uris);
}

static GtkWidget *in_front(void) {
	GtkWidget *found = NULL;
	GList *all = gtk_window_list_toplevels();
	for (GList *each = all; each && !found; each = each->next)
		if (gtk_window_is_active(each->data))
			found = each->data;
	g_list_free(all);
	return found;
}

static gboolean drag(gpointer uris) {
	GtkWidget *window = in_front();
	if (!window) {
		g_strfreev(uris);
		return G_SOURCE_REMOVE;
	}
	g_signal_connect(window, "drag-data-get", G_CALLBACK(hand_over), uris);
	g_signal_connect(window, "drag-end", G_CALLBACK(over), uris);
	GtkTargetList *forms = gtk_target_list_new(NULL, 0);
	gtk_target_list_add_uri_targets(forms, 0);
	// Without an event GTK doesn't know whose button it is.
	GdkEvent *press = gdk_event_new(GDK_BUTTON_PRESS);
	press->button.window = g_object_ref(gtk_widget_get_window(window));
	press->button.button = GDK_BUTTON_PRIMARY;
	gdk_event_set_device(press, gdk_seat_get_pointer(gdk_display_get_default_seat(gtk_widget_get_display(window))));
	GdkDragContext *begun = gtk_drag_begin_with_coordinates(window, forms, GDK_ACTION_COPY, GDK_BUTTON_PRIMARY, press, -1, -1);
	gdk_event_free(press);
	gtk_target_list_unref(forms);
	if (begun)
		gtk_drag_set_icon_name(begun, "video-x-generic", 0, 0);
	else
		over(window, NULL, uris);
	return G_SOURCE_REMOVE;
}

// Drags belong to GTK's own thread. The text is given away.
static void drag_soon(char *uris) {
	g_idle_add(drag, g_strsplit(uris, "\n", -1));
	free(uris);
}
*/
import "C"

import (
	"net/url"
	"strings"
)

// dragFiles begins a drag of files with the button that is held down: a page's own carries one address at most.
func dragFiles(paths []string) error {
	C.drag_soon(C.CString(strings.Join(addressesOf(paths), "\n")))
	return nil
}

// addressesOf are the addresses of files, with no line break in them.
func addressesOf(paths []string) []string {
	var all []string
	for _, path := range paths {
		all = append(all, (&url.URL{Scheme: "file", Path: path}).String())
	}
	return all
}
