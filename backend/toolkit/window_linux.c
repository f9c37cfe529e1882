#include "window_linux.h"
#include <locale.h>
#include "_cgo_export.h"

static GtkWindow *window;
static WebKitWebView *view;
static GtkWidget *bar;
static char *home;       // the page's first address
static place normal;     // where the window is when it is neither maximised nor in full screen
static guint settling;   // it was moved, and will be looked at when it rests
static place wanted;     // where it is put as it is first shown
static int film;         // the page fills the screen with one of its elements

int toolkit_start(void) {
	int there = gtk_init_check(NULL, NULL);
	setlocale(LC_NUMERIC, "C"); // Wails writes style sheets with printf, and German ones have commas
	return there;
}

int toolkit_screens(GdkRectangle *into, int most) {
	GdkDisplay *display = gdk_display_get_default();
	if (!display)
		return 0;
	GdkMonitor *first = gdk_display_get_primary_monitor(display);
	int count = 0;
	if (first && count < most)
		gdk_monitor_get_workarea(first, &into[count++]);
	for (int i = 0; i < gdk_display_get_n_monitors(display) && count < most; i++) {
		GdkMonitor *each = gdk_display_get_monitor(display, i);
		if (each != first)
			gdk_monitor_get_workarea(each, &into[count++]);
	}
	return count;
}

static gboolean soon(gpointer call) {
	toolkitCalled((uintptr_t)call);
	return G_SOURCE_REMOVE;
}

void toolkit_soon(uintptr_t call) { g_idle_add_full(G_PRIORITY_DEFAULT, soon, (gpointer)call, NULL); }

static void look(GtkWidget *at, gpointer nothing) {
	if (WEBKIT_IS_WEB_VIEW(at))
		view = WEBKIT_WEB_VIEW(at);
	else if (GTK_IS_MENU_BAR(at))
		bar = at;
	else if (GTK_IS_CONTAINER(at))
		gtk_container_forall(GTK_CONTAINER(at), look, NULL);
}

static void ended(WebKitWebView *at, WebKitWebProcessTerminationReason reason, gpointer nothing) {
	if (film) {
		film = 0;
		gtk_widget_show(bar);
		gtk_window_unfullscreen(window);
	}
	toolkitEnded(reason);
}

// The page never leaves the app, whatever is dropped on it or pressed in it.
static gboolean decide(WebKitWebView *at, WebKitPolicyDecision *decision, WebKitPolicyDecisionType type, gpointer nothing) {
	if (type == WEBKIT_POLICY_DECISION_TYPE_NEW_WINDOW_ACTION) {
		webkit_policy_decision_ignore(decision);
		return TRUE;
	}
	if (type != WEBKIT_POLICY_DECISION_TYPE_NAVIGATION_ACTION)
		return FALSE;
	WebKitNavigationAction *action = webkit_navigation_policy_decision_get_navigation_action(WEBKIT_NAVIGATION_POLICY_DECISION(decision));
	const char *to = webkit_uri_request_get_uri(webkit_navigation_action_get_request(action));
	if (g_str_has_prefix(to, home) || g_str_has_prefix(to, "about:") || g_str_has_prefix(to, "blob:"))
		return FALSE;
	webkit_policy_decision_ignore(decision);
	return TRUE;
}

static gboolean fills(WebKitWebView *at, gpointer nothing) {
	film = 1;
	gtk_widget_hide(bar);
	return FALSE;
}

static gboolean fills_no_more(WebKitWebView *at, gpointer nothing) {
	film = 0;
	gtk_widget_show(bar);
	return FALSE;
}

// What is dragged over the window, gathered as WebKit asks for it.
static struct {
	GdkDragContext *drag;
	char *list, *link, *html;
	int let_go;
} held;

static void forget(void) {
	g_free(held.list);
	g_free(held.link);
	g_free(held.html);
	memset(&held, 0, sizeof held);
}

static void give(void) {
	char **addresses = held.list ? g_uri_list_extract_uris(held.list) : NULL;
	if ((!addresses || !*addresses) && held.link) {
		g_strfreev(addresses);
		addresses = g_uri_list_extract_uris(strtok(held.link, "\r\n"));
	}
	char *lines = addresses ? g_strjoinv("\n", addresses) : NULL;
	if (lines && *lines)
		toolkitDropped(lines, held.html ? held.html : "");
	g_free(lines);
	g_strfreev(addresses);
	forget();
}

static char *text_of(GtkSelectionData *data) {
	int length = 0;
	const guchar *raw = gtk_selection_data_get_data_with_length(data, &length);
	if (!raw || length <= 0)
		return NULL;
	if (length > 1 && (!raw[1] || (raw[0] == 0xff && raw[1] == 0xfe))) // a web browser's UTF-16
		return g_convert((const char *)raw, length & ~1, "UTF-8", "UTF-16LE", NULL, NULL, NULL);
	return g_strndup((const char *)raw, length);
}

static void received(GtkWidget *at, GdkDragContext *drag, int x, int y, GtkSelectionData *data, guint form, guint time, gpointer nothing) {
	if (held.drag != drag) {
		forget();
		held.drag = drag;
	}
	char *name = gdk_atom_name(gtk_selection_data_get_target(data));
	char **slot = !strcmp(name, "text/uri-list") ? &held.list : !strcmp(name, "_NETSCAPE_URL") ? &held.link : !strcmp(name, "text/html") ? &held.html : NULL;
	g_free(name);
	if (!slot)
		return;
	g_free(*slot);
	*slot = text_of(data);
	if (held.let_go && slot == &held.list)
		give();
}

static gboolean dropped(GtkWidget *at, GdkDragContext *drag, int x, int y, guint time, gpointer nothing) {
	if (held.drag == drag && (held.list || held.link)) {
		give();
		return FALSE;
	}
	if (held.drag != drag) {
		forget();
		held.drag = drag;
	}
	for (GList *each = gdk_drag_context_list_targets(drag); each; each = each->next)
		if (each->data == gdk_atom_intern_static_string("text/uri-list")) { // let go before WebKit has asked
			held.let_go = 1;
			gtk_drag_get_data(at, drag, each->data, time);
			break;
		}
	return FALSE;
}

#define ELSEWISE (GDK_WINDOW_STATE_MAXIMIZED | GDK_WINDOW_STATE_FULLSCREEN | GDK_WINDOW_STATE_ICONIFIED | GDK_WINDOW_STATE_TILED | GDK_WINDOW_STATE_WITHDRAWN)

static GdkWindowState state_of(void) {
	GdkWindow *own = gtk_widget_get_window(GTK_WIDGET(window));
	return own ? gdk_window_get_state(own) : GDK_WINDOW_STATE_WITHDRAWN;
}

static gboolean rests(gpointer nothing) {
	settling = 0;
	if (state_of() & ELSEWISE)
		return G_SOURCE_REMOVE;
	GdkRectangle whole;
	gdk_window_get_frame_extents(gtk_widget_get_window(GTK_WIDGET(window)), &whole);
	gtk_window_get_position(window, &normal.x, &normal.y);
	gtk_window_get_size(window, &normal.width, &normal.height);
	normal.frame_width = MAX(0, whole.width - normal.width);
	normal.frame_height = MAX(0, whole.height - normal.height);
	return G_SOURCE_REMOVE;
}

// The window's new size is told before what it comes of, such as full screen.
static gboolean moved(GtkWidget *at, GdkEvent *event, gpointer nothing) {
	if (settling)
		g_source_remove(settling);
	settling = g_timeout_add(250, rests, NULL);
	return FALSE;
}

int toolkit_follow(void) {
	GList *all = gtk_window_list_toplevels();
	for (GList *each = all; each && !view; each = each->next) {
		bar = NULL;
		look(each->data, NULL);
		if (view)
			window = each->data;
	}
	g_list_free(all);
	if (!view || !bar)
		return 0;
	const char *first = webkit_web_view_get_uri(view);
	const char *path = first ? strchr(strstr(first, "://") ? strstr(first, "://") + 3 : first, '/') : NULL;
	home = path ? g_strndup(first, path - first + 1) : g_strdup("wails://wails/");
	g_signal_connect(view, "web-process-terminated", G_CALLBACK(ended), NULL);
	g_signal_connect(view, "decide-policy", G_CALLBACK(decide), NULL);
	g_signal_connect(view, "enter-fullscreen", G_CALLBACK(fills), NULL);
	g_signal_connect(view, "leave-fullscreen", G_CALLBACK(fills_no_more), NULL);
	g_signal_connect(view, "drag-data-received", G_CALLBACK(received), NULL);
	g_signal_connect(view, "drag-drop", G_CALLBACK(dropped), NULL);
	g_signal_connect(window, "configure-event", G_CALLBACK(moved), NULL);
	return 1;
}

static int relabel(GtkWidget *shell, char **labels, int count, int at) {
	GList *items = gtk_container_get_children(GTK_CONTAINER(shell));
	for (GList *each = items; each; each = each->next) {
		if (GTK_IS_SEPARATOR_MENU_ITEM(each->data))
			continue;
		if (at < count)
			gtk_menu_item_set_label(each->data, labels[at]);
		at++;
		GtkWidget *below = gtk_menu_item_get_submenu(each->data);
		if (below)
			at = relabel(below, labels, count, at);
	}
	g_list_free(items);
	return at;
}

int toolkit_relabel(char **labels, int count) { return bar ? relabel(bar, labels, count, 0) : count; }

void toolkit_dark(int dark, int chosen) {
	GtkSettings *settings = gtk_settings_get_default();
	if (chosen)
		g_object_set(settings, "gtk-application-prefer-dark-theme", dark, NULL);
	else
		gtk_settings_reset_property(settings, "gtk-application-prefer-dark-theme");
}

static void shown(GtkWidget *at, gpointer nothing) {
	g_signal_handlers_disconnect_by_func(at, shown, NULL);
	gtk_window_move(window, wanted.x, wanted.y);
}

void toolkit_put(place where, int least_width, int least_height) {
	GdkGeometry least = {.min_width = least_width, .min_height = least_height};
	gtk_window_set_geometry_hints(window, NULL, &least, GDK_HINT_MIN_SIZE); // Wails' own hold it to the size of one screen
	wanted = normal = where;
	if (where.width > 0) {
		gtk_window_resize(window, where.width, where.height);
		gtk_window_move(window, where.x, where.y);
		g_signal_connect_after(window, "map", G_CALLBACK(shown), NULL); // GTK forgets the place as it shows a hidden window
	}
	if (where.maximised)
		gtk_window_maximize(window);
}

place toolkit_where(void) {
	if (settling) {
		g_source_remove(settling);
		rests(NULL);
	}
	place now = normal;
	now.maximised = (state_of() & GDK_WINDOW_STATE_MAXIMIZED) != 0;
	return now;
}

void toolkit_load(const char *query) {
	char *address = g_strconcat(home, query, NULL);
	webkit_web_view_load_uri(view, address);
	g_free(address);
}

void toolkit_fullscreen(int on) {
	if (on)
		gtk_window_fullscreen(window);
	else
		gtk_window_unfullscreen(window);
}

int toolkit_is_fullscreen(void) { return (state_of() & GDK_WINDOW_STATE_FULLSCREEN) != 0; }

int toolkit_ask(const char *title, const char *text, const char *yes, const char *no) {
	GtkWidget *dialog = gtk_message_dialog_new(window, GTK_DIALOG_MODAL, GTK_MESSAGE_ERROR, GTK_BUTTONS_NONE, "%s", title);
	gtk_message_dialog_format_secondary_text(GTK_MESSAGE_DIALOG(dialog), "%s", text);
	gtk_window_set_title(GTK_WINDOW(dialog), "Conch");
	gtk_dialog_add_buttons(GTK_DIALOG(dialog), no, GTK_RESPONSE_NO, yes, GTK_RESPONSE_YES, NULL);
	gtk_dialog_set_default_response(GTK_DIALOG(dialog), GTK_RESPONSE_YES);
	int said = gtk_dialog_run(GTK_DIALOG(dialog));
	gtk_widget_destroy(dialog);
	return said == GTK_RESPONSE_YES;
}

char *toolkit_path(const char *address) {
	GFile *file = g_file_new_for_uri(address);
	char *path = g_file_get_path(file);
	g_object_unref(file);
	return path;
}

// A file manager says what was copied in one of these forms; text is the last resort of old ones.
static const char *const copied_forms[] = {"text/uri-list", "x-special/gnome-copied-files", "UTF8_STRING"};

typedef struct {
	uintptr_t call;
	guint form;
} asked;

static void copied(GtkClipboard *board, GtkSelectionData *data, gpointer a) {
	asked *of = a;
	char *text = text_of(data);
	if (!text && ++of->form < G_N_ELEMENTS(copied_forms)) {
		gtk_clipboard_request_contents(board, gdk_atom_intern_static_string(copied_forms[of->form]), copied, of);
		return;
	}
	toolkitCopied(of->call, text ? text : "");
	g_free(text);
	g_free(of);
}

void toolkit_copied(uintptr_t call) {
	asked *of = g_new0(asked, 1);
	of->call = call;
	gtk_clipboard_request_contents(gtk_clipboard_get(GDK_SELECTION_CLIPBOARD), gdk_atom_intern_static_string(copied_forms[0]), copied, of);
}
