"""Mismatches that a person accepted: a file that is kept beside the manifest, bound to the photos that were looked at."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from ..model.check import Acceptance, Found, Lapse, Stale
from ..model.errors import SettingsError
from ..model.language import Said, said
from ..model.text import one_line, shown
from .finished import opened_run
from .tables import once

NAME = "qaudit-baseline.json"
_VERSION = 1
_MOST_BYTES = 64 << 20
_TEXTS = ("id", "reason", "by", "on")
_DAYS = ("on", "until")
_KEYS = {*_TEXTS, "until", "findings", "photos"}
_COVERED = ("mismatch", "review")
_REASON_SHOWN = 80
# As git leaves them at the beginning of a line where two changes met: ours, theirs, and what was there before.
_CONFLICT = re.compile(rb"^(?:<{7} |>{7} |\|{7} |={7}\r?$)", re.MULTILINE)
_DIGEST = re.compile("[0-9a-f]{64}")


class Baseline:
    """What was accepted, and what of it a check asked for."""

    def __init__(self, accepted: Iterable[Acceptance] = ()) -> None:
        """`accepted`: at most one for an id and what its photos hold."""
        self._by_id: dict[str, list[Acceptance]] = {}
        for acceptance in accepted:
            self._by_id.setdefault(acceptance.id, []).append(acceptance)
        self._stale: dict[Acceptance, Stale] = {}

    def answer(self, record: Mapping[str, Any], today: datetime.date) -> tuple[Acceptance | None, Lapse | None]:
        """Whether the mismatch of an item was accepted; it stays so where the same photos now leave a doubt about the same.

        Parameters
        ----------
        record
            A results record.
        today
            The day that expiry is judged by.

        Returns
        -------
            The acceptance, and why it does not hold; None where it does. Without an acceptance, and for an item that is
            neither a mismatch nor to be reviewed, both are None. What does not match is taken down as stale.
        """
        accepted = self._by_id.get(str(record["id"]), [])
        if not accepted or "error" in record:
            return None, None
        listing, arrival = digests_of(record)
        same = next((a for a in accepted if (a.listing, a.arrival) == (listing, arrival)), None)
        for other in accepted:
            if other is not same:
                self._stale[other] = Stale(other, "photos")
        if record["verdict"] not in _COVERED:
            if same is not None:
                self._stale[same] = Stale(same, "passed")
            return None, None
        if same is None:
            return accepted[-1], "photos"
        if same.until is not None and datetime.date.fromisoformat(same.until) < today:
            return same, "expired"
        return same, "beyond" if same.beyond(record["verdict"], findings_of(record)) else None

    def stale(self, ids: Iterable[str]) -> list[Stale]:
        """What nothing asked for; `ids` are those of the manifest's items, also of those that were left out."""
        there = set(ids)
        gone = [Stale(a, "gone") for id_, accepted in self._by_id.items() if id_ not in there for a in accepted]
        return sorted((*gone, *self._stale.values()), key=lambda stale: _order(stale.acceptance))

    def changed_ids(self, before: Baseline) -> set[str]:
        """Ids of items of which something else was accepted `before`."""
        ids = self._by_id.keys() | before._by_id.keys()
        return {id_ for id_ in ids if set(self._by_id.get(id_, ())) != set(before._by_id.get(id_, ()))}


def read_baseline(path: Path) -> list[Acceptance]:
    """What was accepted in the file at `path`.

    Raises
    ------
    SettingsError
        `baseline_missing`, `baseline_broken`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SettingsError(
            "baseline_missing",
            said("{path}: the baseline cannot be read: {reason}", path=shown(path), reason=reason),
            said("check --baseline; qaudit accept makes one"),
        ) from error
    return parse_baseline(data, shown(path))


def parse_baseline(data: bytes, name: str) -> list[Acceptance]:
    """What was accepted in the file `data`, which messages call `name`; SettingsError `baseline_broken`."""
    if len(data) > _MOST_BYTES:
        _refuse(name, said("it is too large"))
    try:
        content = json.loads(data, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        if conflict := _CONFLICT.search(data):
            line = data.count(b"\n", 0, conflict.start()) + 1
            _refuse(name, said("line {line} has a mark of git where two changes met: say which of them holds", line=line))
        _refuse(name, said("it is no JSON: {reason}", reason=one_line(str(error))))
    if not isinstance(content, dict) or set(content) != {"qaudit_baseline", "accepted"}:
        _refuse(name, said("it is no baseline of qaudit"))
    if (
        content["qaudit_baseline"] != _VERSION
        or content["qaudit_baseline"] is True
        or not isinstance(content["accepted"], list)
    ):
        _refuse(name, said("it is no baseline of this version of qaudit"))
    accepted = [_acceptance(entry, place, name) for place, entry in enumerate(content["accepted"], start=1)]
    first: dict[tuple[object, ...], int] = {}
    for place, a in enumerate(accepted, start=1):
        before = first.setdefault((a.id, a.listing, a.arrival), place)
        if before != place:
            numbers = {"id": shown(a.id), "first": before, "second": place}
            _refuse(name, said("entries {first} and {second} accept item {id} for the same photos: keep one", **numbers))
    return accepted


def written_baseline(accepted: Iterable[Acceptance]) -> bytes:
    """The file: sorted, a line each fact, and with nothing in it that steers a terminal or turns the direction of text."""
    entries = [
        {
            "id": a.id,
            "reason": a.reason,
            "by": a.by,
            "on": a.on,
            "until": a.until,
            "findings": [f"{aspect}/{measure}" for aspect, measure in sorted(a.findings)],
            "photos": {"listing": list(a.listing), "arrival": list(a.arrival)},
        }
        for a in sorted(accepted, key=_order)
    ]
    text = json.dumps({"qaudit_baseline": _VERSION, "accepted": entries}, ensure_ascii=False, indent=2)
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text).encode() + b"\n"


def accept(
    folder: Path, id_: str, reason: str, by: str, until: str | None, before: Sequence[Acceptance], today: datetime.date
) -> tuple[list[Acceptance], Acceptance, Acceptance | None]:
    """Accept the mismatch of an item.

    Parameters
    ----------
    folder
        Of the run that found it.
    id_
        Of the item.
    reason, by
        Why, and who; not empty.
    until
        Last day, as in ``2026-01-31``; None for no end.
    before
        What was accepted before.
    today
        The day on which it is accepted.

    Returns
    -------
        All that is accepted now, what was added, and what that replaces.

    Raises
    ------
    SettingsError
        `run_missing`, `item_unknown`; `acceptance_incomplete`, `until_unusable`; `nothing_to_accept`: the item is no mismatch.
    """
    if not by.strip() or not reason.strip():
        raise SettingsError(
            "acceptance_incomplete", said("an acceptance needs who accepts and why"), said("give --by and --reason")
        )
    if until is not None:
        until = _day(until, today)
    record = _mismatch_of(folder, id_)
    listing, arrival = digests_of(record)
    added = Acceptance(
        id_, reason.strip(), by.strip(), today.isoformat(), until, frozenset(findings_of(record)), listing, arrival
    )
    key = (id_, listing, arrival)
    replaced = next((a for a in before if (a.id, a.listing, a.arrival) == key), None)
    return [*(a for a in before if a is not replaced), added], added, replaced


def digests_of(record: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """SHA-256 of the listing and of the arrival photos of a record, each sorted."""
    listing, arrival = (tuple(sorted(photo["sha256"] for photo in record["photos"][side])) for side in ("listing", "arrival"))
    return listing, arrival


def findings_of(record: Mapping[str, Any]) -> set[Found]:
    """Which aspects deviate in a record, by which measures."""
    return {(finding["aspect"], finding["measure"]) for finding in record.get("findings", ())}


def _mismatch_of(folder: Path, id_: str) -> dict[str, Any]:
    """The record of a mismatch of the run in `folder`."""
    query = "SELECT json FROM line JOIN result USING (number) JOIN record USING (number) WHERE result.id = ? ORDER BY position"
    with opened_run(folder) as base:
        records = [json.loads(text) for (text,) in base.execute(query, (json.dumps(id_),))]
    if not records:
        raise SettingsError(
            "item_unknown",
            said("{folder}: no result of an item {id}", folder=shown(folder), id=one_line(id_)),
            said("look it up in results.jsonl; an item has to be audited first"),
        )
    found = next((record for record in records if record["verdict"] == "mismatch"), None)
    if found is None:
        raise SettingsError(
            "nothing_to_accept",
            said("item {id} is no mismatch", id=one_line(id_)),
            said("only a mismatch can be accepted"),
        )
    return dict(found)


def _day(text: str, today: datetime.date) -> str:
    """A day that is still to come, or today."""
    try:
        day = datetime.datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        day = None
    if day is None:
        raise SettingsError(
            "until_unusable",
            said("--until {day} is no day", day=one_line(text)),
            said("write it as in {today}", today=today.isoformat()),
        )
    if day < today:
        raise SettingsError(
            "until_unusable",
            said("--until {day} is past", day=day.isoformat()),
            said("name the last day that it is to hold: {today}, which is today, or a later one", today=today.isoformat()),
        )
    return day.isoformat()


def _acceptance(entry: Any, place: int, name: str) -> Acceptance:
    """One entry of the file."""
    if not isinstance(entry, dict):
        _refuse(name, said("entry {number} has not the keys {keys}", number=place, keys=", ".join(sorted(_KEYS))))
    if unknown := sorted(set(entry) - _KEYS):
        known = ", ".join(sorted(_KEYS))
        _refuse(
            name, said("entry {number} has a key {key}; it may have {keys}", number=place, key=shown(unknown[0]), keys=known)
        )
    if lacking := sorted(_KEYS - set(entry)):
        _refuse(name, said("entry {number} lacks {keys}", number=place, keys=", ".join(lacking)))
    texts = [entry[key] for key in _TEXTS]
    photos, findings = entry["photos"], entry["findings"]
    if not all(isinstance(text, str) for text in texts) or not entry["reason"].strip() or not entry["by"].strip():
        _refuse(name, said("entry {number} does not say of what, why and by whom", number=place))
    days = [_day_of(entry[key], key, place, name) for key in _DAYS if entry[key] is not None]
    if not _is_texts(findings) or not all(text.count("/") == 1 for text in findings):
        _refuse(name, said("entry {number} does not say what was found", number=place))
    if not isinstance(photos, dict) or set(photos) != {"listing", "arrival"} or not all(map(_is_digests, photos.values())):
        _refuse(name, said("entry {number} does not say of which photos", number=place))
    found = frozenset((text.split("/")[0], text.split("/")[1]) for text in findings)
    sides = [tuple(sorted(photos[side])) for side in ("listing", "arrival")]
    until = days[1] if entry["until"] is not None else None
    return Acceptance(entry["id"], entry["reason"], entry["by"], days[0], until, found, sides[0], sides[1])


def _day_of(day: Any, key: str, place: int, name: str) -> str:
    """A day as `written_baseline` writes it."""
    try:
        return datetime.date.fromisoformat(day).isoformat()
    except (TypeError, ValueError):
        told = one_line(str(day))[:_REASON_SHOWN]
        _refuse(name, said("entry {number} has no day such as 2027-01-31 as {key}: {day}", number=place, key=key, day=told))


def _is_texts(value: Any) -> bool:
    """Whether `value` is a list of texts."""
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _is_digests(value: Any) -> bool:
    """Whether `value` is a list of SHA-256 in hexadecimal, and not empty."""
    return bool(value) and _is_texts(value) and all(map(_DIGEST.fullmatch, value))


def _refuse(name: str, reason: Said) -> NoReturn:
    """The file cannot be used as it is."""
    raise SettingsError(
        "baseline_broken",
        said("{name}: {reason}", name=name, reason=reason),
        said("mend it, or take it from the history of the repository"),
    )


def _order(acceptance: Acceptance) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """By id, then by photos."""
    return acceptance.id, acceptance.listing, acceptance.arrival
