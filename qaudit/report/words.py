"""Every sentence that reports and pictures say, in English. Nothing is put together from pieces elsewhere."""

from __future__ import annotations

from typing import Final

EN: Final[dict[str, str]] = {
    # verdicts
    "verdict.match": "MATCH",
    "verdict.mismatch": "MISMATCH",
    "verdict.review": "REVIEW",
    "verdict.retake": "RETAKE",
    "verdict.error": "ERROR",
    "says.match": "The item looks like its listing.",
    "says.mismatch": "The item is not what its listing shows.",
    "says.review": "The photos leave a doubt: a person should look.",
    "says.retake": "This photo cannot answer: take it again.",
    "p_mismatch": "Probability that it is not what was listed: {p}",
    "p_mismatch.base_rate": "Probability that it is not what was listed: {p} (where {base_rate} of all items are not)",
    # one comparison
    "photos.listing": "listing",
    "photos.arrival": "arrival",
    "head.reasons": "Reasons",
    "head.explained": "Put down to light, view or camera",
    "head.next": "What to do next",
    "head.notes": "Notes",
    "head.aspects": "Aspects",
    "head.seconds": "Seconds",
    "column.aspect": "aspect",
    "column.measured": "measured",
    "column.tolerance": "tolerance",
    "column.severity": "severity",
    "column.finding": "what was found",
    "aspects.ok": "fine",
    "aspects.finding": "deviates",
    "aspects.unsure": "unsure",
    "aspects.not_applicable": "not judged",
    "aspects.because": "{aspect} ({reason})",
    "severity.critical": "critical",
    "severity.major": "major",
    "severity.minor": "minor",
    "aspect.identity": "identity",
    "aspect.variant": "variant",
    "aspect.colour": "colour",
    "aspect.pattern": "pattern",
    "aspect.missing": "missing",
    "aspect.damage": "damage",
    "aspect.shape": "shape",
    "aspect.size": "size",
    "aspect.material": "material",
    "aspect.count": "count",
    # why an aspect was not judged
    "reason.no_reference_card": "no reference card in the photo",
    "reason.not_measured": "not measured yet",
    "reason.judged_with_identity": "judged with identity and colour",
    "reason.no_outline": "told only where both products stand out from a plain ground",
    "reason.no_texture": "too little texture",
    "reason.too_little_seen": "too little of it is seen",
    "reason.not_confirmed": "no place is surely the same in both photos",
    "reason.not_aligned": "the arrival could not be laid over the listing",
    "reason.photo_unusable": "this photo cannot answer",
    "seconds.total": "total",
    # a run over many items
    "run.start": "qaudit: {total} items to audit",
    "run.resume": "qaudit: {total} items to audit, {done} of them done by an earlier run",
    "run.line": "qaudit: {done} of {total} done, {rate} items/s, {counts}",
    "run.line_left": "qaudit: {done} of {total} done, {rate} items/s, about {left} left, {counts}",
    "run.rate": "{rate} items/s",
    "run.count": "{count} {verdict}",
    "run.count_none": "no verdict yet",
    "summary.title": "{total} items audited",
    "summary.title_one": "1 item audited",
    "summary.verdict": "verdict",
    "summary.worst": "To look at first",
    "summary.more": "and {count} more, in {file}",
    "summary.id": "id",
    "summary.p": "p",
    "summary.why": "why",
    "summary.files": "Written to {folder}",
    "file.results.jsonl": "one record an item, in the manifest's order",
    "file.summary.json": "how many of which verdict, and with which settings",
    "file.timings.jsonl": "seconds an item and a stage",
    "count.match": "match",
    "count.mismatch": "mismatch",
    "count.review": "review",
    "count.retake": "retake",
    "count.error": "error",
    # the picture
    "overlay.listing": "listing",
    "overlay.laid_over": "arrival, laid over the listing",
    "overlay.arrival": "arrival, as photographed (it could not be laid over the listing)",
    "overlay.headline": "{verdict}   {says}",
    "overlay.finding": "{number}  {aspect}: {text}",
    "overlay.next": "Next: {text}",
    "overlay.no_findings": "No deviation found.",
}


def words(key: str, **values: object) -> str:
    """The sentence named `key`, filled with `values`; an unknown key raises KeyError."""
    return EN[key].format(**values)


def has_words(key: str) -> bool:
    """Whether the catalogue knows `key`."""
    return key in EN
