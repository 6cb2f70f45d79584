"""The open work, without Qt: what the window shows, what can be undone, and who does the work.

Widgets only observe `session.Session`; heavy work runs in the process of `worker`, which
`backend` starts, feeds, cancels and, after a crash, replaces.
"""
