"""Everything PySide6: the window, its viewers and docks, and the thread behind them."""
