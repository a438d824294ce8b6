"""The camera behind the lens: linear light in, a JPEG as a phone writes it out. Needs no renderer."""

from __future__ import annotations

import io

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from .light import illuminant_gain, to_srgb
from .shot import Phone

F32 = npt.NDArray[np.float32]
GREY = 0.17
"""Linear level that metering gives the middle of the picture."""
HIGHLIGHT = 0.92
SHOT_NOISE, READ_NOISE = 0.00035, 0.0022
"""Variance per linear level, and standard deviation in the dark, of a phone's small sensor indoors."""
VIGNETTE = 0.22
MAKER = "Sawah"


def developed(light: F32, phone: Phone, seed: int) -> npt.NDArray[np.uint8]:
    """The picture, shape (H, W, 3) uint8 sRGB, of linear light of shape (H, W, 3) in any unit."""
    rng = np.random.default_rng(seed)
    raw = light / np.array(illuminant_gain(phone.balanced_k), np.float32) * np.array([1, phone.tint, 1], np.float32)
    raw = raw * _metered(raw) * np.float32(2.0**phone.exposure_ev) * _vignette(*raw.shape[:2], phone.noise)
    raw = _softened(raw, phone)
    if phone.noise:
        spread = phone.noise * np.sqrt(np.maximum(raw, 0) * SHOT_NOISE + READ_NOISE**2)
        grain = cv2.GaussianBlur(rng.standard_normal(raw.shape).astype(np.float32), (0, 0), 0.55) * 1.9
        raw = raw + spread * grain
    return to_srgb(_toned(raw), rng.uniform(-0.5, 0.5, raw.shape).astype(np.float32))


def _metered(light: F32) -> np.float32:
    """Exposure of a meter weighted to the centre that keeps most highlights."""
    height, width = light.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    weight = np.exp(-1.5 * (x**2 + y**2))
    brightness = light @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    middle = np.exp(np.average(np.log(np.maximum(brightness, 1e-5)), weights=weight))
    return np.float32(min(GREY / middle, HIGHLIGHT * 1.6 / max(float(np.quantile(brightness, 0.985)), 1e-5)))


def _vignette(height: int, width: int, strength: float) -> F32:
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    return (1 - VIGNETTE * min(strength, 1.0) * (x**2 + y**2) / 2)[..., None].astype(np.float32)


def _softened(light: F32, phone: Phone) -> F32:
    """Focus and shake."""
    if phone.blur_px:
        light = cv2.GaussianBlur(light, (0, 0), phone.blur_px, borderType=cv2.BORDER_REFLECT)
    if phone.shake_px:
        size = 2 * int(np.ceil(phone.shake_px / 2)) + 3
        turn = np.deg2rad(phone.shake_deg)
        reach = np.linspace(-phone.shake_px / 2, phone.shake_px / 2, 8 * size)
        kernel = np.zeros((size, size), np.float32)
        columns = np.rint(size // 2 + reach * np.cos(turn)).astype(int)
        rows = np.rint(size // 2 - reach * np.sin(turn)).astype(int)
        np.add.at(kernel, (rows, columns), 1.0)
        light = cv2.filter2D(light, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REFLECT)
    return light


def _toned(raw: F32) -> F32:
    """A camera's curve: a little contrast in the middle, highlights rolled off."""
    knee = np.float32(0.72)
    over = np.maximum(raw - knee, 0)
    rolled = np.minimum(raw, knee) + (1 - knee) * (1 - np.exp(-over / (1 - knee)))
    grey = np.float32(GREY)
    bent = grey * np.power(np.maximum(rolled, 0) / grey, np.float32(1.1))
    return np.where(rolled < grey, bent, rolled)


def saved(pixels: npt.NDArray[np.uint8], phone: Phone, seed: int) -> bytes:
    """The JPEG, with the EXIF that a phone writes; none where `phone.model` is empty or a messenger sent it."""
    image = Image.fromarray(pixels)
    exif: Image.Exif | bytes = b""
    if phone.model:
        exif = Image.Exif()
        day, minute = seed % 27 + 1, seed * 7 % 60
        exif[0x010F], exif[0x0110], exif[0x0131] = MAKER, f"{MAKER} {phone.model}", f"{phone.model}.1.4"
        exif[0x0132] = f"2026:10:{day:02d} 1{seed % 8}:{minute:02d}:08"
        exif[0x0112] = 6 if phone.stored_turned else 1
        exif.get_ifd(0x8769).update({0x829A: (1, 60), 0x829D: (9, 5), 0x8827: int(200 * 2 ** max(phone.noise, 0)), 0xA405: 26})
        if phone.stored_turned:
            image = image.transpose(Image.Transpose.ROTATE_90)
    taken = _jpeg(image, phone.jpeg_quality, exif)
    return sent(taken, phone.sent_quality) if phone.sent_quality else taken


def sent(taken: bytes, quality: int) -> bytes:
    """A JPEG as a messenger hands it on: upright, saved again, without EXIF."""
    with Image.open(io.BytesIO(taken)) as image:
        return _jpeg(ImageOps.exif_transpose(image), quality, b"")


def _jpeg(image: Image.Image, quality: int, exif: Image.Exif | bytes) -> bytes:
    data = io.BytesIO()
    image.save(data, "JPEG", quality=quality, exif=exif, optimize=True, progressive=True, subsampling="4:2:0")
    return data.getvalue()
