"""What is photographed, where and with what: plain descriptions, without the renderer."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import ModuleType
from typing import Any
from zlib import crc32


@dataclass(frozen=True, slots=True)
class View:
    """Where the camera stands. The product lies at the origin on z = 0; the camera looks along +y, from -y.

    Parameters
    ----------
    turn_deg
        How far the product is turned about z, anticlockwise seen from above.
    elevation_deg
        90 looks straight down.
    distance_m
        From the aim to the camera.
    lens_mm
        For a frame whose longer side is 36 mm: a phone has about 26, a studio 100.
    roll_deg
        The camera's turn about its own axis; 90 gives a photo in portrait of the same table.
    aim
        Where the frame's centre lies.
    aperture_m
        Diameter of the pupil; a phone has about 0.0024, 0 keeps everything sharp.
    portrait
        Higher than wide.
    """

    turn_deg: float = 0.0
    elevation_deg: float = 90.0
    distance_m: float = 1.0
    lens_mm: float = 26.0
    roll_deg: float = 0.0
    aim: tuple[float, float, float] = (0.0, 0.0, 0.0)
    aperture_m: float = 0.0024
    portrait: bool = False


@dataclass(frozen=True, slots=True)
class Studio:
    """A shop's photo: a seamless backdrop and soft boxes.

    `backdrop` is its sRGB colour. `key_deg` is where the main light stands, anticlockwise from +x seen from above, and
    `contrast` how much stronger it is than the fill.
    """

    backdrop: tuple[int, int, int] = (246, 246, 246)
    key_deg: float = 130.0
    contrast: float = 2.0


@dataclass(frozen=True, slots=True)
class Item:
    """A thing that lies about: its name in `clutter`, its place in metres, its turn and how high above the table it lies."""

    name: str
    at: tuple[float, float]
    turn_deg: float = 0.0
    lift_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Room:
    """Where a buyer unpacks: a table top named in `surfaces`, the light and what lies about.

    Parameters
    ----------
    light
        ``window`` (a sun patch with the shadow of the frame's bars), ``sky`` (a wide window, no sun), ``bulb`` (a small warm
        lamp), ``tube`` (a fluorescent tube overhead).
    light_deg
        Where it stands, anticlockwise from +x seen from above.
    light_height_deg
        How high above the table it stands.
    cct_k
        Its colour.
    """

    surface: str = "teak"
    light: str = "window"
    light_deg: float = 150.0
    light_height_deg: float = 45.0
    cct_k: float = 5500.0
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Phone:
    """What the camera makes of the light.

    Parameters
    ----------
    balanced_k, tint
        The colour of light that it takes for white, and a factor on green.
    exposure_ev
        Relative to its own metering.
    noise
        1 is a phone indoors, 0 a studio camera.
    blur_px, shake_px, shake_deg
        Softness (standard deviation), and length and direction of a shake.
    jpeg_quality, sent_quality
        As the phone saves it; and as a messenger saves it again, upright and without EXIF (0: not sent through one).
    model
        Name in EXIF.
    stored_turned
        Saved on its side with EXIF orientation 6, as a phone held upright does.
    """

    balanced_k: float = 5500.0
    tint: float = 1.0
    exposure_ev: float = 0.0
    noise: float = 1.0
    blur_px: float = 0.5
    shake_px: float = 0.0
    shake_deg: float = 0.0
    jpeg_quality: int = 82
    sent_quality: int = 0
    model: str = "A55"
    stored_turned: bool = False


STUDIO_CAMERA = Phone(balanced_k=6504.0, exposure_ev=0.6, noise=0.15, blur_px=0.35, jpeg_quality=86, model="")


@dataclass(frozen=True, slots=True)
class Listing:
    """One photo of a listing."""

    view: View
    studio: Studio = Studio()
    camera: Phone = STUDIO_CAMERA
    state: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One photo of what arrived, and the truth about it.

    Parameters
    ----------
    name
        Unique within the product: ``match-1``, ``colour``, ``stone-missing``, ``blurred`` ...
    view, room, phone
        How it is photographed.
    sent
        Keyword arguments to the product's ``build``, beyond those as listed: what differs.
    pose
        Keyword arguments to ``build`` that do not make it another thing: a fold, a clasp open.
    label, aspect, expected_verdict
        As in the manifest.
    change
        Which pixels the mask holds: ``difference`` (where the surface is another than with the product as listed), ``whole``
        (all of the product) or None.
    what
        The defect in plain words, with its size: "dyed dE00 14 redder".
    """

    name: str
    view: View
    room: Room
    phone: Phone
    sent: dict[str, Any] = field(default_factory=dict)
    pose: dict[str, Any] = field(default_factory=dict)
    label: str = "match"
    aspect: str = "none"
    expected_verdict: str = "match"
    change: str | None = None
    what: str = "as listed"


def shots_of(product: ModuleType) -> dict[str, Listing | Arrival]:
    """Every photo of a product by name; those of the listing are ``listing-1``, ``listing-2``."""
    listings = {f"listing-{k}": shot for k, shot in enumerate(product.LISTINGS, 1)}
    return listings | {shot.name: shot for shot in product.ARRIVALS}


def seed_of(product_name: str, shot_name: str) -> int:
    """The seed of a photo's noise: its own, whatever else is rendered."""
    return crc32(f"{product_name}/{shot_name}".encode()) % 10_000
