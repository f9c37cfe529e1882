"""A little window that takes one dropped file, as a file manager does, and says its address."""
import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk

window = Gtk.Window(title="drop-target", default_width=160, default_height=160)
window.drag_dest_set(Gtk.DestDefaults.ALL, [], Gdk.DragAction.COPY)
window.drag_dest_add_uri_targets()


def received(_widget, _context, _x, _y, data, _info, _time):
    print("\n".join(data.get_uris()), flush=True)
    Gtk.main_quit()


window.connect("drag-data-received", received)
window.connect("destroy", Gtk.main_quit)
window.set_keep_above(True)  # whoever is pressed comes to the front
window.show_all()
Gtk.main()
