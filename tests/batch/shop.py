"""A small shop in a git repository, and a worker that reads its verdicts from the photos instead of comparing them."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path
from typing import Any

from qaudit.batch.row import Row
from qaudit.batch.trace import traces_of, with_digests
from qaudit.model.errors import PhotoRefused
from qaudit.model.record import ItemError, Record

# No setting of the person who runs the tests, and of a hook that runs them, gets into their repositories.
_WHO = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"} | {
    f"GIT_{role}_{fact}": value for role in ("AUTHOR", "COMMITTER") for fact, value in (("NAME", "Ayu"), ("EMAIL", "a@b"))
}


def told_record(row: Row, **settings: Any) -> Record:
    """The verdict and the findings that the first arrival photo has in writing, such as ``mismatch colour/palette``."""
    before = traces_of(row)
    photos: dict[str, list[dict[str, Any]]] = {"listing": [], "arrival": [], "accepted": []}
    try:
        for side, found in photos.items():
            for path, text in zip(row.paths(side), getattr(row, side), strict=True):
                data = Path(path).read_bytes()
                found.append({"path": text, "sha256": hashlib.sha256(data).hexdigest()})
    except OSError:
        error = PhotoRefused("photo_missing", f"{row.arrival[0]}: there is no such file", "check the path")
        values = ItemError.of(row.id, error, row.extra, settings["tool"]).to_dict()
        return Record(values, {}, with_digests(row, before, values), 2)
    verdict, *findings = Path(row.paths("arrival")[0]).read_text().split()
    values = {
        "schema": 1,
        "id": row.id,
        "verdict": verdict,
        "p_mismatch": float(verdict == "mismatch"),
        "findings": [_finding(*text.split("/")) for text in findings],
        "next_step": "Look at it." if verdict != "match" else "",
        "photos": photos,
        "row": dict(row.extra),
        "tool": dict(settings["tool"]),
    }
    return Record(values, {}, with_digests(row, before, values), len(row.listing) + len(row.arrival))


def _finding(aspect: str, measure: str = "m", *_: str) -> dict[str, Any]:
    """A deviation as in a record."""
    return {
        "aspect": aspect,
        "measure": measure,
        "severity": "major",
        "value": 2.0,
        "unit": "x",
        "tolerance": 1.0,
        "text": f"The {aspect} differs.",
        "photo": {"listing": 0, "arrival": 0},
        "box": {"listing": None, "arrival": None},
    }


def git(folder: Path, *arguments: str) -> str:
    """What git prints in `folder`."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(["git", *arguments], cwd=folder, env=environment | _WHO, capture_output=True, text=True, check=True)
    return done.stdout


class Shop:
    """A working tree with a manifest and photos; `told` says what each arrival photo has in writing."""

    def __init__(self, folder: Path, told: dict[str, str]) -> None:
        self.folder = folder
        self.goods = folder / "goods"
        self.manifest = self.goods / "pairs.csv"
        self.rows: dict[str, list[str]] = {}
        (self.goods / "photos").mkdir(parents=True)
        (self.goods / "photos" / "listing").write_text("listing")
        for id_, text in told.items():
            self.photo(f"photos/{id_}", text)
            self.rows[id_] = ["photos/listing", f"photos/{id_}", ""]
        self.write()
        git(folder, "init", "-q", "-b", "main", ".")
        self.commit()

    def photo(self, name: str, text: str) -> None:
        """Put a photo there."""
        (self.goods / name).write_text(text)

    def write(self) -> None:
        """Write the manifest."""
        lines = ["id,listing,arrival,note", *(",".join([id_, *cells]) for id_, cells in self.rows.items())]
        self.manifest.write_text("\n".join(lines) + "\n")

    def commit(self) -> None:
        """Commit all that there is."""
        git(self.folder, "add", "-A")
        git(self.folder, "commit", "-q", "--allow-empty", "-m", "state")
