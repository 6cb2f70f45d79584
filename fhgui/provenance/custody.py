"""The custody log: one JSON line for each thing that was done, each chained to the one before.

A line holds the SHA-256 of the line before it (``previous``) and of its own contents
(``sha256``): an edited line is found by its own digest, a cut, added or exchanged one by the
chain, and a cut end by the head that ``case.json`` names.
"""

from __future__ import annotations

import dataclasses
import getpass
import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fhgui.core.dossier import CustodySummary
from fhgui.core.errors import RecordError
from fhgui.core.record import Json
from fhgui.provenance import durable
from fhgui.provenance.canonical import canonical_json, digest
from fhgui.provenance.decoding import FormError, decode, strict_json
from fhgui.provenance.draft import now_utc
from fhgui.provenance.verification.findings import Finding, Verdict, worst

DAMAGE = "damage found"
"""What is entered when a log or a case was found damaged; it stays in the log for ever."""

TELLS = "tells of damage"
"""Begins what is found at such an entry."""

REPAIRED = "torn line repaired"
"""What is entered in the place of a line that a crash cut in the middle."""

CONTENTS = ("at_utc", "who", "what", "subject", "details")


@dataclass(frozen=True)
class Entry:
    """One line of the log.

    Parameters
    ----------
    seq : 1 for the first line.
    at_utc : when, ISO 8601.
    who : user and machine.
    what : what was done, e.g. ``run completed``.
    subject : to what: a file, a run, a folder.
    details : anything else.
    previous : SHA-256 of the line before, without its line end; empty in the first.
    sha256 : SHA-256 of the canonical JSON of all other fields.
    """

    seq: int
    at_utc: str
    who: str
    what: str
    subject: str
    details: dict[str, Json]
    previous: str
    sha256: str


@dataclass(frozen=True)
class Head:
    """The end of a log as something outside it remembers: number and digest of a line."""

    entries: int
    sha256: str


class CustodyLog:
    """Appends to ``log.jsonl``; the caller sees to it that nobody else does.

    Parameters
    ----------
    path : the file; made with the first entry.

    Raises
    ------
    OutputError
        If it cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with durable.writing(path):
            lines, torn = split_lines(path.read_bytes() if path.exists() else b"")
            if torn:
                self._repair(lines, torn)
        self._last = lines[-1] if lines else b""
        self._count = len(lines)

    @property
    def head(self) -> Head:
        """Where the log ends now."""
        return Head(self._count, digest(self._last) if self._count else "")

    def append(self, what: str, subject: str, details: Mapping[str, Json] | None = None) -> Entry:
        """Enter something; it is on the disk when this returns."""
        entry = make_entry(self._count + 1, what, subject, details or {}, self._last)
        line = entry_bytes(entry)
        with durable.writing(self.path):
            durable.append(self.path, line + b"\n")
        self._last, self._count = line, self._count + 1
        return entry

    def _repair(self, lines: list[bytes], torn: bytes) -> None:
        """Put an entry that tells of it in the place of a line without an end."""
        details: dict[str, Json] = {"bytes": len(torn), "sha256": digest(torn)}
        before = lines[-1] if lines else b""
        lines.append(entry_bytes(make_entry(len(lines) + 1, REPAIRED, "", details, before)))
        durable.write_atomic(self.path, b"".join(line + b"\n" for line in lines))


def make_entry(
    seq: int, what: str, subject: str, details: Mapping[str, Json], line_before: bytes
) -> Entry:
    """Return a complete entry that follows on ``line_before`` (empty for the first)."""
    previous = digest(line_before) if line_before else ""
    bare = Entry(seq, now_utc(), who(), what, subject, dict(details), previous, "")
    return dataclasses.replace(bare, sha256=_contents_digest(bare))


def entry_bytes(entry: Entry) -> bytes:
    """Return the line of an entry, without its line end."""
    return canonical_json(_as_json(entry))


def who() -> str:
    """Return user and machine."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container without users
        user = "unknown"
    return f"{user}@{platform.node() or 'unknown'}"


def split_lines(data: bytes) -> tuple[list[bytes], bytes]:
    """Return the complete lines of a log, and what follows the last line end."""
    *lines, torn = data.split(b"\n")
    return lines, torn


def read_entries(path: Path) -> tuple[Entry, ...]:
    """Return the entries of a log that match their own digest; damaged lines are left out.

    Raises
    ------
    RecordError
        If the file cannot be read.
    """
    return _entries(split_lines(read_log(path))[0])


def _entries(lines: Sequence[bytes]) -> tuple[Entry, ...]:
    parsed = (_parsed(line) for line in lines)
    entries = (entry for entry in parsed if isinstance(entry, Entry))
    return tuple(entry for entry in entries if entry.sha256 == _contents_digest(entry))


def custody_summary(
    path: Path, head: Head | None = None, data: bytes | None = None
) -> CustodySummary:
    """Return what a report says of a log; see `verify_log`."""
    data = read_log(path) if data is None else data
    lines, _ = split_lines(data)
    entries = _entries(lines)
    return CustodySummary(
        entries=len(lines),
        first_utc=entries[0].at_utc if entries else "",
        last_utc=entries[-1].at_utc if entries else "",
        head_sha256=digest(lines[-1]) if lines else "",
        verdict=worst(verify_log(path, head, data)).value,
    )


def verify_log(
    path: Path, head: Head | None = None, data: bytes | None = None
) -> tuple[Finding, ...]:
    """Check every line of a log against itself and the one before.

    Parameters
    ----------
    path : a ``log.jsonl``.
    head : where it ended when ``case.json`` was written; without it a cut end goes unnoticed.
    data : its bytes, if they were read already: whatever is made of them is then of one log.

    Raises
    ------
    RecordError
        If the file cannot be read.
    """
    lines, torn = split_lines(read_log(path) if data is None else data)
    found = list(_check_lines(path, lines, head))
    found += _check_end(path, lines, torn, head, bool(found))
    if found:
        return tuple(found)
    return (Finding(str(path), f"{len(lines)} entries, the chain is whole"),)


def _check_lines(path: Path, lines: Sequence[bytes], head: Head | None) -> Iterator[Finding]:
    doubtful = False  # whether the line before was found damaged: then the chain breaks there
    for number, line in enumerate(lines, start=1):
        entry = _parsed(line)
        if isinstance(entry, FormError):
            yield _tampered(path, f"is no entry ({entry})", number, entry.field)
            doubtful = True
            continue
        before = lines[number - 2] if number > 1 else b""
        complaint = _complaint(entry, number, line, before, doubtful)
        if complaint is not None:
            field, text = complaint
            field = field or _edited(entry, _digest_named_after(lines, number, head))
            yield _tampered(path, text, number, field)
        elif entry.what == DAMAGE:
            yield _tampered(path, f"{TELLS}: {entry.subject}", number)
        doubtful = complaint is not None


def _complaint(
    entry: Entry, number: int, line: bytes, before: bytes, doubtful: bool
) -> tuple[str, str] | None:
    """Return field and words of what is wrong with a line; an empty field if it is unclear."""
    intact = entry.sha256 == _contents_digest(entry)
    chained = entry.previous == (digest(before) if before else "")
    if not intact:
        wrong = "seq" if entry.seq != number else "" if chained or doubtful else "previous"
        return wrong, "is not what was entered: its contents do not match its digest"
    if entry_bytes(entry) != line:
        return "", "is not written as it was entered: spaces, escapes or order were changed"
    if not chained and not doubtful:
        return "previous", "does not follow on the line before it: that was changed, cut or added"
    if entry.seq != number and not doubtful:
        return "seq", f"is entry {entry.seq}: lines were cut or added before it"
    return None


def _edited(entry: Entry, named_after: str) -> str:
    """Tell an edited digest from edited contents by the digest that the next line names."""
    restored = dataclasses.replace(entry, sha256=_contents_digest(entry))
    if restored.sha256 == entry.sha256:
        return ""
    if named_after and digest(entry_bytes(restored)) == named_after:
        return "sha256"
    return "/".join(CONTENTS)


def _digest_named_after(lines: Sequence[bytes], number: int, head: Head | None) -> str:
    """Return the digest of line ``number`` that the next line or the head gives."""
    if head is not None and head.entries == number:
        return head.sha256
    after = _parsed(lines[number]) if number < len(lines) else None
    return after.previous if isinstance(after, Entry) else ""


def _check_end(
    path: Path, lines: Sequence[bytes], torn: bytes, head: Head | None, damaged: bool
) -> Iterator[Finding]:
    number = len(lines) + 1
    if torn and (head is None or head.entries >= number):
        yield _tampered(path, "is cut in the middle", number)
    elif torn:
        text = "was torn by a crash while it was entered; opening the case tells of it"
        yield Finding(str(path), text, line=number)
    elif head is not None and head.entries > len(lines):
        text = f"is the last: {head.entries - len(lines)} entries after it were cut"
        yield _tampered(path, text, len(lines))
    elif head is not None and not damaged and _head_of(lines, head) != head:
        yield _tampered(path, "is not the line that case.json names", head.entries)


def _head_of(lines: Sequence[bytes], head: Head) -> Head:
    """Return the digest that the head's line really has."""
    return Head(head.entries, digest(lines[head.entries - 1]) if head.entries else "")


def _tampered(path: Path, text: str, line: int, field: str = "") -> Finding:
    return Finding(str(path), text, Verdict.TAMPERED, line, field)


def _parsed(line: bytes) -> Entry | FormError:
    try:
        return decode(Entry, strict_json(line))
    except FormError as error:
        return error
    except ValueError:
        return FormError("", "no valid JSON")


def _contents_digest(entry: Entry) -> str:
    return digest(canonical_json({k: v for k, v in _as_json(entry).items() if k != "sha256"}))


def _as_json(entry: Entry) -> dict[str, Json]:
    value: dict[str, Json] = json.loads(json.dumps(dataclasses.asdict(entry)))
    return value


def read_log(path: Path) -> bytes:
    """Return the bytes of a log.

    Raises
    ------
    RecordError
        If the file cannot be read.
    """
    try:
        if not path.is_file():
            raise RecordError("cannot be read (no such file)", path=path, hint="give a log.jsonl")
        return path.read_bytes()
    except OSError as error:
        raise RecordError(
            f"cannot be read ({error.strerror})", path=path, hint="give a log.jsonl"
        ) from error
