"""A training that trains nothing: it tells what the real one tells, and saves when it is ended.

``python -m tests.helpers.fake_training train RECIPE --out DIR [--resume] …``; what is in ``RECIPE``
says how it behaves: ``slow`` (10 steps a second, 1000 of them), ``quick``, ``broken``, ``silent``.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from pathlib import Path

from fhgui.session.training_process import Order

SHEET = b"P6 1 1 255\n\x80\x80\x80"  # a picture of one grey pixel


def command(order: Order, resume: bool) -> list[str]:
    """Return the command line of a fake training."""
    program = [sys.executable, "-m", "tests.helpers.fake_training", order.recipe, str(order.out)]
    return [*program, *(["--resume"] if resume else [])]


def tell(**event: object) -> None:
    """Print one event."""
    print(json.dumps(event), flush=True)


class Fake:
    """Counts steps."""

    def __init__(self, kind: str, out: Path) -> None:
        self.kind, self.out, self.stopped = kind, out, False
        saved = sorted(out.glob("step-*.safetensors")) if "--resume" in sys.argv else []
        self.step = int(saved[-1].stem.partition("-")[2]) if saved else 0
        self.steps = 1000 if kind == "slow" else 20

    def run(self) -> int:
        """Train and return the exit code."""
        signal.signal(signal.SIGTERM, self.stop)
        tell(event="started", step=self.step, steps=self.steps, samples=9, batch=2, device="cpu")
        if self.kind == "broken":
            print("fhgui: the disk is full; free some space, then resume", file=sys.stderr)
            return 1
        while self.step < self.steps and not self.stopped:
            self.make_step()
        (self.out / f"step-{self.step:08d}.safetensors").touch()
        tell(event="saved", step=self.step, path="")
        reason = "stopped" if self.stopped else "steps"
        tell(event="finished", step=self.step, reason=reason, elapsed_s=1.0, scores={})
        if self.stopped:
            print("fhgui: training was stopped; --resume goes on with it", file=sys.stderr)
            return 130
        weights = self.out / "weights.safetensors"
        weights.touch()
        tell(event="exported", weights=str(weights))
        return 0

    def make_step(self) -> None:
        """Make one step and tell of it."""
        self.step += 1
        time.sleep(0.1 if self.kind == "slow" else 0.01)
        tell(
            event="progress",
            step=self.step,
            steps=self.steps,
            losses={"loss": 1 / self.step},
            rates={"network": 1e-3},
            images_per_s=20.0,
            elapsed_s=0.1 * self.step,
            eta_s=0.1 * (self.steps - self.step),
        )
        if self.step % 5 == 0:
            sheet = self.out / f"sheet-{self.step}.ppm"
            sheet.write_bytes(SHEET)
            scores = {"psnr_rgb": 20 + self.step / 100, "psnr_bicubic": 20.0}
            tell(event="validated", step=self.step, scores=scores, best=True, sheet=str(sheet))

    def stop(self, number: int, frame: object) -> None:
        """Save and end after this step."""
        self.stopped = True


if __name__ == "__main__":
    sys.exit(Fake(sys.argv[1], Path(sys.argv[2])).run())
