"""What the methods share that restore a face patch by patch, each from the same place of others.

Position by position, the low-resolution patch is written as a weighted sum of the gallery's patches
*at that position*; the same sum of their high-resolution patches takes its place, and overlapping
patches are averaged. `grid` says where the patches are, `gallery` holds other people's, `weights`
finds the sum, `method` runs it. ``lle`` and ``lcr`` differ in one line, what they penalise.
"""
