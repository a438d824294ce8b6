"""One picture of one comparison: listing, arrival laid over it, the findings boxed and numbered, the words around."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from qaudit.model.language import spoken
from qaudit.model.photo import U8
from qaudit.model.record import Comparison, Views
from qaudit.model.text import one_line
from qaudit.model.verdict import Box, Finding

from .figures import percent
from .words import words

PANEL_HEIGHT_PX = (600, 900)
PANEL_WIDTH_MAX_PX = 1400
MARGIN_PX = 24
HEADLINE_PX = 30
TEXT_PX = 22
LABEL_PX = 18
LINE_SPACING = 1.45
JPEG_QUALITY = 92

PAPER = (255, 255, 255)
INK = (28, 28, 28)
MUTED = (105, 105, 105)
HALO = (255, 255, 255)
VERDICT_COLOURS = {"match": (24, 128, 56), "mismatch": (197, 34, 31), "review": (176, 96, 0), "retake": (18, 104, 150)}
SEVERITY_COLOURS = {"critical": (197, 34, 31), "major": (197, 34, 31), "minor": (176, 96, 0)}

ENCODINGS = {
    ".png": (cv2.IMWRITE_PNG_COMPRESSION, 6),
    ".jpg": (cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY),
    ".jpeg": (cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY),
}


@dataclass(frozen=True, slots=True, eq=False)
class _Panel:
    """A photo scaled for the page, and how its displayed pixels map to it."""

    pixels: U8
    scale: float
    label: str


def overlay_bytes(comparison: Comparison, suffix: str) -> bytes:
    """The overlay as a file of the kind that `suffix` names.

    Parameters
    ----------
    comparison
        With `views`.
    suffix
        ``.png``, ``.jpg`` or ``.jpeg``, in any case; another one raises KeyError.

    Returns
    -------
        The encoded picture; the same bytes for the same comparison.
    """
    kind = suffix.lower()
    picture = overlay_picture(comparison)
    written, data = cv2.imencode(kind, cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), list(ENCODINGS[kind]))
    if not written:
        raise RuntimeError(f"OpenCV could not encode a picture of {picture.shape} as {kind}")
    return data.tobytes()


def overlay_picture(comparison: Comparison) -> U8:
    """Draw the overlay.

    Parameters
    ----------
    comparison
        With `views`; without them ValueError.

    Returns
    -------
        Shape (H, W, 3), uint8 RGB.
    """
    if comparison.views is None:
        raise ValueError("an overlay needs a comparison made with keep_views=True")
    panels = _panels(comparison, comparison.views)
    width = sum(panel.pixels.shape[1] for panel in panels) + MARGIN_PX * (len(panels) + 1)
    strips = [_caption(comparison, width), _side_by_side(panels), _list_of_findings(comparison, comparison.views, width)]
    return np.concatenate(strips, axis=0)


def _panels(comparison: Comparison, views: Views) -> list[_Panel]:
    """Listing and arrival at one height, boxed."""
    laid_over = views.arrival_over_listing
    right = views.arrival if laid_over is None else laid_over
    height = _panel_height([views.listing, right])
    findings = [(number, f) for number, f in enumerate(comparison.findings, start=1) if _is_shown(f, views)]
    in_listing = [(number, finding, finding.listing_box) for number, finding in findings]
    in_arrival = in_listing if laid_over is not None else [(n, finding, finding.arrival_box) for n, finding in findings]
    return [
        _boxed(views.listing, views.listing_scale, height, words("overlay.listing"), in_listing),
        _boxed(
            right,
            views.arrival_scale if laid_over is None else views.listing_scale,
            height,
            words("overlay.arrival" if laid_over is None else "overlay.laid_over"),
            in_arrival,
        ),
    ]


def _is_shown(finding: Finding, views: Views) -> bool:
    """Whether `finding` was made on the two photos that the picture shows."""
    return (finding.listing_photo, finding.arrival_photo) == (views.listing_photo, views.arrival_photo)


def _panel_height(pictures: Sequence[U8]) -> int:
    """Height of all panels: that of the larger picture within the limits, less where a picture is very wide."""
    low, high = PANEL_HEIGHT_PX
    height = min(max(low, *(picture.shape[0] for picture in pictures)), high)
    widest = max(float(picture.shape[1] / picture.shape[0]) for picture in pictures)
    return max(1, min(int(height), int(PANEL_WIDTH_MAX_PX / widest)))


def _boxed(picture: U8, scale: float, height: int, label: str, boxes: Sequence[tuple[int, Finding, Box | None]]) -> _Panel:
    """`picture` scaled to `height`, with `boxes` given in pixels of the photo as displayed."""
    factor = height / picture.shape[0]
    width = max(1, round(picture.shape[1] * factor))
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    pixels = np.ascontiguousarray(cv2.resize(picture, (width, height), interpolation=how), dtype=np.uint8)
    panel = _Panel(pixels, factor * scale, label)
    for number, finding, box in boxes:
        if box is not None:
            _draw_box(panel, box, number, SEVERITY_COLOURS[finding.severity])
    return panel


def _draw_box(panel: _Panel, box: Box, number: int, colour: tuple[int, int, int]) -> None:
    """A numbered frame around `box`, with a halo so that it shows on any ground."""
    height, width = panel.pixels.shape[:2]
    x, y, w, h = (side * panel.scale for side in box)
    left, top = min(max(round(x), 1), width - 2), min(max(round(y), 1), height - 2)
    right, bottom = min(max(round(x + w), left + 1), width - 2), min(max(round(y + h), top + 1), height - 2)
    cv2.rectangle(panel.pixels, (left, top), (right, bottom), HALO, 6, cv2.LINE_8)
    cv2.rectangle(panel.pixels, (left, top), (right, bottom), colour, 3, cv2.LINE_8)
    tag = str(number)
    tag_width, tag_height = _text_width(tag, LABEL_PX, bold=True) + 12, LABEL_PX + 10
    tag_left = min(left, max(0, width - tag_width))
    tag_top = top - tag_height if top >= tag_height else top
    cv2.rectangle(panel.pixels, (tag_left, tag_top), (tag_left + tag_width, tag_top + tag_height), colour, cv2.FILLED)
    _write(panel.pixels, tag, (tag_left + 6, tag_top + tag_height - 7), LABEL_PX, HALO, bold=True)


def _side_by_side(panels: Sequence[_Panel]) -> U8:
    """Panels in a row, each with its label above."""
    height = max(panel.pixels.shape[0] for panel in panels)
    width = sum(panel.pixels.shape[1] for panel in panels) + MARGIN_PX * (len(panels) + 1)
    label_height = round(LABEL_PX * 1.8)
    strip = _paper(height + label_height, width)
    x = MARGIN_PX
    for panel in panels:
        panel_height, panel_width = panel.pixels.shape[:2]
        line = _wrapped(panel.label, LABEL_PX, panel_width)[0]
        _write(strip, line, (x, label_height - LABEL_PX // 2), LABEL_PX, MUTED)
        strip[label_height : label_height + panel_height, x : x + panel_width] = panel.pixels
        x += panel_width + MARGIN_PX
    return strip


def _caption(comparison: Comparison, width: int) -> U8:
    """The verdict over the photos, with a band in its colour."""
    name = comparison.verdict
    sure = words("p_mismatch", p=percent(comparison.p_mismatch))
    colour = VERDICT_COLOURS[name]
    headline = words("overlay.headline", verdict=words(f"verdict.{name}"), says=words(f"says.{name}"))
    lines = [(line, HEADLINE_PX, colour, True) for line in _wrapped(headline, HEADLINE_PX, width, bold=True)]
    strip = _paragraphs([*lines, (sure, TEXT_PX, MUTED, False)], width)
    strip[:8] = colour
    return strip


def _list_of_findings(comparison: Comparison, views: Views, width: int) -> U8:
    """The findings in words under the photos, by their numbers, and what to do next."""
    lines = [
        words(
            "overlay.finding" if _is_shown(finding, views) else "overlay.elsewhere",
            number=n,
            aspect=words(f"aspect.{finding.aspect}"),
            text=one_line(spoken(finding.text)),
            listing=finding.listing_photo + 1,
            arrival=finding.arrival_photo + 1,
        )
        for n, finding in enumerate(comparison.findings, start=1)
    ]
    if comparison.verdict == "match" and not lines:
        lines.append(words("overlay.no_findings"))
    if comparison.decision.next_step:
        lines.append(words("overlay.next", text=one_line(spoken(comparison.decision.next_step))))
    return _paragraphs([(part, TEXT_PX, INK, False) for line in lines for part in _wrapped(line, TEXT_PX, width)], width)


def _paragraphs(lines: Sequence[tuple[str, int, tuple[int, int, int], bool]], width: int) -> U8:
    """Lines of (text, size in px, colour, bold) on a strip of paper."""
    height = sum(round(size * LINE_SPACING) for _, size, _, _ in lines) + MARGIN_PX
    strip = _paper(height, width)
    y = MARGIN_PX // 2
    for text, size, colour, bold in lines:
        step = round(size * LINE_SPACING)
        _write(strip, text, (MARGIN_PX, y + round(step * 0.72)), size, colour, bold=bold)
        y += step
    return strip


def _wrapped(text: str, size: int, width: int, *, bold: bool = False) -> list[str]:
    """`text` in lines that fit a strip of `width` px; a word wider than a line is cut."""
    room = max(width - 2 * MARGIN_PX, size)
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if _text_width(longer, size, bold=bold) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        while _text_width(word, size, bold=bold) > room:
            fits = next(n for n in range(len(word), 0, -1) if n == 1 or _text_width(word[:n], size, bold=bold) <= room)
            lines.append(word[:fits])
            word = word[fits:]
        line = word
    return [*lines, line]


def _paper(height: int, width: int) -> U8:
    """An empty strip."""
    return np.full((height, width, 3), PAPER, np.uint8)


@cache
def _font() -> cv2.FontFace:
    """OpenCV 5's own sans face: it draws what people write, not only ASCII, and is the same on every machine."""
    return cv2.FontFace("sans")


def _text_width(text: str, size: int, *, bold: bool = False) -> int:
    """Width of `text` in px."""
    box = cv2.getTextSize((0, 0), text, (0, 0), _font(), size, 700 if bold else 400)
    return int(box[0] + box[2])


def _write(picture: U8, text: str, at: tuple[int, int], size: int, colour: tuple[int, int, int], *, bold: bool = False) -> None:
    """Write `text` on `picture`, its baseline beginning at `at`."""
    cv2.putText(picture, text, at, colour, _font(), size, 700 if bold else 400)
