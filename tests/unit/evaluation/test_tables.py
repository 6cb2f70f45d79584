"""Rows become tables: every key of the interface, nothing invented where nothing is known."""

import csv
import io
import json
import math

import pytest

from fhgui.evaluation.protocols import protocol
from fhgui.evaluation.published import published
from fhgui.evaluation.rows import PictureScores, Row, summarise
from fhgui.evaluation.tables import (
    COLUMNS,
    published_markdown,
    shown_columns,
    sources,
    table_csv,
    table_json,
    table_markdown,
    to_json,
)

X8 = protocol("celeba128-x8")
KEYS = {
    *("method", "psnr_rgb", "psnr_gray", "psnr_y", "ssim", "fsim", "lpips", "identity"),
    *("undetected", "seconds_per_face", "label", "kind", "settings", "mps", "pca_similarity"),
    *("identity_cosine", "psnr_rgb_std", "psnr_gray_std", "psnr_y_std"),
}


def a_row() -> Row:
    scores = [
        PictureScores(psnr_rgb=20.0, ssim=0.5, identity=0.0, detected=False, seconds=9.0),
        PictureScores(psnr_rgb=24.0, ssim=0.7, identity=0.8, detected=True, seconds=1.0),
        PictureScores(psnr_rgb=22.0, ssim=0.6, seconds=2.0),
    ]
    return summarise("lcr", "lcr-k5", "measured", {"neighbours": 5}, scores, missing=1)


def test_means_spreads_and_counts() -> None:
    row = a_row()
    assert row.psnr_rgb == pytest.approx(22)
    assert row.psnr_rgb_std == pytest.approx(math.sqrt(8 / 3))
    assert row.identity == pytest.approx(0.4)
    assert row.identity_cosine == pytest.approx(0.8)
    assert (row.undetected, row.n, row.missing, row.seconds_per_face) == (1, 3, 1, 2.0)
    assert row.fsim is None


def test_json_has_every_key_of_the_interface() -> None:
    table = json.loads(to_json(table_json(X8, 3, [a_row()])))
    assert table["protocol"] == "celeba128-x8"
    assert table["n"] == 3
    assert set(table["rows"][0]) >= KEYS
    assert table["rows"][0]["lpips"] is None
    assert table["rows"][0]["settings"] == {"neighbours": 5}


def test_csv_is_empty_where_nothing_is_known() -> None:
    (line,) = csv.DictReader(io.StringIO(table_csv([a_row()]).decode()))
    assert line["lpips"] == ""
    assert float(line["psnr_rgb"]) == 22
    assert json.loads(line["settings"]) == {"neighbours": 5}


def test_markdown_names_the_protocol_and_hides_empty_columns() -> None:
    text = table_markdown(X8, [a_row(), *published(X8)[:1]], ["something to know"])
    assert text.startswith("**celeba128-x8**")
    assert "| `lcr-k5` | 3 | 22.000 |" in text
    assert "LPIPS" not in text
    assert "Bicubic, as printed" in text
    assert "- as printed: paper 000, table 1" in text
    assert "- something to know" in text
    widths = {line.count("|") for line in text.splitlines() if line.startswith("|")}
    assert len(widths) == 1


def test_rows_on_other_pictures_are_a_table_of_their_own() -> None:
    text = published_markdown(published(protocol("unaligned128-x8")))
    assert "| TDN, as printed |  | 22.660 | .6600 |" in text
    assert "- as printed: paper 001, table 1" in text
    assert "gains, not figures" in text
    assert published_markdown([]) == ""


def test_columns_and_sources() -> None:
    assert [c.key for c in shown_columns([a_row()])][:2] == ["psnr_rgb", "ssim"]
    assert sources([a_row()]) == ()


def test_the_better_of_two_values() -> None:
    by_key = {column.key: column for column in COLUMNS}
    assert min([20.0, 24.0], key=by_key["psnr_rgb"].badness) == 24
    assert min([0.2, 0.4], key=by_key["lpips"].badness) == 0.2
    assert min([0.3, 1.1, 1.9], key=by_key["sharpness"].badness) == 1.1
