"""fhgui: face hallucination for forensic image analysts.

The original is always shown beside the result; the program never identifies anyone.
"""

__version__ = "0.2.0"
