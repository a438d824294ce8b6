"""One item as an HTML page: the answer and what to do on top, then the photos, then all that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from qaudit.model.language import Figure, spoken_now
from qaudit.model.picture import ItemShots, PairShots, Shot
from qaudit.model.ruling import Ruling
from qaudit.model.sentences import in_language

from .evidence_page import aspects, bar_of, evidence, headroom_of
from .figures import figure, measured, percent
from .headroom import beyond_words
from .page import rendered, shortened
from .provenance import provenance
from .swatches import change_words, hex_of_gain, hex_of_lab
from .words import words

INLINE: Final = "data:"
# From a file the page and its pictures have no origin in common, so the scheme is named as well.
BESIDE: Final = "'self' file:"
# Beyond this a name fills the place of the picture; the table of files has all of it.
LONGEST_NAME: Final = 200
# Measures whose details tell the colours that they compared.
_COLOURS: Final = {"palette": "page.palette_whole", "patch": "page.palette_part"}
_LIGHT: Final = (
    ("exposure_ev", "light.exposure", "light.exposure_text", "+.2g"),
    ("cct_shift_mired", "light.warmth", "light.warmth_text", "+.0f"),
    ("contrast", "light.contrast", "headroom.share", ".2f"),
    ("shading_ev", "light.shading", "light.exposure_text", ".2g"),
    ("duv", "light.duv", "light.duv_text", "+.4f"),
)
_SHARES: Final = (
    ("sharpness_share", "quality.sharpness"),
    ("clipped_share", "quality.clipped"),
    ("dark_share", "quality.dark"),
    ("glare_share", "quality.glare"),
)


def item_page(
    record: Mapping[str, Any], shots: ItemShots, *, ruling: Ruling | None = None, back: str | None = None
) -> Iterable[bytes]:
    """The page of one item, piece by piece; the same bytes for the same record and pictures.

    Parameters
    ----------
    record
        A results record, of an error too.
    shots
        Pictures of it.
    ruling
        What a person decided, where that holds.
    back
        Address of the page of its run; None for a page by itself, which holds its pictures.
    """
    record = in_language(record, spoken_now())
    compared = "error" not in record
    return rendered(
        "item",
        pictures=INLINE if back is None else BESIDE,
        record=record,
        error=record.get("error"),
        verdict=record["verdict"],
        sure=_sure(record),
        findings=_findings(record) if compared else [],
        unfound=_unfound(record) if compared else None,
        pairs=[_pair(record, pair) for pair in shots.pairs] if compared else [],
        several=compared and _has_several(record),
        missing=shots.missing,
        palette=_palette(record, shots) if compared else [],
        light=_light(record.get("lighting")) if compared else None,
        quality=_quality(record["quality"]) if compared else None,
        aspects=aspects(record),
        evidence=evidence(record),
        provenance=provenance(record),
        ruling=ruling,
        overruled=compared and ruling is not None and ruling.label != record["verdict"],
        back=back,
    )


def _sure(record: Mapping[str, Any]) -> str | None:
    """The probability, with the base rate that it holds for where the record tells it; None for an error."""
    if record.get("p_mismatch") is None:
        return None
    p, rate = percent(record["p_mismatch"]), record["tool"].get("base_rate")
    return words("p_mismatch", p=p) if rate is None else words("p_mismatch.base_rate", p=p, base_rate=percent(rate))


def _findings(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What deviates, as it is shown."""
    several = _has_several(record)
    return [
        {
            "number": number,
            "aspect": words(f"aspect.{found['aspect']}"),
            "severity": found["severity"],
            "text": found["text"],
            "p": percent(found["p"]),
            "measured": measured(found["value"], found["unit"]),
            "tolerance": measured(found["tolerance"], found["unit"]),
            "beyond": beyond_words(headroom_of(found), found["tolerance"], found["unit"]),
            "bar": bar_of(found["value"], found["tolerance"]),
            "photos": _photos_words(found["photo"]) if several else None,
            "nowhere": found["box"]["listing"] is None and found["box"]["arrival"] is None,
        }
        for number, found in enumerate(record["findings"], start=1)
    ]


def _has_several(record: Mapping[str, Any]) -> bool:
    """Whether a side has more than one photo."""
    return any(len(record["photos"][side]) > 1 for side in ("listing", "arrival"))


def _unfound(record: Mapping[str, Any]) -> str:
    """What it means that there is no finding: only a match says that nothing deviates."""
    if record["verdict"] == "retake":
        return words("page.cannot_answer")
    if all(aspect["status"] == "not_applicable" for aspect in record["aspects"].values()):
        return words("page.not_judged")
    if record["verdict"] == "match":
        return words("page.no_findings")
    return words("page.only_together" if record["verdict"] == "mismatch" else "page.no_single")


def _photos_words(photo: Mapping[str, int]) -> str:
    """In which photos a finding is to be seen."""
    return words("finding.photos", listing=photo["listing"] + 1, arrival=photo["arrival"] + 1)


def _pair(record: Mapping[str, Any], pair: PairShots) -> dict[str, Any]:
    """One pair of photos with the boxes of the findings that were made on it."""
    listing, arrival = pair.photos
    found = [
        (number, finding)
        for number, finding in enumerate(record["findings"], start=1)
        if (finding["photo"]["listing"], finding["photo"]["arrival"]) == pair.photos
    ]
    sizes = {side: record["photos"][side][index] for side, index in (("listing", listing), ("arrival", arrival))}
    first, second = (
        [_box(number, finding, finding["box"][side], sizes[side]) for number, finding in found if finding["box"][side]]
        for side in ("listing", "arrival")
    )
    surest = (record["pairing"]["listing"], record["pairing"]["arrival"]) == pair.photos
    of_pair = (view for view in record["views"] if (view["photo"]["listing"], view["photo"]["arrival"]) == pair.photos)
    view: Mapping[str, Any] = next(of_pair, {})
    is_laid = view.get("alignment", record["alignment"])["status"] == "aligned"
    return {
        "title": words("page.pair", listing=listing + 1, arrival=arrival + 1),
        "surest": surest,
        "files": {side: shortened(size["path"], LONGEST_NAME) for side, size in sizes.items()},
        "listing": _picture(pair.listing, sizes["listing"], first, "listing"),
        "arrival": _picture(pair.arrival, sizes["arrival"], second, "arrival"),
        "laid_over": pair.laid_over and _picture(pair.laid_over, sizes["listing"], first, "laid_over"),
        "heat": pair.heat and _picture(pair.heat, sizes["listing"], first, "heat"),
        "why_not": None if pair.laid_over else words("page.no_map" if is_laid else "page.not_laid_over"),
    }


def _picture(shot: Shot, size: Mapping[str, Any], boxes: Sequence[Mapping[str, Any]], name: str) -> dict[str, Any]:
    """A picture in px of its photo as displayed, with boxes."""
    numbers = ", ".join(f"{box['number']} {box['aspect']}" for box in boxes)
    if name in ("listing", "arrival"):
        alt = words(f"page.alt_{name}", findings=numbers) if boxes else words(f"page.alt_plain_{name}")
    else:
        alt = words(f"page.alt_{name}")
    width, height = size["width"], size["height"]
    unit = max(width, height) / 100
    return {"source": shot.source, "width": width, "height": height, "unit": unit, "boxes": boxes, "alt": alt}


def _box(number: int, finding: Mapping[str, Any], box: Sequence[int], size: Mapping[str, Any]) -> dict[str, Any]:
    """A finding's place; its tag stands above it, or in it where there is no room."""
    unit = max(size["width"], size["height"]) / 100
    x, y, w, h = box
    return {
        "number": number,
        "aspect": words(f"aspect.{finding['aspect']}"),
        "severity": finding["severity"],
        "x": x,
        "y": y,
        "w": w,
        "h": h,
        "tag_x": min(x, max(0, size["width"] - 5 * unit)),
        "tag_y": y - 5 * unit if y >= 5 * unit else y,
    }


def _palette(record: Mapping[str, Any], shots: ItemShots) -> list[dict[str, Any]]:
    """Main colours of the surest pair, and what the measures of colour compared."""
    rows = []
    for entry in record["evidence"]:
        details = entry.get("details", {})
        if entry["measure"] in _COLOURS and "listing_lab" in details and "value" in entry:
            name = words(_COLOURS[entry["measure"]])
            tolerance = entry.get("tolerance")
            colours = [details["listing_lab"], details.get("arrival_as_lit_lab"), details["arrival_lab"]]
            rows.append(_swatch(name, colours, entry["value"], tolerance, None))
    for swatch in shots.pairs[0].palette if shots.pairs else ():
        name = words("page.palette_share", share=percent(swatch.share))
        colours = [swatch.listing_lab, swatch.as_lit_lab, swatch.arrival_lab]
        rows.append(_swatch(name, colours, swatch.de00, None, change_words(swatch.changes)))
    return rows


def _swatch(
    name: str, colours: Sequence[Sequence[float] | None], de00: float, tolerance: float | None, change: str | None
) -> dict[str, Any]:
    """One colour in CIELAB: in the listing, in the arrival as photographed (None: not known) and with its light taken out."""
    listing, as_lit, arrival = (None if lab is None else hex_of_lab(lab) for lab in colours)
    return {
        "name": name,
        "listing": listing,
        "as_lit": as_lit,
        "arrival": arrival,
        "de00": figure(f"{de00:.1f}"),
        "tolerance": None if tolerance is None else figure(f"{tolerance:.1f}"),
        "change": change,
    }


def _light(lighting: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The light between the photos; None where none was fitted."""
    if lighting is None:
        return None
    facts = [(words(name), words(text, value=Figure(format(lighting[key], form)))) for key, name, text, form in _LIGHT]
    return {"white": hex_of_gain(lighting["gain"]), "facts": facts}


def _quality(quality: Mapping[str, Any]) -> dict[str, Any]:
    """How good the arrival photo is, and what is wrong with it."""
    facts = [(words(name), percent(quality[key])) for key, name in _SHARES]
    facts.append((words("quality.size"), words("quality.size_text", value=f"{quality['product_px']:.0f}")))
    return {
        "usable": quality["usable"],
        "advice": [words(f"advice.{slug}") for slug in quality["advice"]],
        "facts": facts,
    }
