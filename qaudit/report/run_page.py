"""A run as an HTML page: how many of which verdict, who does worst, and every item in a table to sort and to filter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from qaudit.model.picture import Shot
from qaudit.model.record import VERDICTS
from qaudit.model.ruling import Ruling
from qaudit.model.verdict import ASPECTS

from .figures import figure, percent, whole_percent
from .item_page import BESIDE
from .page import drawn, rendered, shortened
from .run_charts import aspect_chart, seller_chart
from .words import words

LONGEST_ID: Final = 200
LONGEST_REASON: Final = 220
# So many score cards stand open, and so many at the most behind a line that opens the rest.
FIRST_CARDS: Final = 10
MOST_CARDS: Final = 1000
MOST_IDS: Final = 200
_FATES: Final = {"accepted": "lot.accepted", "rejected": "lot.rejected", "undecided": "lot.undecided"}
_CLASSES: Final = {
    "any": "lot.any",
    "critical": "severity.critical",
    "major": "severity.major",
    "minor": "severity.minor",
}
_SWITCHES: Final = {"normal": "lot.normal", "tightened": "lot.tightened", "reduced": "lot.reduced"}
_CHANGES: Final = {"worse": "cards.worse", "better": "cards.better", "unclear": "cards.unclear"}


@dataclass(frozen=True, slots=True)
class RunItem:
    """One item in the table of a run: its record, the ruling on it, the address of its page, and its small picture."""

    record: Mapping[str, Any]
    ruling: Ruling | None = None
    page: str | None = None
    thumbnail: Shot | None = None


def run_page(
    summary: Mapping[str, Any],
    items: Iterable[RunItem],
    *,
    aspects: Mapping[str, int],
    ruled: int,
    flagged_only: bool,
    pictureless: int,
) -> Iterable[bytes]:
    """The page of a run, piece by piece.

    Parameters
    ----------
    summary
        As in ``summary.json``.
    items
        All of them, in the order in which they are to be looked at; read once, while the page is read.
    aspects
        Aspect -> how many items have a finding in it.
    ruled
        How many items a person ruled on.
    flagged_only
        Whether items that match have no page.
    pictureless
        How many of the items that have a page have no picture.
    """
    cards = summary["score_cards"]
    sellers = sorted(card["name"] for card in cards["sellers"])
    numbers = {name: number for number, name in enumerate(sellers)}
    total = summary["items"]
    seller_drawing = seller_chart(cards["sellers"])
    return rendered(
        "run",
        pictures=BESIDE,
        title=words("run_page.title_one" if total == 1 else "run_page.title", total=total),
        tool=summary["tool"],
        total=total,
        tiles=[(name, n, percent(n / total) if total else "") for name, n in summary["totals"].items()],
        notes=_notes(summary, ruled=ruled, flagged_only=flagged_only, pictureless=pictureless),
        lot=_lot(summary.get("lot")),
        seller_chart=seller_drawing and drawn(seller_drawing),
        aspect_chart=drawn(aspect_chart(aspects)) if any(aspects.values()) else None,
        cards=[
            (
                words(key),
                [_card(card) for card in cards[side][:FIRST_CARDS]],
                [_card(card) for card in cards[side][FIRST_CARDS:MOST_CARDS]],
                max(0, len(cards[side]) - MOST_CARDS),
            )
            for side, key in (("sellers", "cards.sellers"), ("categories", "cards.categories"))
            if any(card["rate"] for card in cards[side])
        ],
        sellers=[shortened(name, LONGEST_ID) for name in sellers],
        has_categories=bool(cards["categories"]),
        aspects=[name for name in ASPECTS if aspects.get(name)],
        ruled=ruled,
        rows=(_row(item, numbers) for item in items),
    )


def _row(item: RunItem, sellers: Mapping[str, int]) -> dict[str, Any]:
    """One line of the table."""
    record = item.record
    verdict, p = record["verdict"], record["p_mismatch"]
    row = record.get("row", {})
    seller = _text(row.get("seller"))
    return {
        "verdict": verdict,
        "rank": VERDICTS.index(verdict),
        "id": shortened(record["id"], LONGEST_ID),
        "page": item.page,
        "thumbnail": item.thumbnail,
        "p": "" if p is None else percent(p),
        "p_value": "" if p is None else f"{p:.4f}",
        "aspects": " ".join(dict.fromkeys(found["aspect"] for found in record.get("findings", ()))),
        "why": shortened(_why(record, item.ruling), LONGEST_REASON),
        "seller": shortened(seller, LONGEST_ID),
        "seller_number": sellers.get(seller, ""),
        "category": shortened(_text(row.get("category")), LONGEST_ID),
        "ruling": item.ruling,
    }


def _text(value: Any) -> str:
    """A cell as text."""
    return "" if value is None else str(value)


def _why(record: Mapping[str, Any], ruling: Ruling | None) -> str:
    """The first thing to know about an item that is no match, or that a person ruled to be something else."""
    if "error" in record:
        return str(record["error"]["message"])
    if ruling is not None and ruling.label != record["verdict"]:
        return ruling.reason
    found: Sequence[Mapping[str, str]] = record["findings"]
    if found:
        return found[0]["text"]
    step: str = "" if record["verdict"] == "match" else record["next_step"]
    return step


def _notes(summary: Mapping[str, Any], *, ruled: int, flagged_only: bool, pictureless: int) -> list[tuple[str, list[str]]]:
    """What a reader has to know of all of it: each with the ids or names that it is about."""
    unpaired = summary.get("unpaired") or {"items": (), "arrivals": ()}
    notes: list[tuple[str, list[str]]] = []
    if ruled:
        notes.append((words("run_page.ruled", count=ruled), []))
    for side, key in (("items", "run_page.unpaired_items"), ("arrivals", "run_page.unpaired_arrivals")):
        if unpaired[side]:
            notes.append((words(key, count=len(unpaired[side])), _some(unpaired[side])))
    if pictureless:
        notes.append((words("run_page.pictureless", count=pictureless), []))
    if flagged_only:
        notes.append((words("run_page.flagged"), []))
    return notes


def _some(names: Sequence[str]) -> list[str]:
    """The first names, and how many more there are."""
    first = [shortened(name, LONGEST_ID) for name in names[:MOST_IDS]]
    more = len(names) - MOST_IDS
    return [*first, words("cards.more", count=more)] if more > 0 else first


def _lot(lot: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The fate of a lot as a heading, a table and a sentence."""
    if not lot:
        return None
    plan = next(iter(lot["classes"].values()))["plan"]
    said = {"units": lot["units"], "size": len(lot["sample"]), "level": plan["level"], "seed": lot["seed"]}
    return {
        "title": words("lot.title", switch=words(_SWITCHES[plan["switch"]]), **said),
        "fate": words(_FATES[lot["fate"]]),
        "verdict": {"accepted": "match", "rejected": "mismatch", "undecided": "review"}[lot["fate"]],
        "rows": [
            (
                words(_CLASSES[name]),
                figure(f"{found['plan']['aql']:g}"),
                *(found["plan"][key] for key in ("size", "accept", "reject")),
                found["defective"],
                found["open"],
            )
            for name, found in lot["classes"].items()
        ],
        "open": _some(lot["open"]),
    }


def _range(interval: Mapping[str, Any] | None) -> str:
    """From where to where a share lies."""
    if not interval:
        return words("cards.none")
    return words("cards.range", low=whole_percent(interval["low"]), high=percent(interval["high"]))


def _card(card: Mapping[str, Any]) -> dict[str, Any]:
    """One score card."""
    none, rate, change = words("cards.none"), card["rate"], card.get("change")
    mostly = next(iter(card["aspects"].items()), None)
    said = None
    if change is not None:
        said = words(_CHANGES[change["says"]], before=percent(change["before"]["value"]))
    return {
        "name": shortened(card["name"], LONGEST_ID),
        "wrong": words("cards.of", hits=rate["hits"], count=rate["count"]) if rate else none,
        "interval": _range(rate),
        "smoothed": _range(card["shrunk"] if rate else None),
        "corrected": _range(card["corrected"]),
        "open": card["totals"]["review"] + card["totals"]["retake"],
        "errors": card["totals"]["error"],
        "mostly": mostly and words("cards.aspect", aspect=words(f"aspect.{mostly[0]}"), count=mostly[1]["hits"]),
        "change": said,
    }
