"""A gallery's two files, ``NAME-bases`` and ``NAME-entries``: found, checked, and read."""

from __future__ import annotations

from fhgui.assets import load_file
from fhgui.core.errors import MethodError, WeightsError
from fhgui.core.method import Asset, MethodInfo
from fhgui.methods.dcnn_mnce.config import Config
from fhgui.methods.dcnn_mnce.gallery import Gallery, GallerySpec, from_arrays, make_spec

PARTS = ("bases", "entries")
SUFFIX = ".safetensors"


def file_name(gallery: str, part: str) -> str:
    """Return the name of one of the two files of a gallery, which may be named with its suffix."""
    return f"{gallery.removesuffix(SUFFIX)}-{part}{SUFFIX}"


def load_gallery(info: MethodInfo, config: Config) -> tuple[Gallery, tuple[Asset, ...]]:
    """Read the gallery that the settings name.

    Raises
    ------
    MethodError
        If it holds less than the settings ask for.
    WeightsError
        If a file is missing, damaged, or of another method, size, start, partition or
        degradation.
    """
    bases, entries = (
        load_file("gallery", file_name(config.gallery, part), {"method": info.id, "part": part})
        for part in PARTS
    )
    if bases.spec != entries.spec:
        raise WeightsError(
            "the two files of the gallery were not built together",
            path=entries.asset.name,
            hint="build the gallery again",
        )
    spec = make_spec(entries.spec)
    _check(spec, info, config)
    gallery = from_arrays(spec, bases.arrays, entries.arrays)
    if config.entries > gallery.size:
        raise MethodError(
            f"entries is {config.entries}, but the gallery holds {gallery.size}",
            hint="use fewer, or 0 for all",
        )
    kept = gallery.first(config.entries) if config.entries else gallery
    return kept, (bases.asset, entries.asset)


def _check(spec: GallerySpec, info: MethodInfo, config: Config) -> None:
    """Refuse a gallery that was built for something else than the settings say."""
    pairs = {
        "start": (spec.start, config.start),
        "partition": (spec.partition, config.partition),
        "prior": (spec.prior, config.prior if config.start == "denoiser" else ""),
        "scale": (spec.scale, info.scale),
        "degradation": (spec.degradation or config.degradation, config.degradation),
    }
    for name, (built, wanted) in pairs.items():
        if built != wanted:
            raise WeightsError(
                f"the gallery was built for the {name} {built}, not {wanted}",
                path=config.gallery,
                hint="choose another gallery, or build one with: fhgui gallery build",
            )
    if config.layers > spec.layers:
        raise MethodError(
            f"layers is {config.layers}, but the gallery has {spec.layers}",
            hint="use fewer, or build a gallery of more layers",
        )
