"""A camera with known truth: where a flat product lies in a photo, what light falls on it, and what the sensor adds.

Everything happens in linear light. Points are (x, y) with pixel centres at integers.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from samples.make.light import D65_K, illuminant_gain, to_linear, to_srgb

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

FINEST_SAMPLING = 4
"""Samples per pixel and axis beyond which a minified product gains nothing that a test could see."""


@dataclass(frozen=True, slots=True)
class Light:
    """What falls on the scene, relative to the even D65 light of a studio.

    `shading_ev` is the fall of brightness over the picture's diagonal, darkest in direction `shading_deg` (0: right, 90: down).
    `glare` is (x, y, radius) in shares of the picture's longer side, or None; `glare_strength` is what it adds at its centre.
    """

    cct_k: float = D65_K
    exposure_ev: float = 0.0
    shading_ev: float = 0.0
    shading_deg: float = 30.0
    glare: tuple[float, float, float] | None = None
    glare_strength: float = 0.9

    def factors(self, height: int, width: int) -> F32:
        """Shape (H, W, 3): what linear light is multiplied by."""
        x, y = _centred(height, width)
        along = (x * np.cos(np.deg2rad(self.shading_deg)) + y * np.sin(np.deg2rad(self.shading_deg))) / np.hypot(height, width)
        ev = self.exposure_ev - self.shading_ev * along
        return (np.exp2(ev)[..., None] * np.array(illuminant_gain(self.cct_k))).astype(np.float32)

    def reflection(self, height: int, width: int) -> F32:
        """Shape (H, W, 1): white light that a shiny surface adds, already exposed."""
        if self.glare is None:
            return np.zeros((height, width, 1), np.float32)
        longer = max(height, width)
        gx, gy, radius = (share * longer for share in self.glare)
        x, y = np.meshgrid(np.arange(width) - gx, np.arange(height) - gy)
        spot = np.exp(-(((x / radius) ** 2 + (y / radius) ** 2) ** 1.5))
        return (self.glare_strength * spot)[..., None].astype(np.float32)


def _centred(height: int, width: int) -> tuple[F64, F64]:
    """Pixel coordinates about the picture's centre."""
    x, y = np.meshgrid(np.arange(width) - (width - 1) / 2, np.arange(height) - (height - 1) / 2)
    return x, y


@dataclass(frozen=True, slots=True)
class Camera:
    """What the camera adds: blur (sigma, px), noise (standard deviation, levels of 0..255) and JPEG (None: not saved)."""

    blur_px: float = 0.0
    noise_levels: float = 0.0
    jpeg_quality: int | None = None


def expose(linear: F32, light: Light, camera: Camera, rng: np.random.Generator) -> U8:
    """The photo, uint8 sRGB, of a scene whose reflectances are `linear`."""
    height, width = linear.shape[:2]
    lit = linear * light.factors(height, width) + light.reflection(height, width)
    if camera.blur_px:
        lit = cv2.GaussianBlur(lit, (0, 0), camera.blur_px, borderType=cv2.BORDER_REFLECT)
    noise = rng.normal(0.0, camera.noise_levels, lit.shape).astype(np.float32) if camera.noise_levels else 0.0
    pixels = to_srgb(lit, noise)
    if camera.jpeg_quality is None:
        return pixels
    return cv2.imdecode(np.frombuffer(jpeg(pixels, camera.jpeg_quality), np.uint8), cv2.IMREAD_COLOR_RGB)


def jpeg(pixels: U8, quality: int) -> bytes:
    """`pixels` as the bytes of a JPEG file."""
    done, data = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError("the picture could not be saved as JPEG")
    return data.tobytes()


def resized(scale_x: float, scale_y: float) -> F64:
    """Homography from a picture to its reduced or enlarged self, pixel centres at integers."""
    return np.array([[scale_x, 0, (scale_x - 1) / 2], [0, scale_y, (scale_y - 1) / 2], [0, 0, 1.0]])


def view(
    product: tuple[int, int],
    photo: tuple[int, int],
    *,
    rotation_deg: float = 0.0,
    scale: float = 1.0,
    perspective: float = 0.0,
    centre: tuple[float, float] = (0.5, 0.5),
) -> F64:
    """Homography from a product to a photo of it.

    Parameters
    ----------
    product, photo
        (height, width) in px.
    rotation_deg
        Clockwise as seen in the photo.
    scale
        Pixels of the photo per pixel of the product at the product's centre.
    perspective
        How much farther the product's far edge is than its centre, as a share of the distance; 0 is seen from straight above.
    centre
        Where the product's centre lands, in shares of the photo's width and height.
    """
    (h, w), (photo_h, photo_w) = product, photo
    to_centre = np.array([[1, 0, -(w - 1) / 2], [0, 1, -(h - 1) / 2], [0, 0, 1.0]])
    c, s = np.cos(np.deg2rad(rotation_deg)) * scale, np.sin(np.deg2rad(rotation_deg)) * scale
    turn = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])
    lean = np.array([[1, 0, 0], [0, 1, 0], [0.4 * perspective / (w / 2), -perspective / (h / 2), 1.0]])
    shift = np.array([[1, 0, centre[0] * (photo_w - 1)], [0, 1, centre[1] * (photo_h - 1)], [0, 0, 1.0]])
    return shift @ turn @ lean @ to_centre


def lay_down(product: U8, mask: Bool, H_product_to_photo: F64, background: F32, shadow_px: float = 0.0) -> tuple[F32, F32]:
    """Reflectances of the scene with the product on its background, and how much of each pixel the product covers.

    Parameters
    ----------
    product, mask
        Shape (H, W, 3) uint8 sRGB and (H, W) bool.
    H_product_to_photo
        Shape (3, 3).
    background
        Shape (photo H, photo W, 3), linear.
    shadow_px
        Softness of the shadow that the product casts; 0 for none.
    """
    height, width = background.shape[:2]
    h, w = mask.shape
    middle = H_product_to_photo @ ((w - 1) / 2, (h - 1) / 2, 1.0)
    shrink = np.sqrt(abs(middle[2]) ** 3 / abs(np.linalg.det(H_product_to_photo)))
    samples = int(np.clip(np.ceil(shrink), 2, FINEST_SAMPLING))
    H = resized(samples, samples) @ H_product_to_photo
    painted = np.dstack([to_linear(product) * mask[..., None], mask]).astype(np.float32)
    fine = cv2.warpPerspective(painted, H, (width * samples, height * samples), flags=cv2.INTER_LINEAR)
    layer = cv2.resize(fine, (width, height), interpolation=cv2.INTER_AREA)
    cover = layer[..., 3:]
    if shadow_px:
        dark = cv2.GaussianBlur(np.roll(cover[..., 0], (round(shadow_px), round(shadow_px / 2)), (0, 1)), (0, 0), shadow_px)
        background = background * (1 - 0.55 * dark)[..., None]
    return layer[..., :3] + background * (1 - cover), cover[..., 0]
