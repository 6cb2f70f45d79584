"""Everything PySide6: the window, its viewers and panels, and the threads behind it.

Widgets observe `fhgui.session` and ask it for changes; none keeps work of its own.
"""
