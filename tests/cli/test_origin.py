"""An error about a path says which variable, or which key of the settings file, named it."""

import json

import pytest

from qaudit.cli.main import main

COMPARE = ["compare", "a.jpg", "b.jpg"]
AUDIT = ["audit", "pairs.csv", "--out", "run"]
CHECK = ["check", "pairs.csv"]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A working folder with a manifest and two empty photos."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pairs.csv").write_text("id,listing,arrival\n1,a.jpg,b.jpg\n", "utf-8")
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).touch()
    return tmp_path


CASES = [
    (COMPARE, "profile", "no.toml"),
    (COMPARE, "json", "no/x.json"),
    (COMPARE, "overlay", "x.txt"),
    (AUDIT, "profile", "no.toml"),
    (AUDIT, "root", "no"),
    (AUDIT, "arrivals", "no"),
    (AUDIT, "compare_to", "no"),
    (CHECK, "baseline", "no.json"),
    (CHECK, "junit", "no/x.xml"),
    (["evaluate", "no.csv"], "profile", "no.toml"),
]


def told(capsys, args) -> str:
    """The one line on standard error."""
    assert main(args) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    return error


@pytest.mark.parametrize(("args", "key", "path"), CASES)
def test_a_variable_is_named_with_the_path_that_it_has(place, monkeypatch, capsys, args, key, path):
    monkeypatch.setenv(f"QAUDIT_{key.upper()}", path)
    error = told(capsys, args)
    assert path in error
    assert f"; the path comes from QAUDIT_{key.upper()}" in error


@pytest.mark.parametrize(("args", "key", "path"), CASES)
def test_a_key_of_a_file_is_named_with_the_path_that_it_has(place, capsys, args, key, path):
    (place / "own.toml").write_text(f'[{args[0]}]\n{key} = "{path}"\n', "utf-8")
    error = told(capsys, [*args, "--config", "own.toml"])
    assert str(place / path) in error
    assert f"; the path comes from own.toml: {args[0]}.{key}" in error


@pytest.mark.parametrize(("args", "key", "path"), CASES)
def test_what_the_command_line_names_has_no_other_origin(place, monkeypatch, capsys, args, key, path):
    monkeypatch.setenv(f"QAUDIT_{key.upper()}", "other")
    assert "comes from" not in told(capsys, [*args, f"--{key.replace('_', '-')}", path])


def test_a_key_of_a_project_file_is_named_in_full(place, capsys):
    (place / "pyproject.toml").write_text('[tool.qaudit]\nprofile = "no.toml"\n', "utf-8")
    assert "the path comes from pyproject.toml: tool.qaudit.profile (" in told(capsys, COMPARE)


def test_the_error_of_another_path_is_told_as_it_is(place, monkeypatch, capsys):
    (place / "photos").mkdir()
    monkeypatch.setenv("QAUDIT_ROOT", "photos")
    assert "comes from" not in told(capsys, ["audit", "none.csv", "--out", "run"])
    assert "comes from" not in told(capsys, ["audit", "photos/none.csv", "--out", "run"])


def test_a_photo_of_accepted_pieces_that_is_refused_names_the_variable_and_the_record_does_not(place, monkeypatch, capsys):
    monkeypatch.chdir(place.parent)
    pieces = place / "pieces"
    pieces.mkdir()
    (pieces / "one.jpg").touch()
    monkeypatch.setenv("QAUDIT_ACCEPTED", str(pieces))
    monkeypatch.setattr("qaudit.photos.read_photo", refuse_pieces)
    assert main([*COMPARE, "--json", "-"]) == 4
    printed = capsys.readouterr()
    assert "one.jpg: broken; the path comes from QAUDIT_ACCEPTED (send it again)" in printed.err
    assert json.loads(printed.out)["error"]["message"] == f"{pieces}/one.jpg: broken (send it again)"


def refuse_pieces(path: str, *, max_side: int) -> str:
    """Read anything but pieces."""
    from qaudit.model.errors import PhotoRefused
    from qaudit.model.language import said

    if "pieces" in path:
        raise PhotoRefused("photo_broken", said("{name}: broken", name=path), said("send it again"))
    return path


@pytest.mark.parametrize("name", ["QAUDIT_CONFIG", "QAUDIT_PROFILE"])
def test_what_holds_cannot_be_told_either_where_a_variable_names_a_file_that_is_missing(place, monkeypatch, capsys, name):
    monkeypatch.setenv(name, "no.toml")
    assert f"; the path comes from {name} (check the path)" in told(capsys, ["config"])


def test_a_settings_file_that_a_flag_names_has_no_other_origin(place, capsys):
    assert "comes from" not in told(capsys, ["--config", "no.toml", "config"])


@pytest.mark.parametrize(("args", "key", "path"), [(COMPARE, "profile", "./no.toml"), (CHECK, "baseline", "./no.json")])
def test_a_path_that_messages_write_in_another_way_has_its_origin(place, monkeypatch, capsys, args, key, path):
    monkeypatch.setenv(f"QAUDIT_{key.upper()}", path)
    assert f"; the path comes from QAUDIT_{key.upper()}" in told(capsys, args)
