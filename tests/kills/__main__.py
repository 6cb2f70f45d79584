"""``python -m tests.kills``: SIGKILL at random moments, and one report of what it cost."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a campaign; return 0 if nothing was lost, unreadable or left behind."""
    options = _options(arguments)
    if sys.platform == "win32":
        print("needs a system with SIGKILL", file=sys.stderr)
        return 2
    folder = Path(tempfile.mkdtemp(prefix="fhgui-kills-"))
    try:
        return _run(options, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(options: argparse.Namespace, folder: Path) -> int:
    from tests.kills.campaign import Campaign, markdown
    from tests.kills.jobs import jobs

    began_s = monotonic()
    known = jobs(folder / "fixed")
    chosen = [known[name] for name in (options.jobs.split(",") if options.jobs else known)]
    campaign = Campaign(chosen, folder, options.seed, options.keep)
    for trial in campaign.run(options.kills):
        said = "; ".join(trial.wrong) or ("nothing lost" if trial.hit else "it had ended before")
        print(f"{trial.number:03d} {trial.job}: {trial.strike}: {said}", flush=True)
        _save(options.out, campaign.report(), campaign.survey())
    print(markdown(campaign.survey()))
    wrong = [trial for trial in campaign.trials if trial.wrong]
    print(f"{monotonic() - began_s:.0f} s, {len(wrong)} kills with findings")
    return 1 if wrong else 0


def _save(out: Path | None, report: dict[str, object], survey: dict[str, object]) -> None:
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for name, value in (("report", report), ("table", survey)):
            (out / f"{name}.json").write_text(json.dumps(value, indent=1), encoding="utf-8")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="how many")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", default="", help="some of them, with commas; empty for all")
    parser.add_argument("--keep", type=Path, help="folder for what went wrong")
    parser.add_argument("--out", type=Path, help="folder for report.json and table.json")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
