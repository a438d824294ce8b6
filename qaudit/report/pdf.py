"""A page on paper: the same HTML, printed by WeasyPrint, which is the extra ``pdf``."""

from __future__ import annotations

from PIL import ImageFile

from qaudit.model.errors import SettingsError
from qaudit.model.language import said


def check_printer() -> None:
    """Raise unless pages can be printed.

    Raises
    ------
    SettingsError
        `extra_missing`: WeasyPrint, or the library Pango that it draws letters with, cannot be loaded.
    """
    strict = ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError) as error:  # OSError: Pango is a library of the system
        raise SettingsError(
            "extra_missing",
            said("--pdf needs WeasyPrint and Pango, which cannot be loaded"),
            said("install them: pip install 'qaudit[pdf]', and the package pango of the system"),
        ) from error
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = strict  # it lets Pillow take pictures without an end, everywhere in the process


def printed(page: bytes) -> bytes:
    """The PDF of a page that holds its pictures.

    Parameters
    ----------
    page
        HTML in UTF-8. Nothing beside it is opened: an address in it leads nowhere.

    Raises
    ------
    SettingsError
        As in `check_printer`.
    """
    check_printer()
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    made = HTML(string=page.decode(), url_fetcher=URLFetcher(allowed_protocols={"data"})).write_pdf()
    if made is None:
        raise RuntimeError("WeasyPrint wrote nothing")
    return bytes(made)
