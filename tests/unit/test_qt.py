"""What we rely on in the Qt binding and have seen broken."""

import sys

from PySide6.QtWidgets import QApplication


def test_calls_that_return_nothing_keep_none_alive(qapp: QApplication) -> None:
    """PySide6 6.12.0 loses one reference a call; Python 3.11 aborts when none is left."""
    before = sys.getrefcount(None)
    for _ in range(300):
        qapp.processEvents()
    assert sys.getrefcount(None) > before - 100
