"""``python -m fhgui.training.build_gallery SET --out DIR``: the prototype gallery of ``dcnn_mnce``.

The defaults are those of the bundled gallery. Step 1 is kept in ``DIR/step1.npy``, so that a build
that was stopped goes on; the two files of the gallery and their facts are written at the end.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from fhgui.core.arrays import AnyArray
from fhgui.core.errors import FhguiError
from fhgui.datasets.packed import FaceSet, open_set
from fhgui.imaging.colour import luma
from fhgui.imaging.operators import make_operator
from fhgui.methods.assets import load_file
from fhgui.methods.dcnn_mnce import red
from fhgui.methods.dcnn_mnce.config import DENOISER, INFO, Config
from fhgui.methods.dcnn_mnce.gallery import GallerySpec
from fhgui.methods.dcnn_mnce.method import schedule
from fhgui.methods.dcnn_mnce.network import inference_network
from fhgui.training.export import write_card, write_gallery
from fhgui.training.gallery import BuildSettings, build_gallery, global_luma

FACES = 3600
HELD_OUT = 64
"""First faces of the set that stay out of the gallery, for tuning."""

FEATURE_DIMS, RESIDUAL_DIMS = 128, 160
SETTINGS = BuildSettings(neighbours=400, locality=0.5, prototypes=280, least_members=8)


def main(arguments: Sequence[str] | None = None) -> int:
    """Build a gallery and return the exit code."""
    options = _parser().parse_args(arguments)
    torch.set_num_threads(options.threads)
    try:
        build(open_set(options.data), options.out, options.faces, options.held_out)
    except FhguiError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def build(faces: FaceSet, out: Path, count: int, held_out: int) -> tuple[Path, Path]:
    """Write a gallery from the first ``count`` faces, less the ``held_out`` first ones.

    Raises
    ------
    FhguiError
        If the set holds too few faces for clusters of the least size.
    """
    least = held_out + SETTINGS.prototypes * SETTINGS.least_members
    count = min(count, len(faces))
    if count < least:
        raise FhguiError(f"{count} faces are too few", hint=f"give a set of at least {least}")
    chosen = FaceSet(faces.pixels[held_out:count], faces.faces[held_out:count], faces.digest)
    f = _step_1(chosen, out)
    parts = range(0, len(chosen), 512)
    x = np.concatenate([luma(chosen.pixels[i : i + 512]).astype(np.float32) for i in parts])
    spec = GallerySpec(
        feature_dims=FEATURE_DIMS,
        residual_dims=RESIDUAL_DIMS,
        faces=len(chosen),
        least_members=SETTINGS.least_members,
    )
    gallery, _ = build_gallery(x, f, spec, SETTINGS, print)
    made = {"spec": dataclasses.asdict(spec), "settings": dataclasses.asdict(SETTINGS)}
    write_card({"digest": faces.digest, **made}, out / "gallery.yaml")
    return write_gallery(gallery, out, "prototypes")


def _step_1(faces: FaceSet, out: Path) -> AnyArray:
    loaded = load_file("weights", DENOISER, {"method": "dcnn_mnce", "part": "denoiser"})
    network = inference_network(loaded.spec, loaded.arrays)
    out.mkdir(parents=True, exist_ok=True)
    return global_luma(
        faces,
        out / "step1.npy",
        make_operator(INFO.degradation, INFO.output_hw, INFO.scale),
        red.as_function(network),
        schedule(Config()),
        print,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m fhgui.training.build_gallery", description=__doc__
    )
    parser.add_argument("data", type=Path, help="packed set of aligned faces")
    parser.add_argument("--out", type=Path, required=True, help="folder for the gallery")
    parser.add_argument("--faces", type=int, default=FACES, help="faces taken from the set")
    parser.add_argument("--held-out", type=int, default=HELD_OUT, help="of these, left for tuning")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    return parser


if __name__ == "__main__":
    sys.exit(main())
