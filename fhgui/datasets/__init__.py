"""From photographs to a packed set of faces: find, place, sift, pack, and say what was done.

Nothing is imported here: training reads sets by `fhgui.datasets.packed` alone, on machines
without dlib and video libraries.
"""
