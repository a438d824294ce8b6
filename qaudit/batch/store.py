"""Results that outlive the run: a database that holds each finished item before it is counted."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ..model.errors import ManifestError
from ..model.language import said
from ..model.record import VERDICTS, ItemError, Record, Totals
from ..model.sampling import CLASSES
from ..model.scorecard import Group
from .basis import BASIS, Basis
from .groups import groups_of, take_rulings, units_of
from .keys import Slots, cell, columns_digest, lines_of, photos_digest, to_json
from .lock import held
from .lot import Unit
from .row import Row
from .schema import changing, connect, told
from .trace import Looks, looks, still_holds

# Faults of a run, or perhaps of one, and not of an item: the next run tries again.
_NOT_FINAL = ("worker_died", "item_too_slow", "internal_error", "photo_too_slow", "photo_reader_died", "url_failed")
_SETTLE = f"""
UPDATE line SET number = (
    SELECT number FROM result
    WHERE result.slot = line.slot AND result.looks = line.looks AND result.carried = line.carried
    AND (error IS NULL OR error NOT IN {_NOT_FINAL})
)
"""  # noqa: S608  our own names
_DOUBTFUL = "SELECT EXISTS (SELECT 1 FROM line JOIN result USING (slot) WHERE line.number IS NULL)"
_RETRY = f"UPDATE line SET number = NULL WHERE number IN (SELECT number FROM result WHERE error IN {_NOT_FINAL})"  # noqa: S608
_WHOLE = "line JOIN result USING (number) JOIN record USING (number)"
COLUMNS = ("id", "seller", "category", "verdict", "ruling", "p_mismatch", "error", "findings")


class Store:
    """The items of a run, each in its place in the manifest, and their results, those of earlier runs included.

    One process writes at a time, and holds a lock while the store is open; others may read.
    """

    def __init__(self, folder: Path | None) -> None:
        """Open the store in `folder`, which is made if needed, or one for this run only.

        Raises
        ------
        SettingsError
            `out_not_writable`, `out_in_use`, `run_busy`, `store_broken`.
        """
        self._folder = folder
        with ExitStack() as opened:
            if folder is not None:
                with told(folder):
                    _made(folder)
                opened.enter_context(held(folder))
            self._base = connect(folder)
            opened.callback(self._base.close)
            self._opened = opened.pop_all()
        self._at_work: dict[int, tuple[bytes, str]] = {}

    def close(self) -> None:
        """Let go of the database and of the lock."""
        self._opened.close()

    def begin(
        self,
        rows: Iterable[Row | ItemError],
        tool: Mapping[str, Any],
        folder: str = "",
        digest: str | None = None,
        address: str = "",
    ) -> tuple[int, int]:
        """Take down what is to be done.

        Parameters
        ----------
        rows
            The manifest, read once, and once more where some of it has no result; not at all where nothing has changed.
        tool
            What every item is done with.
        folder
            Where the manifest's paths start.
        digest
            Of all that `rows` come from; None where that is not known.
        address
            As in `Row`.

        Returns
        -------
            How many items there are, and how many of them have a result that still holds.
        """
        slots = Slots(tool)
        self._at_work.clear()
        facts = {"tool": to_json(dict(tool)), "folder": to_json(folder), "manifest": to_json(digest)}
        with told(self._folder), changing(self._base):
            known = dict(self._base.execute("SELECT name, value FROM fact"))
            if digest is not None and facts.items() <= known.items() and self._looks_as_before(Looks(address)):
                self._base.execute(_RETRY)
            else:
                facts[BASIS] = to_json(None)  # what figures rested on is of other items
                self._base.executemany("INSERT OR REPLACE INTO fact VALUES (?, ?)", facts.items())
                self._take_down(rows, slots, Looks(address))
            total, done = self._base.execute("SELECT count(*), count(number) FROM line").fetchone()
        return total, done

    def _take_down(self, rows: Iterable[Row | ItemError], slots: Slots, here: Looks) -> None:
        """Write the lines of a manifest, with the results that still hold."""
        self._base.execute("DELETE FROM line")
        self._base.executemany("INSERT INTO line VALUES (?, ?, ?, ?, ?, NULL)", lines_of(rows, slots, here))
        self._base.execute(_SETTLE)
        (doubtful,) = self._base.execute(_DOUBTFUL).fetchone()
        if not doubtful:
            return
        # What looks otherwise than before is looked at one by one.
        for position, row in self._unsettled(rows):
            number = self._finished(slots.of(row), row)
            if number is not None:
                self._base.execute("UPDATE line SET number = ? WHERE position = ?", (number, position))

    def _looks_as_before(self, here: Looks) -> bool:
        """Whether every photo of the manifest lies there as it did when a run last began, and was finished so."""
        lines = self._base.execute("SELECT paths, looks FROM line WHERE paths != x''")
        return all(here.of(paths) == before for paths, before in lines)

    def pending(
        self, rows: Iterable[Row | ItemError], tool: Mapping[str, Any], *, kinds: tuple[type, ...] = (Row, ItemError)
    ) -> Iterator[tuple[int, Row | ItemError]]:
        """Place and row of each item without a result, in order; each is noted until `add` is given its result.

        Parameters
        ----------
        rows, tool
            As `begin` was given them.
        kinds
            Rows that are wanted now.

        Raises
        ------
        ManifestError
            `manifest_changed`: the rows are not those that `begin` was given.
        """
        slots = Slots(tool)
        for position, row in self._unsettled(rows):
            if not isinstance(row, kinds):
                continue
            with told(self._folder):
                (slot,) = self._base.execute("SELECT slot FROM line WHERE position = ?", (position,)).fetchone()
            if slot != slots.of(row):
                raise _changed()
            self._at_work[position] = slot, row.id
            yield position, row

    def _unsettled(self, rows: Iterable[Row | ItemError]) -> Iterator[tuple[int, Row | ItemError]]:
        """Place and row of each item without a result; `rows` are read as far as the last of these."""
        query = "SELECT min(position) FROM line WHERE number IS NULL AND position > ?"
        (wanted,) = self._base.execute(query, (-1,)).fetchone()
        if wanted is None:
            return
        for position, row in enumerate(rows):
            if position == wanted:
                (wanted,) = self._base.execute(query, (position,)).fetchone()
                yield position, row
                if wanted is None:
                    return
        if wanted is not None:
            raise _changed()

    def add(self, position: int, record: Record) -> None:
        """Keep the result of the item at `position`; it is durable when this returns."""
        self.add_all([(position, record)])

    def add_all(self, results: Iterable[tuple[int, Record]]) -> None:
        """Keep results, each with the place of its item, which `pending` gave; they are durable when this returns.

        Raises
        ------
        RuntimeError
            A result is that of another item.
        """
        with told(self._folder), changing(self._base):
            for position, record in results:
                slot, id_ = self._at_work.pop(position)
                if record.id != id_:
                    raise RuntimeError(f"the result of item {id_!r} is that of {record.id!r}")
                facts = self._kept(slot, record), looks(record.traces), position
                self._base.execute("UPDATE line SET number = ?, looks = ? WHERE position = ?", facts)

    def records(self) -> Iterator[Record]:
        """The finished items of the manifest, in its order."""
        for text, seconds in self._joined("json, seconds"):
            yield Record(json.loads(text), json.loads(seconds))

    def lines(self) -> Iterator[bytes]:
        """The results records, in the manifest's order, each a line of JSON."""
        return (text.encode() + b"\n" for (text,) in self._joined("json"))

    def timings(self) -> Iterator[bytes]:
        """Seconds of each item, in the manifest's order, each a line of JSON."""
        return (f'{{"id": {id_}, "seconds": {seconds}}}\n'.encode() for id_, seconds in self._joined("result.id, seconds"))

    def table(self) -> Iterator[tuple[str | float | None, ...]]:
        """What a table of results says of each item, in the manifest's order, under the names `COLUMNS`."""
        with told(self._folder):
            take_rulings(self._base)
        chosen = "result.id, seller, category, verdict, coalesce(label, ''), p_mismatch, coalesce(error, ''), findings"
        tables = "line JOIN result USING (number) LEFT JOIN temp.ruled USING (number)"
        for id_, seller, category, *others in self._joined(chosen, tables):
            yield json.loads(id_), json.loads(seller), json.loads(category), *others

    def totals(self) -> Totals:
        """How many items of the manifest got which verdict; RuntimeError unless every item has its result."""
        with told(self._folder):
            (lost,) = self._base.execute("SELECT count(*) FROM line WHERE number IS NULL").fetchone()
            counts = dict(
                self._base.execute("SELECT verdict, count(*) FROM line CROSS JOIN result USING (number) GROUP BY verdict")
            )
        totals = Totals(**{verdict: counts.get(verdict, 0) for verdict in VERDICTS})
        if lost:
            raise RuntimeError(f"{lost} of {lost + len(totals)} rows have no result")
        return totals

    def seed(self, given: str | None) -> tuple[str, int]:
        """The seed of this run's samples: the one `given`, else the last that was kept, else a new one; all of them are kept.

        Returns
        -------
            The seed, and with how many seeds samples were drawn in this folder, this one included.
        """
        with told(self._folder), changing(self._base):
            found = self._base.execute("SELECT value FROM fact WHERE name = 'seeds'").fetchone()
            kept = json.loads(found[0]) if found else []
            seed = given if given is not None else kept[-1] if kept else secrets.token_hex(8)
            seeds = [*(other for other in kept if other != seed), seed]
            self._base.execute("INSERT OR REPLACE INTO fact VALUES ('seeds', ?)", (to_json(seeds),))
        return str(seed), len(seeds)

    def units(self) -> list[Unit]:
        """The items of the manifest, in its order, as a lot counts them."""
        with told(self._folder):
            return units_of(self._base)

    def rulings(self) -> dict[int, str]:
        """Place -> label of each item of the manifest on which a ruling holds."""
        with told(self._folder):
            take_rulings(self._base)
            return dict(self._base.execute("SELECT position, label FROM line JOIN temp.ruled USING (number)"))

    def keep_basis(self, basis: Basis) -> None:
        """Keep what the figures of this run rest on, for the reports that are made of it later."""
        with told(self._folder), changing(self._base):
            self._base.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (BASIS, to_json(basis.to_dict())))

    def groups(self) -> list[Group]:
        """The items of the manifest, counted by all that score cards tell apart."""
        with told(self._folder):
            return groups_of(self._base)

    def _joined(self, columns: str, tables: str = _WHOLE) -> Iterator[tuple[Any, ...]]:
        """Columns of the finished items, in the manifest's order."""
        with told(self._folder):
            yield from self._base.execute(f"SELECT {columns} FROM {tables} ORDER BY position")  # noqa: S608  our own names

    def _finished(self, slot: bytes, row: Row | ItemError) -> int | None:
        """The number of the result that `row` asks for, if there is one that still holds; its row is brought up to date."""
        found = self._base.execute("SELECT number, error, carried, traces FROM result WHERE slot = ?", (slot,)).fetchone()
        if found is None or found[1] in _NOT_FINAL:
            return None
        number, _, carried, kept = found
        if isinstance(row, Row):
            before = json.loads(kept)
            now = still_holds(row, before)
            if now is None:
                return None
            if (text := to_json(now)) != kept:
                self._base.execute("UPDATE result SET traces = ?, looks = ? WHERE number = ?", (text, looks(now), number))
        columns = row.extra if isinstance(row, Row) else row.row
        if columns_digest(columns) != carried:
            self._carry(number, columns)
        return int(number)

    def _carry(self, number: int, columns: Mapping[str, Any]) -> None:
        """Give a result the columns that its row has now."""
        (text,) = self._base.execute("SELECT json FROM record WHERE number = ?", (number,)).fetchone()
        values = json.loads(text) | {"row": dict(columns)}
        self._base.execute("UPDATE record SET json = ? WHERE number = ?", (to_json(values), number))
        self._base.execute(
            "UPDATE result SET carried = ?, seller = ?, category = ? WHERE number = ?",
            (columns_digest(columns), cell(columns, "seller"), cell(columns, "category"), number),
        )

    def _kept(self, slot: bytes, record: Record) -> int:
        """Write a result in the place of what its slot held; its number."""
        values = record.to_dict()
        columns = values["row"]
        found = values.get("findings", ())
        findings = " ".join(sorted({finding["aspect"] for finding in found}))
        severities = {finding.get("severity") for finding in found}
        row = (
            slot,
            to_json(record.id),
            record.verdict,
            values["p_mismatch"],
            values.get("error", {}).get("slug"),
            findings,
            next((name for name in CLASSES if name in severities), ""),
            cell(columns, "seller"),
            cell(columns, "category"),
            columns_digest(columns),
            to_json(record.traces),
            looks(record.traces),
            photos_digest(record),
        )
        names = "slot, id, verdict, p_mismatch, error, findings, severity, seller, category, carried, traces, looks, photos"
        places = ", ".join("?" * len(row))
        again = ", ".join(f"{name} = excluded.{name}" for name in names.split(", ")[1:])
        (number,) = self._base.execute(
            f"INSERT INTO result ({names}) VALUES ({places}) ON CONFLICT (slot) DO UPDATE SET {again} RETURNING number",  # noqa: S608
            row,
        ).fetchone()
        self._base.execute(
            "INSERT OR REPLACE INTO record VALUES (?, ?, ?)", (number, to_json(values), to_json(dict(record.seconds)))
        )
        return int(number)


def _changed() -> ManifestError:
    """The manifest is not read as it was a moment ago."""
    return ManifestError(
        "manifest_changed",
        said("the manifest was changed while it was read"),
        said("give the same command again; what is finished is kept"),
    )


def _made(folder: Path) -> None:
    """Make `folder` if it is not there, and hide it from git: a run can be made again, and has names of customers in it.

    A folder that somebody made is left as it is, since more than the run may lie in it.
    """
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="ascii")
