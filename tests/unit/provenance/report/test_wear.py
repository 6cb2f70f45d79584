"""The report tells a frame's wear, and whether the method reckons with it."""

import dataclasses
from pathlib import Path

import numpy as np
from PIL import Image

from fhgui.core.wear import ToldWear, not_modelled
from fhgui.imaging.demo import demo_frame
from fhgui.methods import registry
from fhgui.provenance.enhance import enhance
from fhgui.provenance.exhibits import ExhibitMaker
from fhgui.provenance.folder import write_run
from fhgui.provenance.originals import Originals
from fhgui.provenance.report.blocks import Facts, Paragraph, Tone
from fhgui.provenance.report.wear import LIMITS, wear
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind

EYES = Placement(PlacementKind.LANDMARKS, landmarks=((150.25, 120.0), (163.0, 121.5)))
ALL = ("noise", "blocks", "fields", "enlarged")


def exhibit(source: Path, folder: Path, placement: Placement = EYES):
    run = enhance(EnhanceRequest(source, "bicubic", placement, threads=1))
    assert run.error is None
    write_run(run, folder)
    return ExhibitMaker(Originals()).make(1, run.record, folder)


def test_what_was_found_and_not_reckoned_with_is_a_warning(tmp_path: Path) -> None:
    Image.fromarray(demo_frame()).save(tmp_path / "worn.jpg", quality=30)
    made = exhibit(tmp_path / "worn.jpg", tmp_path / "out")
    facts, warning, limits = list(wear(made))[1:]
    assert isinstance(facts, Facts)
    assert dict(facts.rows)["JPEG"].startswith("quality about")
    assert isinstance(warning, Paragraph)
    assert warning.tone is Tone.WARNING
    assert "compression" in warning.text
    assert isinstance(limits, Paragraph)
    assert limits.text == LIMITS


def test_a_method_made_for_it_is_told_so(tmp_path: Path) -> None:
    Image.fromarray(demo_frame()).save(tmp_path / "a.png")
    made = exhibit(tmp_path / "a.png", tmp_path / "out")
    blind = dataclasses.replace(
        made, info=registry.info("atlas_blind"), wear=ToldWear((("Noise", "σ 5"),), ("noise",))
    )
    told = [b.text for b in wear(blind) if isinstance(b, Paragraph)]
    assert told[0] == "atlas_blind was made for pictures with what was found here."


def test_nothing_is_told_without_the_original_or_of_a_small_input(tmp_path: Path) -> None:
    Image.fromarray(np.full((16, 16, 3), 90, np.uint8)).save(tmp_path / "face.png")
    made = exhibit(tmp_path / "face.png", tmp_path / "out", Placement(PlacementKind.ALIGNED))
    assert made.wear is None
    assert not list(wear(made))


def test_words_of_what_is_not_modelled() -> None:
    assert not_modelled(ALL, ("noise", "blocks", "fields", "enlarged")) == ""
    assert not_modelled(("noise",), ()) == "noise"
    assert not_modelled(("noise", "blocks"), ()) == "noise and compression"
    assert not_modelled(ALL, ("fields",)) == (
        "noise, compression and enlarging before it was stored"
    )
