"""Sound files of every kind that the program opens, made on the spot."""

from __future__ import annotations

import hashlib
import io
import itertools
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import yaml
from PIL import Image

from fhgui import paths
from fhgui.batch.ledger import Ledger
from fhgui.core.face import Box
from fhgui.imaging.demo import demo_frame
from fhgui.provenance.case import Case
from fhgui.provenance.enhance import enhance
from fhgui.provenance.folder import write_run
from fhgui.provenance.keys import Signer
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.session.desk import Desk, DeskSource, desk_json
from fhgui.session.marking import Marking
from fhgui.training.checkpoint import save_state
from tests.fuzz.clips import clips
from tests.fuzz.formats import spoilt
from tests.fuzz.hostile_files import Content, Files, rearranged, taken
from tests.fuzz.mutations import spliced
from tests.fuzz.resealing import resealed
from tests.helpers.cases import a_run
from tests.helpers.exports import an_export
from tests.helpers.sets import write_set
from tests.helpers.signing import issued


@dataclass(frozen=True)
class Sound:
    """A sound file, or several that belong together.

    Parameters
    ----------
    kind : what it is counted under.
    door : key of `doors.DOORS`.
    targets : names of those that are spoilt; all others stay as they are.
    rearranges : whether files may become links, pipes or folders, too.
    """

    kind: str
    name: str
    door: str
    files: Files
    targets: tuple[str, ...]
    rearranges: bool = False

    @property
    def id(self) -> str:
        """Kind and name."""
        return f"{self.kind}/{self.name}"

    def mutant(self, chain: tuple[int, ...], others: tuple[Sound, ...]) -> dict[str, Content]:
        """Return the files spoilt once for each seed, one upon the other.

        Parameters
        ----------
        others : sound files whose ends may be put to its own.
        """
        files: dict[str, Content] = dict(self.files)
        for seed in chain:
            rng = Random(seed)
            if self.rearranges and rng.random() < 0.3:
                files = rearranged(files, rng)
                continue
            name = rng.choice(self.targets)
            data = files.get(name)
            if isinstance(data, bytes):
                files[name] = self._spoilt(name, data, others, rng)
                resealed(files, name, rng)
        return files

    def _spoilt(self, name: str, data: bytes, others: tuple[Sound, ...], rng: Random) -> bytes:
        if others and rng.random() < 0.08:
            other = rng.choice(others)
            ending = other.files[rng.choice(other.targets)]
            return spliced(data, ending if isinstance(ending, bytes) else b"", rng)
        return spoilt(name, data, rng)


def sound_files(scratch: Path) -> tuple[Sound, ...]:
    """Return all of them; ``scratch`` is an empty folder that they are made in."""
    photo = scratch / "photo.png"
    Image.fromarray(demo_frame()[80:176, 80:208]).save(photo)
    makers: tuple[Callable[[Path, Path], Iterator[Sound]], ...] = (
        *(_pictures, _videos, _records, _cases, _exports),
        *(_settings, _keys, _sets, _trainings, _tables, _models),
    )
    found = []
    for make in makers:
        with TemporaryDirectory(dir=scratch) as folder:
            found += list(make(Path(folder), photo))
    return tuple(found)


# ---- evidence ------------------------------------------------------------------------------


def _pictures(_: Path, photo: Path) -> Iterator[Sound]:
    whole = Image.open(photo).convert("RGB")
    small = whole.resize((48, 32))
    turning = [small.rotate(angle) for angle in (0, 90, 180, 270)]
    exif = Image.Exif()
    exif[274], exif[271] = 6, "Maker"
    deep = Image.fromarray(np.asarray(small.convert("L")).astype(np.uint16) * 257)
    several = {"save_all": True, "append_images": turning[1:]}
    wanted: tuple[tuple[str, Image.Image, str, dict[str, object]], ...] = (
        ("rgb.png", small, "PNG", {}),
        ("palette.png", small.quantize(16), "PNG", {"transparency": 3}),
        ("gray16.png", deep, "PNG", {}),
        ("animated.png", turning[0], "PNG", several),
        ("baseline.jpg", small, "JPEG", {"exif": exif, "icc_profile": b"icc" * 50}),
        ("progressive.jpg", small, "JPEG", {"progressive": True}),
        ("cmyk.jpg", small.convert("CMYK"), "JPEG", {}),
        ("plain.tif", small, "TIFF", {}),
        ("lzw.tif", small, "TIFF", {"compression": "tiff_lzw", "exif": exif}),
        ("jpeg.tif", small, "TIFF", {"compression": "jpeg"}),
        ("deflate16.tif", deep, "TIFF", {"compression": "tiff_adobe_deflate"}),
        ("fax.tif", small.convert("1"), "TIFF", {"compression": "group4"}),
        ("pages.tif", turning[0], "TIFF", several),
        ("big.tif", small, "TIFF", {"big_tiff": True}),
        ("plain.bmp", small, "BMP", {}),
        ("palette.bmp", small.quantize(16), "BMP", {}),
        ("one.gif", small.quantize(32), "GIF", {}),
        ("animated.gif", turning[0], "GIF", several),
        ("lossy.webp", small, "WEBP", {"exif": exif}),
        ("lossless.webp", small.convert("RGBA"), "WEBP", {"lossless": True}),
        ("animated.webp", turning[0], "WEBP", several),
    )
    for name, picture, kind, options in wanted:
        buffer = io.BytesIO()
        picture.save(buffer, kind, **options)
        yield _evidence("image", name, buffer.getvalue())
    yield _evidence("image", "stream.jpg", _jpeg(small) * 4)


def _videos(folder: Path, photo: Path) -> Iterator[Sound]:
    pixels = np.asarray(Image.open(photo).convert("RGB"))
    for name, data in clips(folder, pixels):
        yield _evidence("video", name, data)


def _evidence(kind: str, name: str, data: bytes) -> Sound:
    file = f"evidence.{name.rpartition('.')[2]}"
    return Sound(kind, name, "evidence", {file: data}, (file,))


def _jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG")
    return buffer.getvalue()


# ---- what the program wrote, and somebody else may have changed ----------------------------


def _records(folder: Path, photo: Path) -> Iterator[Sound]:
    run = enhance(_request(photo))
    write_run(run, folder / "run")
    files = {**taken(folder / "run"), "photo.png": photo.read_bytes()}
    yield Sound("record", "bicubic", "record", files, ("record.json",))
    pictures = tuple(name for name in files if name.endswith(".png"))
    yield Sound("record", "pictures", "record", files, (*pictures, "record.json"), True)


def _cases(folder: Path, photo: Path) -> Iterator[Sound]:
    path = folder / "work.fhcase"
    with Case.create(path, "A case") as case:
        for run in (enhance(_request(photo)), a_run(1)):
            case.start_run(_request(photo))
            case.add_run(run)
        sources = (DeskSource(str(photo), 0, Marking(box=Box(1, 2, 30, 40))),)
        case.keep_desk(desk_json(Desk(sources, str(photo))))
        case.add_export(folder / "out", b'{"files":{}}\n')
    files = {f"work.fhcase/{name}": content for name, content in taken(path).items()}
    files["photo.png"] = photo.read_bytes()
    books = tuple(name for name in files if name.endswith((".json", ".jsonl")))
    yield Sound("case", "books", "case", files, books)
    everything = tuple(name for name, content in files.items() if content is not None)
    yield Sound("case", "folder", "case", files, everything, True)


def _exports(folder: Path, photo: Path) -> Iterator[Sound]:
    for name, signer in (("signed", Signer.on_the_spot()), ("unsigned", None)):
        an_export(photo, folder / name, signer)
        files = {f"export/{n}": content for n, content in taken(folder / name).items()}
        files["photo.png"] = photo.read_bytes()
        targets = tuple(n for n, content in files.items() if content is not None)
        yield Sound("export", name, "export", files, targets, True)


def _request(photo: Path) -> EnhanceRequest:
    place = Placement(PlacementKind.BOX, box=Box(20, 20, 40, 40))
    return EnhanceRequest(photo, "bicubic", place, threads=1)


# ---- settings ------------------------------------------------------------------------------


def _settings(_: Path, photo: Path) -> Iterator[Sound]:
    for name in ("srcnn", "tdn-adversarial", "fsgn", "csrip", "atlas_blind", "face_finder"):
        data = (paths.recipes() / f"{name}.yaml").read_bytes()
        yield _one("recipe", name, "recipe", "recipe.yaml", data)
    for name in ("layers", "coverage", "gallery_size"):
        data = (paths.studies() / f"{name}.yaml").read_bytes()
        yield _one("recipe", f"study-{name}", "study", "study.yaml", data)
    fields = {"name": "Laboratory", "address": "Street 1", "logo": "logo.png", "title": "Report"}
    files: Files = {
        "laboratory.yaml": yaml.safe_dump(fields).encode(),
        "logo.png": photo.read_bytes(),
    }
    yield Sound("recipe", "laboratory", "laboratory", files, ("laboratory.yaml", "logo.png"))
    kept = b'[{"method":"dcnn_mnce","name":"mine","values":{"layers":1,"ridge":0.5}}]'
    yield _one("recipe", "presets", "presets", "presets.json", kept)


def _keys(_: Path, __: Path) -> Iterator[Sound]:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    secret = ec.generate_private_key(ec.SECP256R1())
    files: Files = {
        "signer.pem": issued(secret).public_bytes(serialization.Encoding.PEM),
        "signer.key": secret.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    }
    yield Sound("recipe", "signing-key", "key", files, tuple(files))


# ---- faces, trainings, tables --------------------------------------------------------------


def _sets(folder: Path, photo: Path) -> Iterator[Sound]:
    write_set(folder / "set", 6, 16)
    files = {f"set/{name}": content for name, content in taken(folder / "set").items()}
    yield Sound("gallery", "packed-set", "set", files, tuple(files), True)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(4):
            archive.writestr(f"p{n}/face.png", photo.read_bytes())
    yield _one("gallery", "archive", "archive", "faces.zip", buffer.getvalue())


def _trainings(folder: Path, _: Path) -> Iterator[Sound]:
    import torch
    from safetensors.torch import save

    state = {
        "step": 3,
        "network": {"w": torch.arange(2000.0), "b": torch.zeros(3, dtype=torch.int64)},
        "optimiser": {"param_groups": [{"lr": 1e-3, "betas": (0.9, 0.999)}], "state": {0: {}}},
    }
    file = folder / "step-00000003.safetensors"
    save_state(file, state)
    yield _one("weights", "checkpoint", "checkpoint", file.name, file.read_bytes())
    features, lines = {}, {}
    for at, n in enumerate(_LPIPS_LAYERS):
        features[f"features.{n}.weight"] = torch.zeros(4, 3, 3, 3)
        features[f"features.{n}.bias"] = torch.zeros(4)
        lines[f"lin{at}.model.1.weight"] = torch.zeros(1, 4, 1, 1)
    files = {"alexnet.safetensors": save(features), "alex.safetensors": save(lines)}
    yield Sound("weights", "lpips", "perceptual", files, tuple(files))


_LPIPS_LAYERS = (0, 3, 6, 8, 10)


def _tables(folder: Path, _: Path) -> Iterator[Sound]:
    row = b'{"method":"a","n":2,"psnr_rgb":25.1,"ssim":0.7,"seconds_per_face":0.1}'
    table = b'{"protocol":"celeba128-x8","n":2,"rows":[' + row + b"," + row + b"]}"
    yield _one("record", "benchmark", "benchmark", "table.json", table)
    with Ledger.opened(folder / "batch"):
        pass
    files = {f"batch/{name}": content for name, content in taken(folder / "batch").items()}
    targets = tuple(name for name in files if name.endswith(".sqlite"))
    yield Sound("record", "batch-ledger", "ledger", files, targets)


# ---- models --------------------------------------------------------------------------------

_FILES: Mapping[str, tuple[str, str, str]] = {
    "srcnn": ("weights", "srcnn", "srcnn/network.safetensors"),
    "urdgn": ("weights", "urdgn", "urdgn/network.safetensors"),
    "vdsr": ("weights", "vdsr", "vdsr/network.safetensors"),
    "tdn": ("weights", "tdn", "tdn/network.safetensors"),
    "face-finder": ("weights", "finder", "face_finder/network.safetensors"),
    "landmarks": ("weights", "landmarks", "landmarks/points5.safetensors"),
    "lcr": ("gallery", "lcr", "position_patches/prototypes.safetensors"),
    "mnce-bases": ("gallery", "dcnn_mnce", "dcnn_mnce/prototypes-bases.safetensors"),
}


def _models(_: Path, __: Path) -> Iterator[Sound]:
    for name, (kind, door, file) in _FILES.items():
        found = paths.model_file(file)
        if found is None:
            continue
        card = found.with_name("card.yaml").read_bytes()
        files: Files = {file: found.read_bytes(), f"{Path(file).parent}/card.yaml": card}
        often = itertools.repeat(file, 5)
        yield Sound(kind, name, door, files, (*often, f"{Path(file).parent}/card.yaml"))


def _one(kind: str, name: str, door: str, file: str, data: bytes) -> Sound:
    return Sound(kind, name, door, {file: data}, (file,))


def digest_of(sounds: tuple[Sound, ...]) -> str:
    """Return a digest of what does not differ from day to day: a case's name fits one corpus."""
    total = hashlib.sha256()
    for sound in sounds:
        if sound.kind in ("image", "video") or sound.door == "recipe":
            for name, content in sorted(sound.files.items()):
                total.update(f"{sound.id} {name}".encode())
                total.update(content if isinstance(content, bytes) else b"")
    return total.hexdigest()
