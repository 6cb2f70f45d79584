"""Settings in words: short enough for the title of a result."""

from pathlib import Path

from fhgui.session.identity import settings_words


def test_a_gallery_by_its_whole_path_is_called_by_its_last_names(tmp_path: Path) -> None:
    words = settings_words("fsgn", {"detail": True, "gallery": str(tmp_path / "mine" / "full")})
    assert words == "detail, gallery …/mine/full"
    assert settings_words("fsgn", {"gallery": "mine/full"}) == "gallery mine/full"
