"""What camera and storage did to a frame, as ``probe`` and ``faces`` print it."""

from __future__ import annotations

from typing import Any

from fhgui.evidence.source import Source
from fhgui.imaging.wear import estimate_wear


def wear_of(source: Source, index: int) -> dict[str, Any]:
    """Return the estimates about a frame as JSON, and in words under ``words``."""
    worn = estimate_wear(source.frame(index).pixels, source.info.kind == "video")
    return {"frame": index, **worn.as_json(), "words": dict(worn.lines)}


def show_wear(wear: dict[str, Any]) -> None:
    """Print estimates for people."""
    told = "; ".join(f"{title.lower()}: {words}" for title, words in wear["words"].items())
    print(f"frame {wear['frame']}, estimated – {told}")
