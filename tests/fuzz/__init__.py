"""Hostile files: mutants of sound ones, each opened in a cage that says what became of it.

``python -m tests.fuzz --cases 10000 --seed 1`` runs it; nothing of the program imports it.

- `corpus` makes sound files of every kind that the program opens: evidence, records, cases,
  exports, recipes, weights, galleries, sets, and what else a stranger may hand over.
- `mutations` and `formats` spoil them: bits and lengths anywhere, or what a format means.
- `doors` does with a file what the program does with it.
- `cage` does that in a process of its own with limits, and watches what it writes where.
- `campaign` deals out the cases, goes on from mutants that led somewhere new, and counts.

A case is named by what makes it, ``image/png.rgb/17.203``: kind, sound file, and the seeds of its
mutations one upon the other. ``--case`` runs it again.
"""
