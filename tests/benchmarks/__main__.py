"""``python -m tests.benchmarks``: measure the speed tables anew and put them into the manual."""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HERE = "tests/benchmarks"
MEASURED = (f"{HERE}/test_methods.py", f"{HERE}/test_steps.py")


def main() -> int:
    """Measure, and keep the tables unless a test failed; return the exit code."""
    options = _options()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="fhgui-speed-") as name:
        written = Path(name) / "benchmarks.json"
        asked = ["--benchmark-enable", "--benchmark-only", f"--benchmark-json={written}", "-q"]
        chosen = ["-k", options.only] if options.only else []
        code = pytest.main([*MEASURED, *asked, *chosen, "-p", "no:cacheprovider"])
        if code:
            return int(code)
        return _keep(written, Path(name) if options.out is None else options.out, options.out)


def _keep(written: Path, folder: Path, out: Path | None) -> int:
    from installer.manual import main as manual
    from installer.pages.measured import FOLDER
    from tests.benchmarks.speed import slower, surveys

    folder.mkdir(parents=True, exist_ok=True)
    tables = []
    for survey in surveys(written):
        kept = FOLDER / f"survey-{survey['survey']}.json"
        if kept.is_file():
            for sentence in slower(json.loads(kept.read_text("utf-8")), survey):
                print(f"slower: {sentence}")
        path = folder / f"{survey['survey']}.json"
        path.write_text(json.dumps(survey, ensure_ascii=False, indent=1), "utf-8")
        tables.append(str(path))
    print("\n".join(tables))
    return manual(["--take", *tables]) if out is None else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--out", type=Path, help="write the tables here, and not into the manual")
    parser.add_argument("--only", help="words of the tests to run, as of pytest's -k")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
