"""How work is dealt out, and what becomes of items whose workers die; no process is started."""

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import pytest
from dask import config
from distributed.scheduler import KilledWorker

from fhgui.batch.crew import MOST_AT_ONCE, Crew, Lost, _Waiting, crew
from fhgui.batch.work import _may_be_film
from fhgui.core.errors import FhguiError, InputError, OutputError


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


def test_what_takes_long_goes_by_itself_and_the_rest_together() -> None:
    def tenth(number: int) -> bool:
        return number % 10 == 0

    waiting: _Waiting[int] = _Waiting(range(100), tenth)
    groups = []
    while waiting:
        groups.append(waiting.take(1))
    assert [number for group in groups for number in group] == list(range(100))
    assert all(len(group) == 1 for group in groups if any(map(tenth, group)))
    assert max(map(len, groups)) == 9


def test_whatever_is_not_called_like_a_picture_may_be_a_film() -> None:
    names = ("a/b.JPG", "b.tiff", "c.mp4", "d.dav", "e", "f.png.avi")
    assert [name for name in names if not _may_be_film(name)] == ["a/b.JPG", "b.tiff"]


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


WIRE = {
    "distributed.client.security-loader": None,
    "distributed.comm.require-encryption": None,
    "distributed.comm.tls.ca-file": None,
    "distributed.comm.tls.client.cert": None,
    "distributed.comm.tls.client.key": None,
}
"""As it is where nobody set anything."""


@pytest.mark.parametrize(
    ("address", "settings", "words"),
    [
        ("tls://127.0.0.1:1", {}, "without certificates; set DASK_.*CA_FILE.*CERT.*KEY"),
        ("tcp://127.0.0.1:1", {"distributed.comm.require-encryption": True}, "with tls://"),
        ("127.0.0.1:1", {"distributed.comm.require-encryption": True}, "require encryption"),
    ],
)
def test_an_address_that_does_not_go_with_the_settings_is_told(
    address: str, settings: dict[str, object], words: str, tmp_path: Path
) -> None:
    with (
        config.set({**WIRE, **settings}),
        pytest.raises(InputError, match=words),
        crew(1, address, tmp_path),
    ):
        pass


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, r"mine\.pem: there is no such"), (b"nothing", "the certificates cannot be used")],
)
def test_certificates_that_are_missing_or_damaged_are_told(
    content: bytes | None, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "mine.pem"
    if content is not None:
        file.write_bytes(content)
    settings = {f"distributed.comm.tls.{name}": str(file) for name in ("ca-file", "client.cert")}
    with (
        config.set({**WIRE, **settings}),
        pytest.raises(InputError, match=words),
        crew(1, "tls://127.0.0.1:1", tmp_path),
    ):
        pass
