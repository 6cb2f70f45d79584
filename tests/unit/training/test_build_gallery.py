"""The command that builds the bundled kind of gallery."""

from fhgui.training import build_gallery


def test_too_few_faces_are_refused_in_one_sentence(faces, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(build_gallery, "open_set", lambda _: faces)
    assert build_gallery.main([str(tmp_path), "--out", str(tmp_path / "g")]) == 1
    assert "6 faces are too few" in capsys.readouterr().err
    assert not (tmp_path / "g").exists()


def test_defaults_are_those_of_the_bundled_gallery():
    from fhgui.methods.assets import load_file
    from fhgui.methods.dcnn_mnce.config import BASES

    spec = load_file("gallery", BASES, {"method": "dcnn_mnce", "part": "bases"}).spec
    assert spec["faces"] == build_gallery.FACES - build_gallery.HELD_OUT
    assert spec["feature_dims"] == build_gallery.FEATURE_DIMS
    assert spec["residual_dims"] == build_gallery.RESIDUAL_DIMS
    assert spec["least_members"] == build_gallery.SETTINGS.least_members
