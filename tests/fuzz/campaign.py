"""Deals out cases, goes on from mutants that led somewhere new, and counts what became of them.

Where a case ends is told by its fate and its words without figures. A mutant that ends where none
of its kind did is kept, and half of the cases spoil a kept one further: what one change cannot
reach, two or three can. That is told from outside and costs nothing. One case in `TRACED_EVERY` is
traced, and kept if it reaches a line of the program that no traced one did. How many ways and lines
were found stands in the report.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from time import monotonic

from tests.fuzz.cage import SOUND, Cage, Fate, Outcome
from tests.fuzz.corpus import Sound
from tests.fuzz.doors import DOORS
from tests.fuzz.hostile_files import Files, put

SHARES: Mapping[str, int] = {
    "image": 26,
    "video": 24,
    "record": 10,
    "case": 12,
    "export": 6,
    "recipe": 10,
    "gallery": 5,
    "weights": 7,
}
"""How many of a hundred cases are of each kind."""

TRACED_EVERY = 5
_LONGEST_CHAIN = 5


HEADS = ("kind", "cases", *SOUND, "findings", "ways", "lines", "median s", "slowest s", "most MiB")


@dataclass(frozen=True)
class Case:
    """One mutant: a sound file and the seeds of its mutations."""

    sound: Sound
    chain: tuple[int, ...]

    @property
    def id(self) -> str:
        """What `--case` takes."""
        return f"{self.sound.id}/{'.'.join(map(str, self.chain))}"


@dataclass
class Tally:
    """What became of the cases of a kind."""

    fates: Counter[Fate] = field(default_factory=Counter)
    ways: set[str] = field(default_factory=set)
    lines: int = 0
    """Lines of the program that cases of this kind were the first to reach."""
    cpu_s: list[float] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    largest: tuple[int, str] = (0, "")

    def add(self, case: Case, outcome: Outcome) -> bool:
        """Take a case in; return whether it led where none did."""
        self.fates[outcome.fate] += 1
        self.cpu_s.append(outcome.cpu_s)
        self.slowest = max(self.slowest, (outcome.cpu_s, case.id))
        self.largest = max(self.largest, (outcome.memory_bytes, case.id))
        way = f"{case.sound.door} {outcome.fate} {_without_figures(outcome.said)}"
        is_new = way not in self.ways
        self.ways.add(way)
        self.lines += len(outcome.lines)
        return is_new or bool(outcome.lines)


@dataclass(frozen=True)
class Finding:
    """A case that went wrong."""

    case: str
    fate: Fate
    said: str
    cpu_s: float
    memory_bytes: int


class Campaign:
    """A run over many cases.

    Parameters
    ----------
    sounds : what is spoilt. seed : of everything; the same one deals out the same cases as long
        as they end alike.
    keep : folder for the files of cases that went wrong; None keeps none.
    """

    def __init__(
        self, sounds: Sequence[Sound], cage: Cage, seed: int, keep: Path | None = None
    ) -> None:
        self._by_kind = {k: [s for s in sounds if s.kind == k] for k in SHARES}
        self._cage, self._rng, self._keep = cage, Random(seed), keep
        self._kept: dict[str, list[Case]] = {kind: [] for kind in SHARES}
        self.tallies = {kind: Tally() for kind in SHARES}
        self.findings: list[Finding] = []
        self.sound_lines = 0
        """Lines of the program that the sound files reach."""

    def check_sound(self) -> list[str]:
        """Return the sound files that are not opened as they are, with why; there are none."""
        wrong = []
        for sounds in self._by_kind.values():
            for sound in sounds:
                outcome = self._ran(sound.door, sound.files, traced=True)
                self.sound_lines = len(self._cage.lines)
                if outcome.fate is not Fate.OPENED:
                    wrong.append(f"{sound.id}: {outcome.fate}, {outcome.said}")
        return wrong

    def run(self, cases: int, until_s: float, kinds: Sequence[str]) -> Iterator[Finding]:
        """Run cases of some kinds, until there are enough or time is up; yield what goes wrong."""
        shares = [SHARES[kind] for kind in kinds]
        for number in range(cases):
            if monotonic() > until_s:
                return
            if number and number % 1000 == 0:
                print(f"{number} cases", flush=True)
            case = self._dealt(self._rng.choices(kinds, shares)[0])
            finding = self._tried(case, traced=number % TRACED_EVERY == 0)
            if finding is not None:
                yield finding

    def _dealt(self, kind: str) -> Case:
        kept = self._kept[kind]
        if kept and self._rng.random() < 0.5:
            before = self._rng.choice(kept)
            sound, chain = before.sound, before.chain
        else:
            sound, chain = self._rng.choice(self._by_kind[kind]), ()
        return Case(sound, (*chain, self._rng.randrange(10**6)))

    def _tried(self, case: Case, traced: bool) -> Finding | None:
        files, outcome = self.once(case, traced=traced)
        tally = self.tallies[case.sound.kind]
        if tally.add(case, outcome) and len(case.chain) < _LONGEST_CHAIN:
            self._kept[case.sound.kind].append(case)
        if outcome.fate in SOUND:
            return None
        told = (outcome.said, outcome.cpu_s, outcome.memory_bytes)
        finding = Finding(case.id, outcome.fate, *told)
        self.findings.append(finding)
        if self._keep is not None:
            put(self._keep / case.id.replace("/", "_"), files)
        return finding

    def once(self, case: Case, *, traced: bool = False) -> tuple[Files, Outcome]:
        """Run one case; return its files, too."""
        alike = tuple(s for s in self._by_kind[case.sound.kind] if s.door == case.sound.door)
        files = case.sound.mutant(case.chain, alike)
        return files, self._ran(case.sound.door, files, traced)

    def _ran(self, door: str, files: Files, traced: bool) -> Outcome:
        outcome = self._cage.run(DOORS[door], files, traced=traced)
        if traced and outcome.fate not in SOUND:  # was it the tracer that took so long?
            outcome = self._cage.run(DOORS[door], files)
        return outcome

    def named(self, case_id: str) -> Case:
        """Return the case of a name.

        Raises
        ------
        ValueError
            If there is none.
        """
        kind, name, chain = case_id.split("/")
        for sound in self._by_kind.get(kind, ()):
            if sound.name == name:
                return Case(sound, tuple(int(seed) for seed in chain.split(".") if seed))
        raise ValueError(f"there is no sound file {kind}/{name}")

    def report(self, seed: int) -> dict[str, object]:
        """Return a survey, as the manual takes it in, with all that is behind it; plain JSON."""
        cases = sum(sum(t.fates.values()) for t in self.tallies.values())
        found = [f"{f.fate} {f.case}: {f.said[:200]}" for f in self.findings]
        return {
            "survey": "fuzz",
            "title": f"{cases} hostile files (seed {seed}) and what they came to",
            "rows": [dict(zip(HEADS, cells, strict=True)) for cells in self._lines()],
            "notes": found or ["none crashed, hung, filled the memory or wrote outside"],
            "kinds": {kind: _plain(tally) for kind, tally in self.tallies.items()},
            "lines": {"sound": self.sound_lines, "all": len(self._cage.lines)},
            "findings": [asdict(finding) for finding in self.findings],
        }

    def table(self) -> str:
        """Return the report as a table in Markdown."""
        return "\n".join(map(_row, [HEADS, ["---"] * len(HEADS), *self._lines()]))

    def _lines(self) -> list[list[object]]:
        lines = [_cells(kind, [t]) for kind, t in self.tallies.items() if t.cpu_s]
        return [*lines, _cells("all", list(self.tallies.values()))]


def _cells(kind: str, tallies: list[Tally]) -> list[object]:
    fates: Counter[Fate] = sum((t.fates for t in tallies), Counter())
    times = [s for t in tallies for s in t.cpu_s] or [0.0]
    most = max(t.largest[0] for t in tallies) >> 20
    wrong = fates.total() - sum(fates[fate] for fate in SOUND)
    ways = sum(len(t.ways) for t in tallies)
    lines = sum(t.lines for t in tallies)
    told = (*(fates[fate] for fate in SOUND), wrong, ways, lines)
    return [kind, fates.total(), *told, f"{median(times):.3f}", f"{max(times):.2f}", most]


def _plain(tally: Tally) -> dict[str, object]:
    return {
        "fates": {str(fate): count for fate, count in tally.fates.items()},
        "ways": len(tally.ways),
        "lines": tally.lines,
        "slowest": tally.slowest,
        "largest": tally.largest,
    }


def _row(cells: Sequence[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _without_figures(text: str) -> str:
    return "".join(sign for sign in text if not sign.isdigit())[:400]


def saved(report: Mapping[str, object], path: Path) -> None:
    """Write a report as JSON."""
    path.write_text(json.dumps(report, indent=1), encoding="utf-8")
