"""The sentences of a results record: which they are, what each was made of, and the record in another language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .language import Said, packed, spoken, unpacked


def with_sentences(record: Mapping[str, Any]) -> dict[str, Any]:
    """`record` with an entry `sentences`: what each sentence in it was made of, by its text."""
    found: dict[str, Any] = {}

    def take(text: str) -> str:
        if isinstance(text, Said):
            found[str(text)] = packed(text)
        return text

    _changed(record, take)
    return {**record, "sentences": found}


def in_language(record: Mapping[str, Any], language: str) -> dict[str, Any]:
    """A results record with its sentences in another language.

    Parameters
    ----------
    record
        As `to_dict` gives it and files of results hold it, in any language.
    language
        One of `qaudit.model.language.LANGUAGES`.

    Returns
    -------
        The record in that language; facts, slugs, names and what a manifest carries are as they were. A text that the record
        tells nothing of under `sentences`, as in records of earlier versions, stays as it is.
    """
    told: dict[str, str] = {}
    for text, entry in record.get("sentences", {}).items():
        try:
            sentence = unpacked(entry)
        except (ValueError, TypeError):
            continue  # not made here: the text itself is all that there is
        if isinstance(sentence, Said):
            told[text] = spoken(sentence, language)
    changed = _changed(record, lambda text: told.get(text, text))
    if "sentences" in record:
        changed["sentences"] = {told.get(text, text): entry for text, entry in record["sentences"].items()}
    return changed


def _changed(record: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """`record` with every text in it that is a sentence as `change` has it."""
    changed = dict(record)
    if "error" in record:
        changed["error"] = {**record["error"], "message": change(record["error"]["message"])}
    if record.get("next_step"):
        changed["next_step"] = change(record["next_step"])
    for name in ("explained", "notes"):
        if name in record:
            changed[name] = [change(text) for text in record[name]]
    if "findings" in record:
        changed["findings"] = [{**finding, "text": change(finding["text"])} for finding in record["findings"]]
    if "photos" in record:
        changed["photos"] = {
            side: [{**photo, "damaged": photo["damaged"] and change(photo["damaged"])} for photo in photos]
            for side, photos in record["photos"].items()
        }
    return changed
