"""The page of one item as a file: HTML, and PDF where what prints it is installed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .output import check_writable, write_output

if TYPE_CHECKING:
    from qaudit.model.record import Comparison

# Sharp on a phone held close and in print, and four of them are half a megabyte.
PICTURE_PX = 1000


def check_pages(sources: Sequence[str], html_path: str | None, pdf_path: str | None) -> None:
    """Refuse pages that cannot be written before anything is read.

    Raises
    ------
    SettingsError
        As in `qaudit.report.pdf.check_printer` and `qaudit.cli.output.check_writable`.
    """
    if html_path is not None:
        check_writable(html_path, "--html", sources)
    if pdf_path is not None:
        from qaudit.report.pdf import check_printer

        check_printer()
        check_writable(pdf_path, "--pdf", sources)


def write_pages(result: Comparison, html_path: str | None, pdf_path: str | None) -> None:
    """Write the page of a comparison that was made with ``keep_pictures``; SettingsError as in `write_output`."""
    if html_path is None and pdf_path is None:
        return
    from qaudit.pictures import inline_shots
    from qaudit.report.item_page import item_page

    page = b"".join(item_page(result.to_dict(), inline_shots(result.pictures, PICTURE_PX)))
    if html_path is not None:
        write_output(html_path, page, "--html")
    if pdf_path is not None:
        from qaudit.report.pdf import printed

        write_output(pdf_path, printed(page), "--pdf")
