"""A little window that offers files for dragging, as a file manager does. Arguments: the files. Ends with 1 when nobody took them."""
import pathlib
import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk

window = Gtk.Window(title="drag-source", default_width=120, default_height=120)
handle = Gtk.EventBox()
handle.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
handle.drag_source_add_uri_targets()
offered = [pathlib.Path(name).resolve().as_uri() for name in sys.argv[1:]]
handle.connect("drag-data-get", lambda _widget, _context, data, _info, _time: data.set_uris(offered))
refused = []
handle.connect("drag-failed", lambda _widget, _context, why: refused.append(why))
handle.connect("drag-end", lambda _widget, _context: Gtk.main_quit())
window.add(handle)
window.connect("destroy", Gtk.main_quit)
window.show_all()
Gtk.main()
sys.exit(1 if refused else 0)
