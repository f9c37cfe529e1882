"""A little window that offers files for dragging, as a file manager does. Arguments: the files or addresses, and what begins
with a tag is the piece of a web page that they come from. Ends with 1 when nobody took them."""
import pathlib
import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk

window = Gtk.Window(title="drag-source", default_width=120, default_height=120)
handle = Gtk.EventBox()
handle.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
HTML = 7
targets = Gtk.TargetList.new([])
targets.add_uri_targets(0)
piece = "".join(name for name in sys.argv[1:] if name.startswith("<"))
if piece:
    targets.add(Gdk.Atom.intern("text/html", False), 0, HTML)
handle.drag_source_set_target_list(targets)
offered = [name if ":" in name.split("/")[0] else pathlib.Path(name).resolve().as_uri() for name in sys.argv[1:] if not name.startswith("<")]


def give(_widget, _context, data, info, _time):
    if info == HTML:
        data.set(data.get_target(), 8, piece.encode())
    else:
        data.set_uris(offered)


handle.connect("drag-data-get", give)
refused = []
handle.connect("drag-failed", lambda _widget, _context, why: refused.append(why))
handle.connect("drag-end", lambda _widget, _context: Gtk.main_quit())
window.add(handle)
window.connect("destroy", Gtk.main_quit)
window.show_all()
Gtk.main()
sys.exit(1 if refused else 0)
