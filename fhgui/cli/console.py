"""What commands share: output for people or machines, progress, and the options of a face."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer
import yaml

from fhgui.core.errors import CancelledError, InputError
from fhgui.core.face import Box
from fhgui.core.fields import Fields
from fhgui.core.fusion import FrameSpan, span_around
from fhgui.evidence.source import open_source
from fhgui.provenance.request import Placement, PlacementKind
from fhgui.provenance.run import Event, Note, Progressed, StageReady, StartedOver

OpenWindow: TypeAlias = Callable[[Sequence[str]], int]
"""Opens the window on files and returns its exit code."""

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
FrameOption = Annotated[int, typer.Option("--frame", min=0, help="Frame of a video, from 0.")]
DeinterlaceOption = Annotated[
    Fields,
    typer.Option(
        "--deinterlace",
        help="Of interlaced frames keep the upper or the lower field alone; woven: as stored.",
    ),
]
BoxOption = Annotated[str | None, typer.Option("--box", help="X,Y,W,H in frame pixels.")]
LandmarksOption = Annotated[
    str | None, typer.Option("--landmarks", help="X1,Y1,… of 2 eyes, 5 or 68 points.")
]
AutoOption = Annotated[
    bool,
    typer.Option(
        "--auto",
        help="Find the face automatically; with --box: in it, and where no landmarks are found "
        "there, have the network STN0 put it upright.",
    ),
]
AlignedOption = Annotated[
    bool, typer.Option("--aligned", help="The picture is a method's input already.")
]
DegradationOption = Annotated[
    str | None, typer.Option("--degradation", help="Operator assumed to have made the input.")
]
SeedOption = Annotated[int, typer.Option("--seed", help="Feeds all randomness.")]
DeviceOption = Annotated[str, typer.Option("--device", help="auto, cpu or cuda.")]
ThreadsOption = Annotated[int | None, typer.Option("--threads", min=1, help="CPU threads.")]
ReasonOption = Annotated[
    str,
    typer.Option(
        "--reason", help="Why a face below the class Perceive is enhanced all the same; recorded."
    ),
]
FuseOption = Annotated[
    int | None,
    typer.Option(
        "--fuse",
        min=2,
        help="Fuse this many frames about --frame into the input; the frame alone is run beside.",
    ),
]
FramesOption = Annotated[
    str | None, typer.Option("--frames", help="A-B: fuse these frames, --frame among them.")
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Write into a folder that is not empty.")
]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", help="NAME=VALUE of a method's setting; repeatable.")
]


def emit(as_json: bool, payload: dict[str, Any], show: Callable[[], None]) -> None:
    """Print ``payload`` as one JSON object, or call ``show`` to print it for people."""
    if as_json:  # in ASCII, which every terminal and every reader takes for what it is
        print(json.dumps(payload, allow_nan=False))
    else:
        show()


def tell(text: str) -> None:
    """Print progress on stderr."""
    print(text, file=sys.stderr, flush=True)


def tell_event(event: Event) -> None:
    """Print an event of a run as progress."""
    if isinstance(event, Note):
        tell(f"note: {event.text}")
    elif isinstance(event, Progressed):
        tell(f"{event.text}: {event.done}/{event.total}")
    elif isinstance(event, StartedOver):
        tell(f"started over: {event.text}")
    elif isinstance(event, StageReady):
        tell(f"stage {event.index + 1}/{event.total}: {event.stage.title}")


def parse_placement(box: str | None, landmarks: str | None, auto: bool, aligned: bool) -> Placement:
    """Return the placement of exactly one of the four options, or of a box and ``--auto``.

    Raises
    ------
    typer.BadParameter
        If none or others are given, or numbers are malformed (bad usage, exit code 2).
    """
    given = (box is not None, landmarks is not None, auto, aligned)
    if box is not None and given == (True, False, True, False):
        return Placement(PlacementKind.STRAIGHTEN, box=_box(box))
    if sum(given) != 1:
        raise typer.BadParameter(
            "give exactly one of --box, --landmarks, --auto, --aligned, or --box with --auto"
        )
    if box is not None:
        return Placement(PlacementKind.BOX, box=_box(box))
    if landmarks is not None:
        return Placement(PlacementKind.LANDMARKS, landmarks=_points(landmarks))
    return Placement(PlacementKind.AUTO if auto else PlacementKind.ALIGNED)


def parse_span(file: Path, frame: int, count: int | None, frames: str | None) -> FrameSpan | None:
    """Return the frames to fuse; None to use the marked frame alone.

    Raises
    ------
    typer.BadParameter
        If both options are given, or the second is no A-B.
    FhguiError
        If the file cannot be read.
    """
    if frames is not None and count is not None:
        raise typer.BadParameter("--fuse and --frames exclude each other")
    if frames is not None:
        first, dash, last = frames.partition("-")
        if not (dash and first.strip().isdecimal() and last.strip().isdecimal()):
            raise typer.BadParameter(f"--frames {frames!r} is not A-B")
        return FrameSpan(int(first), int(last))
    if count is None:
        return None
    with open_source(file) as source:
        return span_around(frame, count, source.count())


def parse_settings(pairs: list[str] | None) -> dict[str, object]:
    """Return NAME=VALUE pairs as a mapping; values are read as YAML scalars or lists."""
    settings: dict[str, object] = {}
    for pair in pairs or ():
        name, equals, value = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"--set {pair!r} is not NAME=VALUE")
        try:
            settings[name] = yaml.safe_load(value)
        except yaml.YAMLError as error:
            raise InputError(f"--set {name}: the value cannot be read") from error
    return settings


def parse_method_settings(
    pairs: list[str] | None, methods: Sequence[str]
) -> dict[str, dict[str, object]]:
    """Return METHOD.FIELD=VALUE pairs by method."""
    chosen: dict[str, dict[str, object]] = {}
    for key, value in parse_settings(pairs).items():
        method, dot, name = key.partition(".")
        if not dot or method not in methods:
            raise typer.BadParameter(
                f"--set {key} is not METHOD.FIELD=VALUE of a method that was named"
            )
        chosen.setdefault(method, {})[name] = value
    return chosen


@contextmanager
def stoppable(said: str, path: Path) -> Iterator[None]:
    """Let Ctrl-C and the end of the session stop the work alike, with a sentence.

    Raises
    ------
    CancelledError
        If the work was stopped: ``said``, about ``path``.
    """
    on_main_thread = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGTERM)
    if on_main_thread:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        raise CancelledError(said, path=path) from None
    finally:
        if on_main_thread:
            signal.signal(signal.SIGTERM, before)


def _box(text: str) -> Box:
    values = _numbers(text, "--box")
    if len(values) != 4 or any(v != int(v) for v in values if abs(v) < 1e9):
        raise typer.BadParameter(f"--box {text!r} is not four whole numbers X,Y,W,H")
    try:
        x, y, w, h = (int(v) for v in values)
    except (OverflowError, ValueError):
        raise typer.BadParameter(f"--box {text!r} is not four whole numbers X,Y,W,H") from None
    return Box(x, y, w, h)


def _points(text: str) -> tuple[tuple[float, float], ...]:
    values = _numbers(text, "--landmarks")
    if len(values) % 2:
        raise typer.BadParameter("--landmarks needs pairs X,Y")
    return tuple(zip(values[::2], values[1::2], strict=True))


def _numbers(text: str, option: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise typer.BadParameter(f"{option} {text!r} is not a list of numbers") from None
