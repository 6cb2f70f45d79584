"""How work is dealt out, and what becomes of items whose workers die; no process is started."""

from collections.abc import Sequence
from contextlib import nullcontext

import pytest
from distributed.scheduler import KilledWorker

from fhgui.batch.crew import MOST_AT_ONCE, Crew, Lost, _Waiting
from fhgui.core.errors import FhguiError, OutputError


class Future:
    """What `distributed` would give for a group of items."""

    def __init__(self, result: list[int] | Exception) -> None:
        self._result = result

    def result(self) -> list[int]:
        """Return or raise it."""
        if isinstance(self._result, Exception):
            raise self._result
        return self._result


def dealt(count: int, workers: int) -> list[int]:
    waiting: _Waiting[int] = _Waiting(range(count))
    sizes = []
    while waiting:
        sizes.append(len(waiting.take(workers)))
    return sizes


@pytest.mark.parametrize(("count", "workers"), [(2000, 2), (2000, 1), (3, 8), (1, 1)])
def test_groups_become_small_towards_the_end(count: int, workers: int) -> None:
    sizes = dealt(count, workers)
    assert sum(sizes) == count
    assert sizes == sorted(sizes, reverse=True)
    assert max(sizes) <= MOST_AT_ONCE
    assert sizes[-1] == 1


def settled(
    waiting: _Waiting[str], group: Sequence[str], result: list[int] | Exception
) -> list[tuple[str, object]]:
    return list(waiting.settle(group, Future(result)))


def test_a_group_whose_workers_died_is_tried_one_by_one() -> None:
    waiting: _Waiting[str] = _Waiting(["c"])
    died = KilledWorker("key", None, 2)  # type: ignore[arg-type]  # its worker is not asked for
    assert settled(waiting, ("a", "b"), died) == []
    assert [waiting.take(1), waiting.take(1)] == [("a",), ("b",)]
    assert settled(waiting, ("a",), [1]) == [("a", 1)]
    assert settled(waiting, ("b",), died) == [("b", Lost())]
    assert waiting.take(1) == ("c",)
    assert not waiting


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OutputError("cannot be written (No space left on device)"), "No space left"),
        (ModuleNotFoundError("No module named 'fhgui'"), "every machine has this version"),
    ],
)
def test_what_stops_every_worker_stops_the_batch(error: Exception, words: str) -> None:
    with pytest.raises(FhguiError, match=words):
        settled(_Waiting([]), ("a",), error)


def test_a_scheduler_that_goes_away_is_told_in_a_sentence() -> None:
    class Gone:
        def nthreads(self) -> dict[str, int]:
            raise OSError("Timed out trying to connect")

        def cancel(self, futures: object) -> None:
            raise OSError("no scheduler")

    hands = Crew(lambda: nullcontext(Gone()), None)
    with pytest.raises(FhguiError, match="goes on where it stopped"):
        list(hands.each(abs, [1, 2]))
