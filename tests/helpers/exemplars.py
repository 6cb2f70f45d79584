"""A model folder with small fsgn networks that only enlarge, and a gallery of invented faces."""

from pathlib import Path

import numpy as np

from fhgui import paths
from fhgui.alignment.templates import template
from fhgui.core.face import FaceAlignment, FaceImage, PlacedBy
from fhgui.datasets.packed import FaceSet, PackedFace
from fhgui.imaging.colour import to_uint8
from fhgui.imaging.operators import OperatorSpec, make_operator
from fhgui.imaging.resize import imresize
from fhgui.methods.fsgn.config import INFO, WEIGHTS
from fhgui.methods.fsgn.network import Spec, build
from fhgui.training.export import register, write_weights
from fhgui.training.galleries import builder
from fhgui.training.galleries.options import GalleryOptions

SPEC = Spec(cells=4, channels=4, blocks=1, dilations=(1,), residual=True)
COUNT = 6
GALLERY = "fsgn/own"


def faces(count: int = COUNT) -> FaceSet:
    """Return invented faces with landmarks, all of them others."""
    rng = np.random.default_rng(0)
    coarse = rng.integers(20, 206, (count, 40, 30, 1)) + np.array([0, 20, 30])
    pixels = np.stack([imresize(face.astype(np.uint8), INFO.output_hw) for face in coarse])
    landmarks = tuple(float(v) for v in template("face320").points.ravel())
    packed = tuple(PackedFace(f"{i}.png", landmarks=landmarks) for i in range(count))
    return FaceSet(pixels, packed, "digest")


def low_face(number: int = 2) -> FaceImage:
    """Return the method's input that one of the faces is reduced to."""
    blur = make_operator("gaussian", INFO.output_hw, 4, OperatorSpec(gaussian_sigma_px=1.55))
    pixels = to_uint8(blur.forward(faces().pixels[number].astype(float)))
    return FaceImage(pixels, FaceAlignment(np.eye(2, 3), PlacedBy.ALIGNED, "face320"))


def write_models(folder: Path, count: int = COUNT) -> Path:
    """Write networks for both modes, and a gallery of the faces for ``sr``, as `GALLERY`."""
    network = build(SPEC)
    network.tail.weight.data.zero_()
    for mode, name in WEIGHTS.items():
        write_weights(network, folder / name, {"method": "fsgn", "part": mode}, SPEC)
        register(folder / name, {"what": "nothing"})
    options = GalleryOptions(kind="full", settings={"modes": ["sr"]})
    with paths.searched_first(folder):
        builder("fsgn")(faces(count), folder / GALLERY, options, lambda _: None)
    return folder
