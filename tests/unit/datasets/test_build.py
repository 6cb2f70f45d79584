"""Building a set: what is kept, what is dropped and why, and that the result is always the same."""

import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from fhgui.alignment.detection import find_faces
from fhgui.alignment.similarity import apply
from fhgui.alignment.templates import reduced, template
from fhgui.core.errors import EvidenceError, FhguiError, InputError, NoFaceError, OutputError
from fhgui.datasets.build import Progress, build
from fhgui.datasets.packed import FaceSet, open_set, read_manifest
from fhgui.datasets.recipe import BuildRecipe
from tests.helpers.media import write_video
from tests.helpers.photographs import astronaut, encoded, pattern, write_people

PLAIN = BuildRecipe(size_hw=(32, 32))
ALIGNED = BuildRecipe(size_hw=(128, 128), template="celeba128")


class StopNowError(Exception):
    """Stands for whatever ends a build halfway."""


def fates(out: Path) -> dict[str, str]:
    return {Path(p.name).name: p.outcome for p in read_manifest(out).pictures}


def made(source: Path, out: Path, recipe: BuildRecipe = PLAIN, workers: int = 1) -> FaceSet:
    return build([source], out, recipe, workers)


def test_pictures_of_the_right_size_are_kept_to_the_bit(tmp_path: Path) -> None:
    folder = write_people(tmp_path / "people", 2, 2)
    faces = made(folder, tmp_path / "set")
    rows = dict(zip(faces.names, faces.pixels, strict=True))
    assert len(rows) == 4
    for person in (0, 1):
        for number in (0, 1):
            expected = pattern(100 * person + number)
            assert np.array_equal(rows[f"people/person-{person}/{number}.png"], expected)
    assert all(face.matrix == (1, 0, 0, 0, 1, 0) for face in faces.faces)


def test_the_middle_is_cut_to_the_proportions(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    wide = pattern(3, 32, 50)
    (tmp_path / "in" / "wide.png").write_bytes(encoded(wide))
    faces = made(tmp_path / "in", tmp_path / "set")
    assert np.array_equal(faces.pixels[0], wide[:, 9:41])
    assert faces.faces[0].matrix == (1, 0, -9, 0, 1, 0)


def test_a_crop_is_reduced_with_antialiasing(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    checks = np.indices((96, 96)).sum(axis=0)[..., None] % 2 * np.full(3, 255)
    large = (checks // 2 + np.repeat(pattern(4, 96, 96)[..., :1] // 2, 3, 2)).astype(np.uint8)
    (tmp_path / "in" / "large.png").write_bytes(encoded(large))
    recipe = BuildRecipe(size_hw=(32, 32), min_sharpness=0)
    faces = made(tmp_path / "in", tmp_path / "set", recipe)
    assert abs(faces.pixels.mean() - large.mean()) < 1.5
    assert faces.pixels.std() < large.std() / 1.5
    corner = apply(np.reshape(faces.faces[0].matrix, (2, 3)), np.array([[-0.5, -0.5]]))
    assert np.allclose(corner, -0.5)


def test_every_drop_has_its_reason(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "deep" / "er").mkdir(parents=True)
    good = encoded(astronaut(), "JPEG")
    contents = {
        "good.jpg": good,
        "deep/er/other.png": encoded(pattern(5, 64, 64)),
        "later-copy.jpg": good,
        "later-reencoded.jpg": encoded(astronaut(), "JPEG", quality=40),
        "later-smaller.png": encoded(cv2.resize(astronaut(), (256, 256))),
        "cut.jpg": good[: len(good) // 2],
        "empty.png": b"",
        "garbage.jpg": b"garbage" * 999,
        "letter.txt": b"Dear Sir",
        "tiny.png": encoded(pattern(6, 15, 15)),
        "blurred.png": encoded(cv2.GaussianBlur(astronaut(), (0, 0), 24)),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    made(folder, tmp_path / "set", BuildRecipe(size_hw=(64, 64)))
    assert fates(tmp_path / "set") == {
        "good.jpg": "kept",
        "other.png": "kept",
        "later-copy.jpg": "duplicate",
        "later-reencoded.jpg": "duplicate",
        "later-smaller.png": "duplicate",
        "cut.jpg": "unreadable",
        "empty.png": "unreadable",
        "garbage.jpg": "unreadable",
        "letter.txt": "not a picture",
        "tiny.png": "too small",
        "blurred.png": "blurred",
    }
    by_name = {Path(p.name).name: p for p in read_manifest(tmp_path / "set").pictures}
    assert by_name["later-copy.jpg"].detail == "the same file as in/good.jpg"
    assert by_name["later-reencoded.jpg"].detail == "looks like in/good.jpg"
    assert "15×15" in by_name["tiny.png"].detail
    assert by_name["letter.txt"].sha256


def test_duplicates_stay_when_asked_for(tmp_path: Path) -> None:
    folder = write_people(tmp_path / "people", 1, 1)
    shutil.copy(folder / "person-0" / "0.png", folder / "copy.png")
    recipe = BuildRecipe(size_hw=(32, 32), duplicate_bits=None)
    assert len(made(folder, tmp_path / "set", recipe)) == 2


def test_faces_are_found_and_laid_on_the_template(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    turned = cv2.warpAffine(
        astronaut(), cv2.getRotationMatrix2D((225, 110), 12, 1), (512, 512), flags=cv2.INTER_CUBIC
    )
    (folder / "a-turned.png").write_bytes(encoded(turned))
    (folder / "tiny.png").write_bytes(encoded(astronaut()[80:96, 200:216]))
    (folder / "wall.png").write_bytes(encoded(np.full((200, 200, 3), 90, np.uint8)))
    small = cv2.resize(astronaut(), (150, 150), interpolation=cv2.INTER_AREA)
    (folder / "small.png").write_bytes(encoded(small))
    faces = made(folder, tmp_path / "set", ALIGNED)
    assert fates(tmp_path / "set") == {
        "a-turned.png": "kept",
        "tiny.png": "too small",
        "wall.png": "no face",
        "small.png": "too small",  # 25 pixels: it would be enlarged ×3.6
    }
    packed = faces.faces[0]
    eyes = reduced(find_faces(turned)[0].landmarks, 2)
    on_grid = apply(np.reshape(packed.matrix, (2, 3)), eyes)
    assert np.abs(on_grid - template("celeba128").reduced(2)).max() < 4
    assert packed.score is not None
    assert packed.score > 0.2
    # the packed face itself is upright and where the template says
    again = find_faces(faces.pixels[0])[0]
    assert np.abs(reduced(again.landmarks, 2) - template("celeba128").reduced(2)).max() < 5


def test_of_several_faces_the_most_central_is_taken(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    face = astronaut()[:220, 110:340]
    (folder / "two.png").write_bytes(encoded(np.concatenate([face, face], axis=1)[:, :400]))
    faces = made(folder, tmp_path / "set", ALIGNED)
    assert read_manifest(tmp_path / "set").pictures[0].detail == "1 of 2 faces"
    inverse = np.linalg.inv(np.vstack([np.reshape(faces.faces[0].matrix, (2, 3)), [0, 0, 1]]))
    middle_x = (inverse @ [63.5, 63.5, 1])[0]
    assert middle_x < 230  # the left one is nearer to column 200 than the one cut at the right


def test_persons_stay_together_whatever_the_source_is_called(tmp_path: Path) -> None:
    recipe = BuildRecipe(size_hw=(32, 32), labels="folder", shares=(0.4, 0.3, 0.3))
    first = made(write_people(tmp_path / "one", 30, 2), tmp_path / "set1", recipe)
    second = made(write_people(tmp_path / "two", 30, 1), tmp_path / "set2", recipe)
    split_of = {face.identity: face.split for face in first.faces}
    assert len(split_of) == 30
    assert {face.split for face in first.faces} == {"train", "val", "test"}
    for face in (*first.faces, *second.faces):
        assert face.split == split_of[face.identity]


def test_shares_are_met(tmp_path: Path) -> None:
    recipe = BuildRecipe(shares=(0.8, 0.15, 0.05))
    splits = [recipe.split_of(f"p{n}", "") for n in range(4000)]
    for name, share in zip(("train", "val", "test"), recipe.shares, strict=True):
        assert splits.count(name) / 4000 == pytest.approx(share, abs=0.02)
    by_picture = BuildRecipe(shares=(0.8, 0.15, 0.05), split_by="picture")
    assert {by_picture.split_of("p1", str(n)) for n in range(100)} == {"train", "val", "test"}
    only_val = BuildRecipe(shares=(0, 1, 0))
    assert {only_val.split_of(None, str(n)) for n in range(100)} == {"val"}


def test_frames_of_a_video(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write_video(tmp_path / "in" / "clip.mp4", 40)
    (tmp_path / "in" / "broken.mp4").write_bytes(b"\0\0\0\x18ftypisom" + bytes(500))
    recipe = BuildRecipe(size_hw=(64, 64), min_sharpness=0, duplicate_bits=None, every_nth=10)
    faces = made(tmp_path / "in", tmp_path / "set", recipe)
    assert [face.frame for face in faces.faces] == [0, 10, 20, 30]
    assert len({face.split for face in faces.faces}) == 1
    assert fates(tmp_path / "set")["broken.mp4"] == "unreadable"


def test_the_set_is_the_same_however_it_is_made(tmp_path: Path) -> None:
    folder = write_people(tmp_path / "people", 10, 5)
    expected = made(folder, tmp_path / "set1").digest
    assert made(folder, tmp_path / "set2", workers=2).digest == expected
    shutil.copytree(folder, tmp_path / "elsewhere" / "people")
    assert made(tmp_path / "elsewhere" / "people", tmp_path / "set3").digest == expected


def test_an_archive_gives_the_same_faces_as_its_folder(tmp_path: Path) -> None:
    folder = write_people(tmp_path / "people", 3, 2)
    shutil.make_archive(str(tmp_path / "people"), "zip", folder)
    loose, packed = made(folder, tmp_path / "s1"), made(tmp_path / "people.zip", tmp_path / "s2")
    assert loose.faces == packed.faces
    assert np.array_equal(loose.pixels, packed.pixels)
    assert read_manifest(tmp_path / "s2").sources[0].sha256


def test_a_damaged_member_of_an_archive_is_dropped(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "people.zip", "w") as archive:
        for seed in (1, 2):
            archive.writestr(f"{seed}.png", encoded(pattern(seed)))
    data = bytearray((tmp_path / "people.zip").read_bytes())
    data[60] ^= 255  # inside the first member: its checksum no longer fits
    (tmp_path / "people.zip").write_bytes(data)
    made(tmp_path / "people.zip", tmp_path / "set")
    assert fates(tmp_path / "set") == {"1.png": "unreadable", "2.png": "kept"}


@pytest.mark.parametrize(("done", "workers"), [(0, 1), (16, 1), (48, 1), (50, 2)])
def test_an_interrupted_build_goes_on(tmp_path: Path, done: int, workers: int) -> None:
    folder = write_people(tmp_path / "people", 10, 5)
    expected = made(folder, tmp_path / "whole").digest

    def stop(progress: Progress) -> None:
        if progress.done >= done:
            raise StopNowError

    with pytest.raises(StopNowError):
        build([folder], tmp_path / "set", PLAIN, 1, stop)
    seen: list[int] = []
    faces = build([folder], tmp_path / "set", PLAIN, workers, lambda p: seen.append(p.done))
    assert seen[:1] == [done]
    assert faces.digest == expected
    assert sorted(p.name for p in (tmp_path / "set").iterdir()) == [
        "faces.npy",
        "index.json",
        "manifest.json",
    ]


def test_what_a_crash_left_half_written_is_done_again(tmp_path: Path) -> None:
    folder, out = write_people(tmp_path / "people", 10, 5), tmp_path / "set"
    expected = made(folder, tmp_path / "whole").digest

    def stop(progress: Progress) -> None:
        if progress.done >= 32:
            raise StopNowError

    with pytest.raises(StopNowError):
        build([folder], out, PLAIN, 1, stop)
    faces = bytearray((out / "candidates.raw").read_bytes())
    faces[5 * 32 * 32 * 3] ^= 1  # a face that never reached the disk
    (out / "candidates.raw").write_bytes(faces)
    lines = (out / "journal.jsonl").read_bytes()
    (out / "journal.jsonl").write_bytes(lines[:-40])  # a line cut off
    seen: list[int] = []
    again = build([folder], out, PLAIN, 1, lambda p: seen.append(p.done))
    assert seen[0] == 30
    assert again.digest == expected


def command(folder: Path, out: Path, workers: int) -> list[str]:
    rest = ["--out", str(out), "--no-align", "--size", "64,64", "--workers", str(workers)]
    return [sys.executable, "-m", "fhgui", "dataset", "build", str(folder), *rest]


@pytest.mark.skipif(os.name != "posix", reason="kills as POSIX does")
def test_killed_in_the_middle_it_goes_on_and_leaves_no_workers(tmp_path: Path) -> None:
    folder, out = write_people(tmp_path / "in", 40, 10), tmp_path / "set"
    expected = made(folder, tmp_path / "whole", BuildRecipe(size_hw=(64, 64))).digest
    with subprocess.Popen(command(folder, out, 2), stderr=subprocess.DEVNULL) as process:
        journal = out / "journal.jsonl"
        deadline = time.monotonic() + 60
        while not (journal.exists() and journal.read_bytes().count(b"\n") > 1):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        workers = children(process.pid)
        process.send_signal(signal.SIGKILL)
    assert workers
    with pytest.raises(FhguiError, match="no finished set"):
        open_set(out)
    wait_for_end(workers)
    done = subprocess.run(command(folder, out, 1), capture_output=True, text=True, check=True)
    assert expected is not None
    assert expected in done.stdout


def children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(stat.parent.name))
    return found


def wait_for_end(processes: list[int]) -> None:
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{process}").exists() for process in processes):
        assert time.monotonic() < deadline, "workers outlived their parent"
        time.sleep(0.05)


@pytest.mark.skipif(os.name != "posix", reason="limits the size of files as POSIX does")
def test_a_full_disk_is_one_sentence_and_the_build_goes_on(tmp_path: Path) -> None:
    folder, out = write_people(tmp_path / "in", 5, 4), tmp_path / "set"
    call = command(folder, out, 1)
    limited = ["sh", "-c", 'ulimit -f 100; exec "$@"', "sh", *call]
    failed = subprocess.run(limited, capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert failed.stderr.strip().splitlines()[-1].startswith(f"fhgui: {out}: cannot be written")
    assert "Traceback" not in failed.stderr
    subprocess.run(call, capture_output=True, check=True)
    assert (
        open_set(out).digest
        == made(folder, tmp_path / "whole", BuildRecipe(size_hw=(64, 64))).digest
    )


def test_a_source_that_vanishes_stops_the_build(tmp_path: Path) -> None:
    folder = write_people(tmp_path / "people", 10, 4)
    last = folder / "person-9" / "3.png"
    content = last.read_bytes()
    with pytest.raises(EvidenceError, match="vanished") as caught:
        build([folder], tmp_path / "set", PLAIN, 1, lambda _: last.unlink(missing_ok=True))
    assert "3.png" in caught.value.sentence()
    last.write_bytes(content)
    assert made(folder, tmp_path / "set").digest == made(folder, tmp_path / "whole").digest


@pytest.mark.skipif(os.name != "posix", reason="makes links and pipes as POSIX does")
def test_what_only_looks_like_a_file_is_dropped(tmp_path: Path) -> None:
    folder = write_people(tmp_path / "people", 1, 1)
    (folder / "dangling.png").symlink_to(folder / "nowhere.png")
    os.mkfifo(folder / "pipe.png")
    made(folder, tmp_path / "set")
    found = fates(tmp_path / "set")
    assert found == {"0.png": "kept", "dangling.png": "unreadable", "pipe.png": "unreadable"}


def test_other_settings_do_not_go_on_with_a_begun_build(tmp_path: Path) -> None:
    folder = write_people(tmp_path / "people", 10, 4)

    def stop(progress: Progress) -> None:
        if progress.done:
            raise StopNowError

    with pytest.raises(StopNowError):
        build([folder], tmp_path / "set", PLAIN, 1, stop)
    with pytest.raises(OutputError, match="other settings"):
        made(folder, tmp_path / "set", BuildRecipe(size_hw=(16, 16)))


def test_nothing_kept_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "letter.txt").write_text("Dear Sir")
    with pytest.raises(NoFaceError, match="1 not a picture"):
        made(tmp_path / "in", tmp_path / "set")
    assert not (tmp_path / "set").exists()


def test_an_output_that_cannot_be_used(tmp_path: Path) -> None:
    folder = write_people(tmp_path / "people", 1, 2)
    made(folder, tmp_path / "set")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").touch()
    (tmp_path / "file").touch()
    for out, said in (
        (tmp_path / "set", "already holds a set"),
        (tmp_path / "mine", "already holds something"),
        (tmp_path / "file", "is a file"),
        (folder / "set", "inside"),
    ):
        with pytest.raises(OutputError, match=said):
            made(folder, out)
    if sys.platform.startswith("linux"):
        with pytest.raises(OutputError, match="cannot be written"):
            made(folder, Path("/proc/fhgui-set"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"size_hw": (4, 4)},
        {"size_hw": (9999, 9999)},
        {"labels": "names"},
        {"split_by": "eye colour"},
        {"shares": (0.5, 0.1, 0.1)},
        {"shares": (1.5, -0.5, 0)},
        {"max_enlargement": 0},
        {"max_enlargement": float("inf")},
        {"min_sharpness": float("nan")},
        {"every_nth": 0},
        {"template": "nobody"},
        {"template": "celeba128", "size_hw": (128, 96)},
    ],
)
def test_recipes_that_make_no_sense(wrong: dict[str, object]) -> None:
    with pytest.raises(FhguiError):
        BuildRecipe(**wrong)  # type: ignore[arg-type]  # that is what is tested


def test_nothing_to_build_from(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing to build from"):
        build([], tmp_path / "set", PLAIN)
