"""An export is whole, says what it holds and what it could not show, and is logged."""

import io
import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fhgui.core.arrays import Pixels
from fhgui.core.dossier import Commission, Dossier, DriftRow, Laboratory, Paper
from fhgui.core.errors import CancelledError, OutputError, RecordError
from fhgui.methods.bicubic import method as bicubic
from fhgui.provenance.canonical import canonical_json, sealed
from fhgui.provenance.case import Case
from fhgui.provenance.custody import read_entries
from fhgui.provenance.dossier import Wishes, gather
from fhgui.provenance.enhance import enhance
from fhgui.provenance.export import UNSIGNED, Exported, Order, export
from fhgui.provenance.folder import write_run
from fhgui.provenance.keys import Signer
from fhgui.provenance.labelling import recorded_pixels
from fhgui.provenance.placing import put_in_place, scratch_beside
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.verification import export_folder
from fhgui.provenance.verification.dispatch import verify
from fhgui.provenance.verification.export_folder import verify_export
from fhgui.provenance.verification.findings import Verdict
from fhgui.provenance.verification.record import Circumstances

EYES = ((150.25, 120.0), (163.0, 121.5))
QUICK = Wishes(repeat_for_s=0)


def quiet(done: int, total: int, text: str) -> None:
    """Nobody looks."""


@pytest.fixture(autouse=True)
def _quick_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Render a report of two lines: its own tests render the real one."""

    def render(dossier: Dossier, folder: Path, checkpoint: object) -> list[Path]:
        files = [folder / "report.pdf", folder / "report.html"]
        for file in files:
            file.write_text(f"{dossier.id} {len(dossier.exhibits)}")
        return files

    monkeypatch.setattr("fhgui.provenance.report.process.render", render)
    monkeypatch.setattr("fhgui.provenance.comparing.drift_table", no_drift)


def no_drift(face: Pixels, results: Mapping[str, Pixels]) -> tuple[DriftRow, ...]:
    """Look for no face: that has tests of its own."""
    return tuple(DriftRow(name, "plain bicubic", None, "not looked at") for name in results)


def request(source: Path, method: str = "bicubic") -> EnhanceRequest:
    placement = Placement(PlacementKind.LANDMARKS, landmarks=EYES)
    return EnhanceRequest(source, method, placement, threads=1)


@pytest.fixture
def run_folder(demo_png: Path, tmp_path: Path) -> Path:
    write_run(enhance(request(demo_png)), tmp_path / "run")
    return tmp_path / "run"


@pytest.fixture
def case(demo_png: Path, tmp_path: Path) -> Path:
    path = tmp_path / "a.fhcase"
    with Case.create(path, "a case") as opened:
        for method in ("bicubic", "srcnn"):
            opened.start_run(request(demo_png, method))
            opened.add_run(enhance(request(demo_png, method)))
        failing = request(demo_png.with_name("missing.png"))
        opened.start_run(failing)
        opened.add_run(enhance(failing))
    return path


def carry_out(path: Path, out: Path, wishes: Wishes = QUICK, force: bool = False) -> Exported:
    return export(Order(path, out, wishes, force=force), quiet)


def names(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def hidden(folder: Path) -> list[str]:
    return [p.name for p in folder.iterdir() if p.name.startswith(".")]


FLAT = [
    "case.jsonld",
    "input.png",
    "manifest.json",
    "original-beside.png",
    "record.json",
    "report.html",
    "report.pdf",
    "result-credentialed.jpg",
    "result-credentialed.png",
    "stages/00-input.png",
    "stages/01-bicubic.png",
]


def test_the_export_of_one_run(run_folder: Path, tmp_path: Path) -> None:
    done = carry_out(run_folder, tmp_path / "out")
    assert names(tmp_path / "out") == FLAT
    assert sorted(str(f) for f in done.files) == [str(tmp_path / "out" / n) for n in FLAT]
    assert done.warnings == (UNSIGNED,)
    data = (tmp_path / "out" / "manifest.json").read_bytes()
    assert done.manifest_sha256 == sha256(data).hexdigest()
    manifest = json.loads(data)
    assert manifest["labelled"] is True
    assert manifest["case"] is None
    assert sorted(manifest["files"]) == [n for n in FLAT if n != "manifest.json"]
    for name, entry in manifest["files"].items():
        content = (tmp_path / "out" / name).read_bytes()
        assert entry == {"sha256": sha256(content).hexdigest(), "size": len(content)}
    assert (tmp_path / "out" / "record.json").read_bytes() == (
        run_folder / "record.json"
    ).read_bytes()
    assert hidden(tmp_path) == []


def test_pictures_carry_the_label_and_keep_every_pixel(run_folder: Path, tmp_path: Path) -> None:
    carry_out(run_folder / "record.json", tmp_path / "out")
    recorded = np.asarray(Image.open(run_folder / "result.png"))
    shown = np.asarray(Image.open(tmp_path / "out" / "result-credentialed.png"))
    assert shown.shape[0] > shown.shape[1] == 512
    kept = recorded_pixels(shown, 128, 128)
    assert kept is not None
    assert np.array_equal(kept, recorded)
    beside = np.asarray(Image.open(tmp_path / "out" / "original-beside.png"))
    assert beside.shape[1] > 3 * 512
    assert (beside == (255, 196, 0)).all(axis=2)[560:, 1050:].any()


def test_without_the_label_its_absence_is_recorded(case: Path, tmp_path: Path) -> None:
    carry_out(case, tmp_path / "out", Wishes(labelled=False, repeat_for_s=0))
    shown = np.asarray(Image.open(tmp_path / "out" / "result-credentialed.png"))
    assert shown.shape == (128, 128, 3)
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["labelled"] is False
    entry = next(e for e in read_entries(case / "log.jsonl") if e.what == "exported")
    assert entry.details["labelled"] is False


def test_the_export_of_a_case(case: Path, tmp_path: Path) -> None:
    done = carry_out(case, tmp_path / "out")
    each = [n for n in FLAT if n.endswith((".png", ".jpg", "record.json")) and "stages" not in n]
    expected = ["log.jsonl", "other-runs/001-bicubic/record.json"]
    expected += [n for n in FLAT if "stages" not in n]
    for place, method in (("", "srcnn"), ("001-bicubic", "bicubic"), ("002-srcnn", "srcnn")):
        below = f"results/{place}/" if place else ""
        record = json.loads((tmp_path / "out" / below / "record.json").read_text())
        assert record["method"] == method
        expected += [f"{below}{name}" for name in each if place]
        stages = [stage["name"] for stage in record["stages"]]
        expected += [f"{below}stages/{i:02d}-{name}.png" for i, name in enumerate(stages)]
    assert names(tmp_path / "out") == sorted(expected)
    failed = json.loads((tmp_path / "out/other-runs/001-bicubic/record.json").read_text())
    assert failed["outcome"] == "failed"
    assert json.loads((tmp_path / "out" / "record.json").read_text())["method"] == "srcnn"
    assert (tmp_path / "out" / "report.pdf").read_text().endswith(" 2")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["case"]["title"] == "a case"
    entries = read_entries(case / "log.jsonl")
    logged = next(e for e in entries if e.what == "exported")
    assert logged.details["sha256"] == done.manifest_sha256
    assert logged.subject == str(tmp_path / "out")
    before = len((tmp_path / "out" / "log.jsonl").read_bytes().splitlines())
    assert manifest["custody"]["entries"] == before
    assert (case / "exports" / "0001.json").read_bytes() == (
        tmp_path / "out" / "manifest.json"
    ).read_bytes()


def test_an_export_tells_how_far_another_machine_is_from_it(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carry_out(run_folder, tmp_path / "out")
    assert verify(tmp_path / "out").verdict is Verdict.EXACT
    labelled_stage = np.asarray(Image.open(tmp_path / "out/stages/01-bicubic.png"))
    assert labelled_stage.shape[0] > labelled_stage.shape[1] == 512
    assert np.asarray(Image.open(tmp_path / "out/stages/00-input.png")).shape == (16, 16, 3)
    original = bicubic.imresize

    def of_another_machine(*args: Any) -> Pixels:
        pixels = original(*args)
        pixels[5:8, 3:5] ^= 1
        return pixels

    monkeypatch.setattr(bicubic, "imresize", of_another_machine)
    result = verify(tmp_path / "out")
    assert result.verdict is Verdict.EQUIVALENT
    assert any("by at most 1 grey levels" in f.text for f in result.findings)


def test_the_dossier_of_a_case(case: Path) -> None:
    wishes = Wishes(Laboratory("L"), Commission(examiner="E"), Paper.LETTER)
    dossier = gather(case, wishes, quiet).dossier
    assert [e.record.method for e in dossier.exhibits] == ["bicubic", "srcnn"]
    assert [r.outcome.value for r in dossier.other_records] == ["failed"]
    assert dossier.commission.issued_utc == dossier.made_utc
    assert dossier.paper is Paper.LETTER
    assert dossier.custody is not None
    assert dossier.custody.verdict == "EXACT"
    first, second = dossier.exhibits
    assert first.context is not None
    assert first.context.frame_hw == (288, 352)
    assert dict(first.source_facts)["container"] == "PNG"
    assert second.cards[0].matches
    assert "Dong" in second.method_text
    (comparison,) = dossier.comparisons
    assert comparison.exhibits == (1, 2)
    assert comparison.disagreement is not None
    assert comparison.disagreement.shape == (128, 128)
    assert comparison.jitter is not None
    assert comparison.seeds is not None
    assert comparison.repeated == 2
    assert [row.method for row in comparison.drift] == ["bicubic", "srcnn"]


def test_doubts_that_were_not_asked_for_are_not_made_up(case: Path) -> None:
    (comparison,) = gather(case, QUICK, quiet).dossier.comparisons
    assert comparison.jitter is None
    assert comparison.repeated is None
    assert any("not asked for" in note for note in comparison.notes)


def test_what_was_signed(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fhgui.provenance.signing.sign_pdf", lambda pdf, signer: pdf + b" signed")
    signer = Signer.on_the_spot()
    done = export(Order(case, tmp_path / "out", QUICK, signer), quiet)
    assert (tmp_path / "out" / "report.pdf").read_text().endswith(" signed")
    assert (tmp_path / "out" / "manifest.json.p7s") in done.files
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["signer"] == signer.words
    assert "manifest.json.p7s" not in manifest["files"]
    assert done.warnings == ()


@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_without_the_original_the_rest_is_exported_and_it_is_said(
    run_folder: Path, demo_png: Path, tmp_path: Path, harm: str
) -> None:
    if harm == "gone":
        demo_png.unlink()
    else:
        demo_png.write_bytes(demo_png.read_bytes() + b"x")
    done = carry_out(run_folder, tmp_path / "out")
    assert names(tmp_path / "out") == FLAT
    words = "is not at" if harm == "gone" else "was changed"
    assert any(words in warning for warning in done.warnings)
    with Image.open(tmp_path / "out" / "original-beside.png") as beside:
        assert beside.width < 3 * 512
    dossier = gather(run_folder, Wishes(), quiet).dossier
    assert dossier.exhibits[0].context is None
    assert dossier.comparisons[0].jitter is None
    assert any("original is not there" in note for note in dossier.comparisons[0].notes)


def test_a_moved_original_is_given(run_folder: Path, demo_png: Path) -> None:
    moved = demo_png.rename(demo_png.with_name("moved.png"))
    found = gather(run_folder, Wishes(source=moved, repeat_for_s=0), quiet)
    assert found.dossier.warnings == ()
    assert found.dossier.exhibits[0].context is not None


def test_lost_pictures_are_computed_again(run_folder: Path, tmp_path: Path) -> None:
    recorded = np.asarray(Image.open(run_folder / "result.png"))
    (run_folder / "stages" / "00-input.png").unlink()
    Image.fromarray(recorded ^ 1).save(run_folder / "stages" / "01-bicubic.png")
    found = gather(run_folder, QUICK, quiet)
    assert np.array_equal(found.dossier.exhibits[0].result.pixels, recorded)
    assert "computed again from the original, bit-identical" in found.dossier.warnings[0]


def test_without_original_and_input_it_is_refused(
    run_folder: Path, demo_png: Path, tmp_path: Path
) -> None:
    demo_png.unlink()
    (run_folder / "stages" / "00-input.png").unlink()
    with pytest.raises(RecordError, match="--source"):
        carry_out(run_folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert hidden(tmp_path) == []


def test_a_lost_run_does_not_take_the_case_with_it(
    case: Path, demo_png: Path, tmp_path: Path
) -> None:
    demo_png.unlink()
    (case / "results" / "0002-srcnn" / "stages" / "03-consistent.png").unlink()
    done = carry_out(case, tmp_path / "out")
    assert any(w.startswith("0002-srcnn is not shown") for w in done.warnings)
    assert not (tmp_path / "out" / "results").exists()
    dossier = gather(case, QUICK, quiet).dossier
    assert [r.method for r in dossier.other_records] == ["srcnn", "bicubic"]


def test_an_edited_record_is_refused(run_folder: Path, tmp_path: Path) -> None:
    record = run_folder / "record.json"
    record.write_bytes(record.read_bytes().replace(b'"seed":0', b'"seed":1'))
    with pytest.raises(RecordError, match="edited"):
        carry_out(run_folder, tmp_path / "out")


def test_a_failed_run_alone_has_nothing_to_export(demo_png: Path, tmp_path: Path) -> None:
    failed = enhance(request(tmp_path / "missing.png"))
    write_run(failed, tmp_path / "run")
    with pytest.raises(RecordError, match="no result"):
        carry_out(tmp_path / "run", tmp_path / "out")


def test_exporting_again_needs_force_and_keeps_what_others_put_there(
    run_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    first = carry_out(run_folder, out)
    (out / "notes").mkdir()
    (out / "notes" / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="--force"):
        carry_out(run_folder, out)
    assert json.loads((out / "manifest.json").read_text())["dossier"] == first.dossier_id
    second = carry_out(run_folder, out, force=True)
    assert json.loads((out / "manifest.json").read_text())["dossier"] == second.dossier_id
    assert names(out) == sorted([*FLAT, "notes/mine.txt"])
    assert hidden(tmp_path) == []


def test_an_older_export_leaves_nothing_of_itself(
    case: Path, run_folder: Path, tmp_path: Path
) -> None:
    carry_out(case, tmp_path / "out")
    carry_out(run_folder, tmp_path / "out", force=True)
    assert names(tmp_path / "out") == FLAT


def test_force_into_a_folder_of_others_keeps_their_files(run_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    carry_out(run_folder, tmp_path / "out", force=True)
    assert names(tmp_path / "out") == sorted([*FLAT, "mine.txt"])


def test_the_evidence_is_never_written_over(demo_png: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    source = demo_png.rename(out / "input.png")
    before = source.read_bytes()
    write_run(enhance(request(source)), tmp_path / "run")
    with pytest.raises(OutputError, match="is the source itself"):
        carry_out(tmp_path / "run", out, force=True)
    assert source.read_bytes() == before
    assert names(out) == ["input.png"]
    assert hidden(tmp_path) == []


def test_the_manifest_and_the_log_tell_of_the_same_log(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_folder, "_replayed", lambda *_: [])
    out = tmp_path / "out"
    carry_out(case, out)
    log, manifest = str(out / "log.jsonl"), out / "manifest.json"
    assert [f.verdict for f in verify_export(out, Circumstances()) if f.subject == log] == ["EXACT"]
    value = json.loads(manifest.read_bytes())
    value["custody"]["entries"] -= 1
    manifest.write_bytes(canonical_json(sealed(value)) + b"\n")
    bad = [f for f in verify_export(out, Circumstances()) if f.verdict is Verdict.TAMPERED]
    assert [f.subject for f in bad] == [log]
    assert "is not the log that the manifest tells of" in bad[0].text


def test_stopping_leaves_nothing_behind(case: Path, tmp_path: Path) -> None:
    def stop(done: int, total: int, text: str) -> None:
        if text.startswith("signing"):
            raise CancelledError("stopped by the user")

    with pytest.raises(CancelledError):
        export(Order(case, tmp_path / "out", QUICK), stop)
    assert not (tmp_path / "out").exists()
    assert hidden(tmp_path) == []
    assert all(e.what != "exported" for e in read_entries(case / "log.jsonl"))


@pytest.mark.parametrize("place", [".", "..", "results/x"])
def test_a_case_is_not_exported_into_itself(case: Path, place: str) -> None:
    with pytest.raises(OutputError, match="its own"):
        carry_out(case, case / place, force=True)


def test_a_case_that_another_works_on_is_refused(case: Path, tmp_path: Path) -> None:
    with Case.open(case), pytest.raises(OutputError, match="worked on"):
        carry_out(case, tmp_path / "out")


def test_an_export_cut_short_between_its_renames_is_found_again(tmp_path: Path) -> None:
    older = tmp_path / ".out.older"
    older.mkdir()
    (older / "manifest.json").write_text("{}")
    out = tmp_path / "out"
    with scratch_beside(out) as scratch:
        assert (out / "manifest.json").is_file()
        (scratch / "manifest.json").write_text('{"files":{}}')
        put_in_place(scratch, out)
    assert (out / "manifest.json").read_text() == '{"files":{}}'
    assert hidden(tmp_path) == []


def test_jpeg_and_png_show_the_same(run_folder: Path, tmp_path: Path) -> None:
    carry_out(run_folder, tmp_path / "out")
    jpeg, picture = (
        np.asarray(Image.open(io.BytesIO((tmp_path / "out" / name).read_bytes()))).astype(int)
        for name in ("result-credentialed.jpg", "result-credentialed.png")
    )
    assert jpeg.shape == picture.shape
    assert np.abs(jpeg - picture).mean() < 2
