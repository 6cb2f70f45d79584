"""``python -m tests.benchmarks.engines``: the networks by other engines than the program's own.

Needs ``onnx`` and ``onnxruntime``, best in a virtual environment beside the project's: the program
itself uses neither. The table goes into the manual by ``installer/manual.py --take``.
"""

import argparse
import io
import json
import statistics
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from fhgui.core.errors import WeightsError
from fhgui.methods import registry
from fhgui.methods.fsgn.base import load_base
from fhgui.methods.restoring import with_mirrored

ROUNDS, WARM, MANY = 5, 1, 16
SMALL_PX = 64
PLANAR = ("srcnn", "vdsr")
"""They see a face enlarged."""
OPSET = 20

Run = Callable[[torch.Tensor], torch.Tensor]


class Result(nn.Module):
    """A network that gives its last picture only."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        turned = hasattr(self.network, "see") and not hasattr(self.network, "enlarge")
        made = self.network.see(x) if turned else self.network(x)  # type: ignore[operator]
        if isinstance(made, torch.Tensor):
            return made
        last: torch.Tensor = made.output if hasattr(made, "output") else made[-1]
        return last


def networks() -> Iterator[tuple[str, nn.Module, torch.Tensor]]:
    """Yield id, network and an input for every method that is one network."""
    values = torch.Generator().manual_seed(1)
    for method_id in registry.method_ids():
        info = registry.info(method_id)
        try:
            loaded: Any = registry.load(method_id)
        except WeightsError:
            continue
        network = getattr(getattr(loaded, "method", loaded), "network", None)
        if isinstance(network, nn.Module):
            size = info.output_hw if method_id in PLANAR else info.input_hw
            yield method_id, network, torch.rand(1, 3, *size, generator=values)
    seen = torch.rand(1, 7, *registry.info("fsgn").output_hw, generator=values)
    seen[:, 3:] = (seen[:, 3:] > 0.5).float()
    yield "fsgn", load_base("sr", "cpu").network, seen


def frozen(network: nn.Module, x: torch.Tensor) -> Run:
    with torch.no_grad():
        traced = torch.jit.trace(network, x, check_trace=False)  # type: ignore[no-untyped-call]
        return torch.jit.optimize_for_inference(torch.jit.freeze(traced))


def by_onnx(network: nn.Module, x: torch.Tensor) -> Run:
    import onnxruntime

    written = io.BytesIO()
    axes = {"x": {0: "n"}, "y": {0: "n"}}
    torch.onnx.export(
        network, (x,), written, dynamo=False, opset_version=OPSET, do_constant_folding=False,
        dynamic_axes=axes, input_names=["x"], output_names=["y"],
    )  # fmt: skip
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        written.getvalue(), options, providers=["CPUExecutionProvider"]
    )
    return lambda pictures: torch.from_numpy(session.run(None, {"x": pictures.numpy()})[0])


@torch.inference_mode()
def ms_each(run: Run, pictures: torch.Tensor) -> float:
    """Return the processor's milliseconds a picture: other programs count little."""
    taken = []
    for _ in range(WARM + ROUNDS):
        began = time.thread_time()
        run(pictures)
        taken.append(time.thread_time() - began)
    return 1e3 * statistics.median(taken[WARM:]) / len(pictures)


@torch.inference_mode()
def pixels(run: Run, pictures: torch.Tensor) -> np.ndarray:
    return (255 * run(pictures).double().clamp(0, 1)).round().numpy().astype(int)


def row(method_id: str, network: nn.Module, x: torch.Tensor) -> dict[str, object]:
    """Measure one network; with its mirror picture is how the program runs most of them."""
    whole, two = Result(network).eval().requires_grad_(requires_grad=False), with_mirrored(x)
    small = x.shape[-1] <= SMALL_PX
    cells: dict[str, object] = {
        "network": f"`{method_id}`",
        "alone, ms": ms_each(whole, x),
        "with its mirror picture, ms each": ms_each(whole, two),
        f"{MANY} at once, ms each": ms_each(whole, two.repeat(MANY // 2, 1, 1, 1))
        if small
        else None,
    }
    for name, make in (("frozen graph", frozen), ("ONNX Runtime", by_onnx)):
        try:
            run = make(whole, two)  # traces keep the number of pictures
            gap = np.abs(pixels(run, two) - pixels(whole, two))
            cells[f"{name}, ms each"] = ms_each(run, two)
            cells[f"{name}: most grey levels off"] = int(gap.max())
        except Exception as error:  # whatever an engine cannot do
            print(name, str(error)[:80])
            cells[f"{name}, ms each"] = f"not possible ({type(error).__name__})"
            cells[f"{name}: most grey levels off"] = None
    return cells


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.engines")
    parser.add_argument("--out", type=Path, required=True, help="file of the table")
    parser.add_argument("--only", nargs="*", help="ids of networks")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    rows = []
    for name, network, x in networks():
        if options.only is None or name in options.only:
            rows.append(row(name, network, x))
            print(rows[-1], flush=True)
            _write(options.out, rows)


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    survey = {
        "survey": "speed_engines",
        "title": "The networks alone, by one thread, milliseconds of the processor a face",
        "rows": rows,
        "notes": [
            f"torch {torch.__version__}; a frozen graph is `torch.jit.freeze` with "
            "`optimize_for_inference`; ONNX Runtime with all its optimisations, both with the "
            "mirror picture beside it."
        ],
    }
    path.write_text(json.dumps(survey, ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    main()
