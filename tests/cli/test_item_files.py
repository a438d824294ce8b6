"""``qaudit compare --html`` and ``--pdf``: the page of one item as a file."""

from __future__ import annotations

import sys

import pytest
from PIL import ImageFile

from qaudit.cli.main import main
from qaudit.model.errors import SettingsError
from qaudit.report.pdf import check_printer, printed
from tests.report.factory import comparison
from tests.report.pages import HOSTILE, full_comparison, inline, item_html, pixels


def test_html_is_one_page_with_its_pictures(rooms, tmp_path, capsys):
    rooms.answer = full_comparison(pictures=(pixels(), pixels((0, 1))))
    page = tmp_path / "page.html"
    assert main(["compare", "a.jpg", "b.jpg", "--html", str(page), "--quiet"]) == 1
    assert rooms.calls[0]["keep_pictures"]
    text = page.read_text(encoding="utf-8")
    assert text.count("data:image/jpeg;base64,") == 10
    assert capsys.readouterr().out == ""


def test_pictures_are_not_kept_for_nothing(rooms, capsys):
    main(["compare", "a.jpg", "b.jpg"])
    assert not rooms.calls[0]["keep_pictures"]


def test_html_can_go_to_standard_output(rooms, capfdbinary):
    rooms.answer = comparison(pictures=(pixels(),))
    main(["compare", "a.jpg", "b.jpg", "--html", "-", "--quiet"])
    assert capfdbinary.readouterr().out.startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("option", ["--html", "--pdf"])
def test_a_page_is_never_written_over_a_photo(rooms, tmp_path, capsys, option):
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"x")
    assert main(["compare", str(photo), "b.jpg", option, str(photo)]) == 2
    assert "would write over what is read" in capsys.readouterr().err
    assert photo.read_bytes() == b"x"


def test_pdf_without_what_prints_it_says_how_to_get_it_before_a_photo_is_read(rooms, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    assert main(["compare", "a.jpg", "b.jpg", "--pdf", str(tmp_path / "p.pdf")]) == 2
    assert capsys.readouterr().err == (
        "qaudit: --pdf needs WeasyPrint and Pango, which cannot be loaded "
        "(install them: pip install 'qaudit[pdf]', and the package pango of the system)\n"
    )
    assert rooms.calls == []
    assert not (tmp_path / "p.pdf").exists()


@pytest.fixture
def printer():
    """What prints pages; the test is skipped where it is not installed."""
    try:
        check_printer()
    except SettingsError as error:
        pytest.skip(str(error))


@pytest.mark.usefixtures("printer")
def test_a_printer_leaves_pillow_as_strict_as_it_was():
    assert "weasyprint" in sys.modules
    assert not ImageFile.LOAD_TRUNCATED_IMAGES


@pytest.mark.usefixtures("printer")
def test_pdf_prints_the_page(rooms, tmp_path, capsys):
    rooms.answer = full_comparison(pictures=(pixels(), pixels((0, 1))))
    page = tmp_path / "page.pdf"
    assert main(["compare", "a.jpg", "b.jpg", "--pdf", str(page), "--quiet"]) == 1
    data = page.read_bytes()
    assert data.startswith(b"%PDF-")
    assert data.count(b"/Subtype /Image") >= 2
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("text", [HOSTILE[1], HOSTILE[18], HOSTILE[19], HOSTILE[29]])
@pytest.mark.usefixtures("printer")
def test_pdf_opens_no_address_that_stands_in_a_name(text):
    assert printed(item_html(full_comparison(id=text, notes=(text,)).to_dict(), inline()).encode()).startswith(b"%PDF-")
