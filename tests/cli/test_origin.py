"""A path that nobody typed is told with the variable or the settings file that named it."""

import pytest

from qaudit.cli.main import main


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A working folder with a manifest."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "pairs.csv").write_text("id,listing,arrival\n1,a,b\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("variable", "args"),
    [
        ("PROFILE", ["compare", "a", "b"]),
        ("ROOT", ["audit", "pairs.csv", "--out", "run"]),
        ("BASELINE", ["check", "pairs.csv"]),
        ("ACCEPTED", ["compare", "a", "b"]),
    ],
)
def test_a_variable_that_names_what_is_not_there_is_told(place, monkeypatch, capsys, variable, args):
    for name in ("a", "b"):
        (place / name).write_bytes((place / "pairs.csv").read_bytes())
    if variable == "ACCEPTED":
        monkeypatch.setattr("qaudit.cli.compare._read", lambda name, side_px: [] if name != "gone" else _refuse(name))
    monkeypatch.setenv(f"QAUDIT_{variable}", "gone")
    assert main(args) in (2, 4)
    assert capsys.readouterr().err.endswith(f"[QAUDIT_{variable} in the environment says so]\n")


def _refuse(name):
    from qaudit.model.errors import PhotoRefused

    raise PhotoRefused("photo_missing", f"{name}: there is no such file")


@pytest.mark.parametrize(
    ("text", "key"), [('arrivals = "gone"\n', "arrivals"), ('[audit]\narrivals = "gone"\n', "audit.arrivals")]
)
def test_a_settings_file_that_names_what_is_not_there_is_told_with_its_key(place, capsys, text, key):
    (place / "own.toml").write_text(text)
    assert main(["--config", "own.toml", "audit", "pairs.csv", "--out", "run"]) == 2
    assert capsys.readouterr().err.endswith(f"[own.toml: {key} says so]\n")


def test_a_path_that_was_typed_is_told_alone(place, monkeypatch, capsys):
    monkeypatch.setenv("QAUDIT_ROOT", str(place))
    assert main(["audit", "pairs.csv", "--out", "run", "--profile", "gone.toml"]) == 2
    assert "says so" not in capsys.readouterr().err
