"""YAML and JSON of strangers: plain values, or one `ValueError` before memory or time is spent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from fhgui import paths, plain

LEVELS = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))
BAD_YAML = {
    "a bomb of aliases": f"a0: &a0 [lol, lol]\n{LEVELS}\nx: *a11",
    "brackets in brackets": "x: " + "[" * 3000,
    "lists in lists": "- " * 3000,
    "itself": "x: &c [*c]",
    "merged with itself": "<<: &m {<<: *m}\nx: 1",
    "a call": "x: !!python/object/apply:os.system ['true']",
    "no date": "x: 2026-99-99",
    "an endless number": "x: 0x" + "f" * 5000,
    "a list for a key": "? [a]\n: x",
    "two documents": "a: 1\n---\nb: 2",
    "no YAML": "a: [",
}


@pytest.mark.parametrize("text", BAD_YAML.values(), ids=BAD_YAML)
def test_bad_yaml_is_refused_at_once(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        plain.yaml_value(text)


def test_sound_yaml_is_what_it_was() -> None:
    for file in (*paths.recipes().glob("*.yaml"), *paths.studies().glob("*.yaml")):
        assert plain.yaml_file(file) == yaml.safe_load(file.read_text("utf-8"))
    shared = {"a": {"b": 1}}
    assert plain.yaml_value(yaml.safe_dump({"x": shared, "y": shared})) == {
        "x": shared,
        "y": shared,
    }
    assert plain.yaml_value("") is None


def test_files_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "long"
    path.write_text("[" + "1," * 600 + "1]")
    for name, read in (("YAML_BYTES", plain.yaml_file), ("JSON_BYTES", plain.json_file)):
        assert len(read(path)) == 601
        monkeypatch.setattr(plain, name, 1000)
        with pytest.raises(ValueError, match="longer than"):
            read(path)


@pytest.mark.parametrize("data", [b"[" * 200_000, b'{"a":' * 200_000, b"\xff", b"9" * 5000, b""])
def test_bad_json_is_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "j").write_bytes(data)
    with pytest.raises(ValueError, match=r"\w"):
        plain.json_file(tmp_path / "j")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for read in (plain.yaml_file, plain.json_file):
        with pytest.raises(ValueError, match="no regular file"):
            read(tmp_path / "pipe")
