"""Where a photo was taken and whose it is stays in the photo."""

from __future__ import annotations

from pathlib import Path

import pytest

from qaudit.cli.main import main

from .badfiles import cut_and_closed, private_photo


@pytest.fixture
def photos(tmp_path: Path) -> tuple[Path, list[str]]:
    """Two photos that know too much, one of them damaged; and what must not be told."""
    data, secrets = private_photo()
    (tmp_path / "a.jpg").write_bytes(data)
    (tmp_path / "b.jpg").write_bytes(cut_and_closed(data, 0.95))
    return tmp_path, secrets


def told(folder: Path) -> str:
    """Everything that was written, as text."""
    files = (file for file in folder.rglob("*") if file.is_file() and file.name not in ("a.jpg", "b.jpg"))
    return "".join(file.read_bytes().decode("latin-1") for file in files)


def test_the_photo_holds_what_is_looked_for() -> None:
    data, secrets = private_photo()
    held = data.decode("latin-1")
    assert all(secret in held for secret in secrets if not secret[0].isdigit())


def test_a_comparison_tells_none_of_it(photos: tuple[Path, list[str]], capfd: pytest.CaptureFixture[str]) -> None:
    folder, secrets = photos
    names = [str(folder / "a.jpg"), str(folder / "b.jpg")]
    main(["compare", *names, "--explain", "--json", str(folder / "r.json"), "--overlay", str(folder / "o.jpg")])
    printed = capfd.readouterr()
    everything = printed.out + printed.err + told(folder)
    assert "damaged" in everything
    assert [secret for secret in secrets if secret in everything] == []


def test_an_audit_tells_none_of_it(photos: tuple[Path, list[str]], capfd: pytest.CaptureFixture[str]) -> None:
    folder, secrets = photos
    (folder / "pairs.csv").write_text("id,listing,arrival\n1,a.jpg,b.jpg\n2,a.jpg,missing.jpg\n")
    main(["audit", str(folder / "pairs.csv"), "--out", str(folder / "run")])
    printed = capfd.readouterr()
    everything = printed.out + printed.err + told(folder)
    assert "missing.jpg" in everything
    assert [secret for secret in secrets if secret in everything] == []
