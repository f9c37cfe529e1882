#pragma once
#include <gtk/gtk.h>
#include <stdint.h>
#include <webkit2/webkit2.h>

typedef struct {
	int x, y, width, height, frame_width, frame_height, maximised;
} place;

int toolkit_start(void);
int toolkit_screens(GdkRectangle *into, int most);
void toolkit_soon(uintptr_t call);
int toolkit_follow(void);
int toolkit_relabel(char **labels, int count);
void toolkit_dark(int dark, int chosen);
void toolkit_put(place where, int least_width, int least_height);
place toolkit_where(void);
void toolkit_load(const char *query);
void toolkit_fullscreen(int on);
int toolkit_is_fullscreen(void);
int toolkit_ask(const char *title, const char *text, const char *yes, const char *no);
char *toolkit_path(const char *address);
void toolkit_copied(uintptr_t call);
