"""The items of a run as its figures count them, for score cards and for a lot, from its database."""

from __future__ import annotations

import json
import sqlite3

from ..model.scorecard import Group
from .lot import Unit

# A person's latest word on what lies in the photos that were judged; it lapses when one of them changes.
RULED = """
SELECT line.number, ruling.label, ruling.judge, ruling.reason, ruling.at
FROM (SELECT max(number) AS latest FROM ruling GROUP BY id, photos)
JOIN ruling ON ruling.number = latest
JOIN result ON result.id = ruling.id AND result.photos = ruling.photos
JOIN line ON line.number = result.number
"""
_COUNTS = """
SELECT seller, category, verdict, label, findings, count(*)
FROM line CROSS JOIN result USING (number) LEFT JOIN temp.ruled USING (number)
GROUP BY seller, category, verdict, label, findings
ORDER BY seller, category, verdict, label, findings
"""


def groups_of(base: sqlite3.Connection) -> list[Group]:
    """The items of the last manifest, counted.

    Parameters
    ----------
    base
        As `qaudit.batch.schema.connect` gives it.

    Returns
    -------
        Groups in a fixed order, none of them empty.
    """
    take_rulings(base)
    return [
        Group(json.loads(seller), json.loads(category), verdict, label, tuple(findings.split()), count)
        for seller, category, verdict, label, findings, count in base.execute(_COUNTS)
    ]


def units_of(base: sqlite3.Connection) -> list[Unit]:
    """The items of the last manifest, in its order, as a lot counts them; `base` as for `groups_of`."""
    take_rulings(base)
    rows = base.execute(
        "SELECT result.id, coalesce(label, verdict), severity, label IS NOT NULL "
        "FROM line JOIN result USING (number) LEFT JOIN temp.ruled USING (number) ORDER BY position"
    ).fetchall()
    return [Unit(json.loads(id_), answer, severity, bool(ruled)) for id_, answer, severity, ruled in rows]


def take_rulings(base: sqlite3.Connection) -> None:
    """Make the table ``temp.ruled``: number and label of each result on which a ruling holds."""
    base.execute("DROP TABLE IF EXISTS temp.ruled")
    base.execute("CREATE TEMP TABLE ruled (number INTEGER PRIMARY KEY, label TEXT)")
    base.execute(f"INSERT OR REPLACE INTO temp.ruled SELECT number, label FROM ({RULED})")  # noqa: S608  our own words
