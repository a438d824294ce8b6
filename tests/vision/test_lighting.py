"""The light between two photos is measured as light, and dye is not mistaken for it."""

from __future__ import annotations

import numpy as np
import pytest

from qaudit.vision.colour import delta_e00, lab
from qaudit.vision.lighting import fit_light
from samples.make.light import illuminant_gain, to_linear, to_srgb
from tests.drawn.defect import part_missing, recoloured, spot_mask
from tests.drawn.photography import Camera, Light
from tests.scenes import fish, kain, painting, rectified

NOISY = Camera(noise_levels=2.0)


@pytest.mark.parametrize("cct_k", [3000, 4300, 5500, 9000])
@pytest.mark.parametrize("exposure_ev", [-1.0, 0.0])
def test_recovers_the_illuminant_and_exposure_within_three_per_cent(cct_k: float, exposure_ev: float) -> None:
    pair = rectified(painting(), light=Light(cct_k, exposure_ev), camera=NOISY)
    fitted = fit_light(pair.listing, pair.arrival_as_lit, pair.mask)
    assert fitted is not None
    light = fitted.summary()
    np.testing.assert_allclose(light.gain, illuminant_gain(cct_k), rtol=0.03)
    exposure = exposure_ev + np.log2(illuminant_gain(cct_k)).mean()
    assert light.exposure_ev == pytest.approx(exposure, abs=np.log2(1.05))
    assert light.contrast == pytest.approx(1, abs=0.05)
    assert light.duv < 0.008


def test_the_same_light_is_no_change() -> None:
    pair = rectified(painting())
    light = fit_light(pair.listing, pair.arrival_as_lit, pair.mask).summary()
    assert light.gain == pytest.approx((1, 1, 1), abs=0.005)
    assert light.exposure_ev == pytest.approx(0, abs=0.01)
    assert light.shading_ev == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize("shading_ev", [0.5, 1.5])
def test_recovers_falling_light(shading_ev: float) -> None:
    pair = rectified(painting(), light=Light(shading_ev=shading_ev, shading_deg=40), camera=NOISY)
    light = fit_light(pair.listing, pair.arrival_as_lit, pair.mask).summary()
    field = np.log2(Light(shading_ev=shading_ev, shading_deg=40).factors(*pair.mask.shape)[..., 1])
    low, high = np.percentile(field, (5, 95))
    assert light.shading_ev == pytest.approx(high - low, rel=0.15)


@pytest.mark.parametrize("contrast", [0.8, 1.25])
def test_recovers_the_exponent_of_another_tone_curve(contrast: float) -> None:
    pair = rectified(painting())
    other = to_srgb((0.18 * (to_linear(pair.listing) / 0.18) ** contrast).astype(np.float32))
    assert fit_light(pair.listing, other, pair.mask).summary().contrast == pytest.approx(contrast, abs=0.08)


@pytest.mark.parametrize("light", [Light(3600, -0.5, 1.0, 20), Light(8000, 0.2, 0.6, 200)], ids=["lamp", "shade"])
def test_takes_the_light_out(light: Light) -> None:
    pair = rectified(painting(), light=light, camera=NOISY)
    fitted = fit_light(pair.listing, pair.arrival_as_lit, pair.mask)
    relit = fitted.take_out(pair.arrival_as_lit)
    usable = ((pair.arrival_as_lit > 30) & (pair.arrival_as_lit < 250)).all(axis=2) & pair.mask
    before = np.median(delta_e00(lab(pair.arrival_as_lit), lab(pair.listing))[usable])
    after = np.median(delta_e00(lab(relit), lab(pair.listing))[usable])
    assert after < 2.0 < 4.0 < before


@pytest.mark.parametrize("delta_e", [8.0, 14.0])
@pytest.mark.parametrize("light", [Light(), Light(3900, 0.0, 0.8)], ids=["same light", "lamp"])
def test_does_not_eat_the_dye_of_a_part(delta_e: float, light: Light) -> None:
    product = kain()
    _, region = recoloured(product, spot_mask(product, (0.4, 0.4, 0.2)), delta_e, 140)
    pair = rectified(product, lambda p: recoloured(p, region, delta_e, 140), light=light)
    relit = fit_light(pair.listing, pair.arrival_as_lit, pair.mask).take_out(pair.arrival_as_lit)
    difference = delta_e00(lab(relit), lab(pair.listing))
    assert np.median(difference[region]) > 0.7 * delta_e
    assert np.median(difference[~region]) < 0.25 * delta_e


def test_dye_over_the_whole_product_is_no_plausible_light() -> None:
    product = fish()
    pair = rectified(product, lambda p: recoloured(p, p.mask, 14.0, 150))
    light = fit_light(pair.listing, pair.arrival_as_lit, pair.mask).summary()
    lit = rectified(product, light=Light(4000))
    ordinary = fit_light(lit.listing, lit.arrival_as_lit, lit.mask).summary()
    assert light.duv > 3 * ordinary.duv


def test_glare_and_a_missing_part_do_not_steer_the_fit() -> None:
    product = painting()
    hole = spot_mask(product, (0.5, 0.4, 0.12))
    light = Light(5000, 0.0, glare=(0.2, 0.2, 0.1))
    pair = rectified(product, lambda p: part_missing(p, hole), light=light)
    np.testing.assert_allclose(
        fit_light(pair.listing, pair.arrival_as_lit, pair.mask).summary().gain, illuminant_gain(5000), rtol=0.04
    )


@pytest.mark.parametrize("level", [0, 255])
def test_black_and_burnt_out_photos_have_no_light_to_fit(level: int) -> None:
    pair = rectified(painting())
    assert fit_light(pair.listing, np.full_like(pair.listing, level), pair.mask) is None


def test_an_empty_mask_has_no_light_to_fit() -> None:
    pair = rectified(painting())
    assert fit_light(pair.listing, pair.arrival, np.zeros_like(pair.mask)) is None
