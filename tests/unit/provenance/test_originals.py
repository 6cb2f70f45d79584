"""Where originals are looked for when one of them has moved."""

from pathlib import Path

from fhgui.core.record import EvidenceRef
from fhgui.evidence.hashing import sha256_file
from fhgui.provenance.originals import Originals


def evidence(path: Path) -> EvidenceRef:
    return EvidenceRef(path.name, path.stat().st_size, sha256_file(path), str(path))


def test_one_that_moved_takes_no_other_s_place(tmp_path: Path) -> None:
    stays, moves = tmp_path / "stays.png", tmp_path / "moves.png"
    for path in (stays, moves):
        path.write_bytes(path.name.encode())
    first, second = evidence(stays), evidence(moves)
    there = moves.rename(tmp_path / "there.png")
    originals = Originals(there)
    assert originals.path(first) == stays
    assert originals.unchanged(first)
    assert originals.path(second) == there
    assert originals.unchanged(second)


def test_one_that_is_named_and_is_another_is_said_to_have_changed(tmp_path: Path) -> None:
    gone, named = tmp_path / "gone.png", tmp_path / "named.png"
    gone.write_bytes(b"a")
    about = evidence(gone)
    gone.unlink()
    named.write_bytes(b"b")
    originals = Originals(named)
    assert originals.path(about) == named
    assert not originals.unchanged(about)
