"""How long a comparison takes beside decoding alone and beside the plain recipe, on one thread, in one run.

usage: python benchmarks/speed.py [LISTING ARRIVAL] [--rounds N] [--plain SCRIPT] [--write]

Without photos it makes a pair of its own from the samples, with an arrival photo of 10 MP. The three are measured in turn,
round after round, so that a busy machine slows them alike; a first round that pays for the imports is not counted.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECORD = Path(__file__).with_suffix(".md")
LARGE = (3648, 2736)
"""Width and height of the arrival photo that is made here: 10 MP, as phones take them."""
NOISE_LEVELS = 6.0
"""Noise that gives the enlarged photo the file size, and so the time to decode, of a phone's."""
LIBRARIES = ("opencv-python-headless", "numpy", "pillow", "scikit-image")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

Seconds = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "photos", nargs="*", metavar="LISTING ARRIVAL", help="a pair of photos; default: one made from the samples"
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (default: 5)")
    parser.add_argument("--plain", metavar="SCRIPT", help="a script whose plain_recipe(listing, arrival) to measure against")
    parser.add_argument("--write", action="store_true", help=f"write the figures to benchmarks/{RECORD.name}")
    given = parser.parse_args()
    if len(given.photos) not in (0, 2) or given.rounds < 1:
        parser.error("give two photos or none, and at least one round")
    os.environ.update(dict.fromkeys(THREADS, "1"))
    with tempfile.TemporaryDirectory() as folder:
        listing, arrival = given.photos or made_pair(Path(folder))
        peak_mib = peak_memory_mib(listing, arrival)  # first: a child inherits its parent's peak
        taken, stages = measured(listing, arrival, given.rounds, loaded(given.plain) if given.plain else plain_recipe)
        text = described(taken, stages, peak_mib, given.rounds, megapixels(listing), megapixels(arrival))
    print(text)
    if given.write:
        RECORD.write_text(HEADING + text + "\n", encoding="utf-8")


def made_pair(folder: Path) -> tuple[str, str]:
    """Paths of a listing photo from the samples and of an arrival photo enlarged to 10 MP, with the noise of a phone."""
    import cv2
    import numpy as np

    large = cv2.resize(
        cv2.imread(str(ROOT / "samples" / "arrival" / "painting-match-1.jpg")), LARGE, interpolation=cv2.INTER_CUBIC
    )
    cv2.setRNGSeed(0)
    noise = cv2.randn(np.empty(large.shape, np.int16), (0.0,) * 3, (NOISE_LEVELS,) * 3)
    arrival = folder / "arrival.jpg"
    cv2.imwrite(str(arrival), cv2.add(large, noise, dtype=cv2.CV_8U), [cv2.IMWRITE_JPEG_QUALITY, 90])
    return str(ROOT / "samples" / "listing" / "painting-1.jpg"), str(arrival)


def loaded(script: str) -> Callable[[str, str], object]:
    """The function `plain_recipe` of `script`."""
    spec = importlib.util.spec_from_file_location("plain", script)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{script} is no Python script")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.plain_recipe


def plain_recipe(listing: str, arrival: str) -> tuple[float, float, float]:
    """Distances of the two photos as they are: perceptual hash, hue-saturation histogram, SSIM at the arrival's size."""
    import cv2
    import imagehash
    import numpy as np
    from skimage.metrics import structural_similarity

    photos = decoded(listing, arrival)
    first, second = (np.asarray(photo) for photo in photos)
    bits = imagehash.phash(photos[0]) - imagehash.phash(photos[1])
    hues = [
        cv2.calcHist([cv2.cvtColor(p, cv2.COLOR_RGB2HSV)], [0, 1], None, [30, 32], [0, 180, 0, 256]) for p in (first, second)
    ]
    first = cv2.resize(first, second.shape[1::-1])
    grey = [cv2.cvtColor(p, cv2.COLOR_RGB2GRAY) for p in (first, second)]
    return bits / 64, 1 - cv2.compareHist(*hues, cv2.HISTCMP_CORREL), 1 - structural_similarity(*grey)


def decoded(*paths: str) -> list:
    """The photos, upright and whole."""
    from PIL import Image, ImageOps

    return [ImageOps.exif_transpose(Image.open(path)).convert("RGB") for path in paths]


def megapixels(path: str) -> float:
    """Size of a photo in millions of pixels."""
    from PIL import Image

    with Image.open(path) as photo:
        return photo.width * photo.height / 1e6


def measured(listing: str, arrival: str, rounds: int, plain: Callable[[str, str], object]) -> tuple[Seconds, Seconds]:
    """Median seconds of each of the three, and of each stage of a comparison."""
    import cv2

    import qaudit

    cv2.setNumThreads(1)
    rivals: dict[str, Callable[[str, str], object]] = {
        "comparison": qaudit.compare,
        "decoding alone": decoded,
        "plain recipe": plain,
    }
    taken: dict[str, list[float]] = {name: [] for name in rivals}
    stages: dict[str, list[float]] = {}
    for turn in range(rounds + 1):
        for name, rival in rivals.items():
            start = time.perf_counter()
            result = rival(listing, arrival)
            elapsed = time.perf_counter() - start
            if turn == 0:
                continue
            taken[name].append(elapsed)
            if isinstance(result, qaudit.Comparison):
                for stage, seconds in result.seconds.items():
                    stages.setdefault(stage, []).append(seconds)
    return _medians(taken), _medians(stages)


def _medians(samples: dict[str, list[float]]) -> Seconds:
    return {name: statistics.median(seconds) for name, seconds in samples.items()}


def peak_memory_mib(listing: str, arrival: str) -> float:
    """Largest resident memory of a process that compares the two photos and does nothing else, imports included."""
    script = (
        "import sys, resource, qaudit; qaudit.compare(*sys.argv[1:]); print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", script, listing, arrival], capture_output=True, text=True, check=True)
    unit = 1 if sys.platform == "darwin" else 1024
    return int(done.stdout.split()[-1]) * unit / 2**20


def described(taken: Seconds, stages: Seconds, peak_mib: float, rounds: int, listing_mp: float, arrival_mp: float) -> str:
    """The figures as Markdown."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    lines = [
        f"Listing {listing_mp:.1f} MP, arrival {arrival_mp:.1f} MP, one thread, medians of {rounds} rounds.",
        f"Python {platform.python_version()}, {libraries}.",
        "",
        "| | seconds | of the plain recipe | of decoding |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, seconds in taken.items():
        lines.append(
            f"| {name} | {seconds:.2f} | {seconds / taken['plain recipe']:.2f} | {seconds / taken['decoding alone']:.1f} |"
        )
    lines += ["", "| stage of a comparison | seconds | share |", "| --- | ---: | ---: |"]
    for stage, seconds in stages.items():
        lines.append(f"| {stage} | {seconds:.3f} | {seconds / taken['comparison']:.0%} |")
    lines += ["", f"Peak memory of a process that does one comparison, imports included: {peak_mib:.0f} MiB."]
    return "\n".join(lines)


HEADING = """# Speed

Written by `python benchmarks/speed.py --write`; the pair is made from the samples unless two photos are named.
Read the ratios: seconds are those of one machine on one day.

"""

if __name__ == "__main__":
    main()
