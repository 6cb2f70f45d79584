"""Looks at many items in parallel processes; the answers come in the items' order.

One worker means this process. Others are spawned, ignore Ctrl+C (their parent stops them) and end
with their parent, however it ends.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import TypeAlias

from fhgui.core.arrays import Pixels
from fhgui.core.errors import FhguiError
from fhgui.datasets.listing import Item
from fhgui.datasets.looking import Finding, look
from fhgui.datasets.reading import Reader
from fhgui.datasets.recipe import BuildRecipe

CHUNK = 8
"""Items a worker gets at once: neighbours share an archive, and frames of a video a decoder."""

AHEAD = 2
"""Chunks a worker that may be under way: more would only fill memory."""

MOST_ON_WINDOWS = 61
"""Processes that Python can wait for there."""

Task: TypeAlias = tuple[int, Item]
Look: TypeAlias = tuple[Finding, Pixels | None]


def look_at_all(tasks: Sequence[Task], recipe: BuildRecipe, workers: int) -> Iterator[list[Look]]:
    """Yield what the items hold, chunk by chunk, in their order whatever the number of workers.

    Raises
    ------
    FhguiError
        If a file has vanished, or a worker was killed (memory).
    """
    chunks = [tasks[start : start + CHUNK] for start in range(0, len(tasks), CHUNK)]
    if workers == 1 or len(chunks) <= 1:
        with Reader() as reader:
            for chunk in chunks:
                yield [look(number, item, recipe, reader) for number, item in chunk]
        return
    most = MOST_ON_WINDOWS if sys.platform == "win32" else workers
    crew = ProcessPoolExecutor(min(workers, len(chunks), most), get_context("spawn"), _begin)
    try:
        yield from _in_order(crew, chunks, recipe, workers * AHEAD)
    except BrokenProcessPool as error:
        raise FhguiError(
            "a worker process was killed, perhaps for lack of memory",
            hint="run the same command again with fewer workers, it goes on where it stopped",
        ) from error
    finally:
        crew.shutdown(cancel_futures=True)


def _in_order(
    crew: ProcessPoolExecutor, chunks: Sequence[Sequence[Task]], recipe: BuildRecipe, ahead: int
) -> Iterator[list[Look]]:
    under_way: deque[Future[list[Look]]] = deque()
    for chunk in chunks:
        if len(under_way) == ahead:
            yield under_way.popleft().result()
        under_way.append(crew.submit(_work, chunk, recipe))
    while under_way:
        yield under_way.popleft().result()


_reader: Reader | None = None
"""Of a worker process; it ends with it."""


def _begin() -> None:
    """Prepare a worker process."""
    global _reader  # noqa: PLW0603  an executor's workers have no other place for what they keep
    import cv2

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
    _reader = Reader()
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)  # nobody waits for an answer any more


def _work(chunk: Sequence[Task], recipe: BuildRecipe) -> list[Look]:
    if _reader is None:
        raise RuntimeError("the worker was not prepared")
    return [look(number, item, recipe, _reader) for number, item in chunk]
