"""Listing photos that were looked at before: what was read and found of one serves its other arrivals."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from pathlib import PurePath
from typing import Any

from qaudit.model.options import Options
from qaudit.model.photo import Photo
from qaudit.photos import read_photo
from qaudit.photos.files import digest_of
from qaudit.vision.sight import ListingSight

MOST_PHOTOS = 8
MOST_MEBIBYTES = 256
# Beside the pixels: the mask of the product, the same with a margin, and the grey picture, each a third of them; and at most
# 2,000 and 9 times 600 features of some 530 bytes.
_TIMES_THE_PIXELS = 2
_FEATURES_BYTES = 6 << 20

# Digest of the bytes, the name's extension (a note tells of one that promises another format), and the sides that are used.
_Key = tuple[str, str, int, int]


class Sights:
    """The last few listing photos, each known by what its file holds now, so that a file that changed is another photo.

    Several threads may use it.
    """

    def __init__(self, most_photos: int = MOST_PHOTOS, most_mebibytes: int = MOST_MEBIBYTES) -> None:
        """How many photos are kept, and how much memory they may take with all that is found of them; 0 keeps none."""
        self._most_photos = most_photos
        self._most_bytes = most_mebibytes << 20
        self._kept: OrderedDict[_Key, ListingSight] = OrderedDict()
        self._lock = threading.Lock()

    def photo(self, source: Any, options: Options) -> Photo:
        """The listing photo in `source`, as `qaudit.photos.read_photo` reads it; not read again where it is kept.

        Raises
        ------
        PhotoRefused
            As when it is read.
        """
        digest = _digest(source) if self._most_photos else ""
        ending = PurePath(os.fspath(source)).suffix.lower() if isinstance(source, (str, os.PathLike)) else ""
        sides = (options.listing_side_px, options.feature_side_px)
        with self._lock:
            found = self._kept.get((digest, ending, *sides))
            if found is not None:
                self._kept.move_to_end((digest, ending, *sides))
                return found.photo
        photo = read_photo(source, max_side=options.listing_side_px)
        if digest:
            self._keep((photo.sha256, ending, *sides), ListingSight(photo, options))
        return photo

    def sight(self, photo: Photo, options: Options) -> ListingSight:
        """What the alignment sees of `photo`: the sight that is kept with it, or a new one."""
        with self._lock:
            kept = next((sight for sight in self._kept.values() if sight.photo is photo), None)
        return kept or ListingSight(photo, options)

    def _keep(self, key: _Key, sight: ListingSight) -> None:
        """Keep one more, and as many of the others as there is room for, those used last."""
        with self._lock:
            self._kept[key] = sight
            while len(self._kept) > self._most_photos or sum(map(_bytes, self._kept.values())) > self._most_bytes:
                self._kept.popitem(last=False)


def _digest(source: Any) -> str:
    """Hex SHA-256 of a file or its bytes; empty for what cannot be read, or is neither."""
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    return digest_of(source) or "" if isinstance(source, (str, os.PathLike)) else ""


def _bytes(sight: ListingSight) -> int:
    """What a sight takes at the most, with all that is found of it."""
    return _TIMES_THE_PIXELS * sight.photo.pixels.nbytes + _FEATURES_BYTES
