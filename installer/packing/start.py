"""Where the frozen program starts; its children start here, too."""

from __future__ import annotations

import sys
from multiprocessing import freeze_support

if __name__ == "__main__":
    freeze_support()
    from fhgui.__main__ import main

    sys.exit(main())
