"""``python -m tests.fuzz``: hostile files by the thousand, one report."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # what is forked may have no further threads


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a campaign, or one case again; return 0 if nothing went wrong."""
    options = _options(arguments)
    if not hasattr(os, "fork"):
        print("needs a system with fork, e.g. Linux", file=sys.stderr)
        return 2
    folder = Path(tempfile.mkdtemp(prefix="fhgui-fuzz-"))
    try:
        return _run(options, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(options: argparse.Namespace, folder: Path) -> int:
    import torch

    from tests.fuzz.cage import Cage
    from tests.fuzz.campaign import SHARES, Campaign, saved
    from tests.fuzz.corpus import digest_of, sound_files

    torch.set_num_threads(1)
    warnings.simplefilter("ignore")  # what libraries say of mutants; the cage's fates count
    began_s = monotonic()
    sounds = sound_files(folder)
    campaign = Campaign(sounds, Cage(folder / "cage"), options.seed, options.keep)
    known = f"{len(sounds)} sound files ({digest_of(sounds)[:12]})"
    print(f"seed {options.seed}, {known}, {platform.platform()}", flush=True)
    if options.case:
        return _again(campaign, options.case)
    wrong = campaign.check_sound()
    for line in wrong:
        print(f"SOUND FILE NOT OPENED {line}", flush=True)
    kinds = options.kinds.split(",") if options.kinds else list(SHARES)
    until_s = began_s + 60 * options.minutes
    for finding in campaign.run(options.cases, until_s, kinds):
        print(f"{finding.fate.upper()} {finding.case}: {finding.said[:600]}", flush=True)
    print(campaign.table())
    print(f"{monotonic() - began_s:.0f} s, {len(campaign.findings)} findings")
    if options.out is not None:
        saved(campaign.report(options.seed), options.out)
    return 1 if campaign.findings or wrong else 0


def _again(campaign, case_id: str) -> int:  # type: ignore[no-untyped-def]
    from tests.fuzz.cage import SOUND
    from tests.fuzz.hostile_files import put

    case = campaign.named(case_id)
    files, outcome = campaign.once(case)
    print(f"{outcome.fate}: {outcome.said}")
    print(f"{outcome.cpu_s:.2f} s of processor time, {outcome.memory_bytes >> 20} MiB")
    kept = Path(tempfile.mkdtemp(prefix="fhgui-case-"))
    put(kept, files)
    print(f"its files are in {kept}")
    return 0 if outcome.fate in SOUND else 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000, help="how many")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=1e6, help="stop after so many")
    parser.add_argument("--kinds", default="", help="some of them, with commas; empty for all")
    parser.add_argument("--case", default="", help="run one again: KIND/NAME/SEED.SEED")
    parser.add_argument("--keep", type=Path, help="folder for the files of cases that go wrong")
    parser.add_argument(
        "--out", type=Path, help="write the report as JSON, which installer/manual.py takes in"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
