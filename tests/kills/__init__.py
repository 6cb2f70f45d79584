"""Kills without warning at random moments, and what they cost: nothing that was finished.

``python -m tests.kills --kills 100 --seed 1 --out DIR`` runs it; nothing of the program imports it.

- `acting` is a window without a screen: a session and its worker, which run, save and export.
- `striking` starts a process and kills it (SIGKILL): its worker alone, or all of it; some time
  after it began, or in the very middle of what it does to a file (``hook`` counts those moments).
- `jobs` says for run, save, export, training and batch what is begun, what must be there after a
  kill, and how it goes on.
- `campaign` deals out the kills and counts.
"""
