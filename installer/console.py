"""What set-up shares: one way to speak, one error, and questions to other programs."""

from __future__ import annotations

import subprocess


class SetupError(Exception):
    """Set-up cannot go on; the message says what happened and what to do."""


def say(text: str) -> None:
    """Print one line of progress at once."""
    print(f"[bootstrap] {text}", flush=True)


def output(*command: str) -> str:
    """Return what a command prints; the empty string if it cannot run or fails."""
    try:
        done = subprocess.run(command, check=False, capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else ""


def works(python: str, code: str) -> bool:
    """Return whether a Python can run some code, away from the checkout."""
    return output(python, "-I", "-c", f"{code}; print('yes')") == "yes"


def last_line(text: str) -> str:
    """Return the last line that says something."""
    lines = text.strip().splitlines()
    return lines[-1].strip() if lines else "it gave no reason"
