"""Makes sets of pictures to measure on, from a pool of ordinary ones. Deterministic.

    make_pictures.py camera|half|heldout|plane OUT --pool DIR [--count N] [--seed S]

camera   12-megapixel JPEGs with a sensor's noise, as a camera writes them
half     half-megapixel JPEGs, as messengers and web pages hold them
heldout  JPEGs of 2 ... 24 megapixels in several shapes, qualities and subsamplings
plane    OUT is a file: one 4032 x 3024 gray plane, one byte a sample
"""

import argparse
import pathlib
import sys

import numpy as np
from PIL import Image

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".bmp"}
HELD_OUT = [
    (1632, 1224),
    (1920, 1080),
    (2592, 1944),
    (3264, 2448),
    (4032, 3024),
    (4608, 3456),
    (6000, 4000),
]


def pool_of(folder, random):
    """Pictures worth enlarging, again and again in the same shuffled order.

    A pool may hold anything: what is too small, too large to be ordinary, or unreadable is left
    out.
    """
    inner = pathlib.Path(folder) / "images"
    paths = sorted(path for path in (inner if inner.is_dir() else pathlib.Path(folder)).rglob("*"))
    paths = [path for path in paths if path.suffix.lower() in SUFFIXES]
    paths = [paths[place] for place in random.permutation(len(paths))]
    found = True
    while found:
        found = False
        for path in paths:
            try:
                with Image.open(path) as picture:
                    if not 150_000 <= picture.width * picture.height <= 30_000_000:
                        continue
                    colour = picture.convert("RGB")
            except Exception:
                continue
            found = True
            yield colour


def enlarged(picture, width, height, random, noise):
    """A crop of the picture at the size asked for, with noise as from a sensor."""
    if picture.height > picture.width:
        width, height = height, width
    share = random.uniform(0.8, 1.0)
    wide, tall = picture.width * share, picture.height * share
    if wide / tall > width / height:
        wide = tall * width / height
    else:
        tall = wide * height / width
    x, y = random.uniform(0, picture.width - wide), random.uniform(0, picture.height - tall)
    large = picture.resize((width, height), Image.BICUBIC, box=(x, y, x + wide, y + tall))
    if noise == 0:
        return large
    grain = random.normal(0, noise, (height, width)).astype(np.float32)
    samples = np.asarray(large).astype(np.float32) + grain[:, :, None]
    return Image.fromarray(np.clip(samples, 0, 255).astype(np.uint8))


def source(pool, folder):
    picture = next(pool, None)
    if picture is None:
        sys.exit(f"{folder} holds no readable picture of 0.15 ... 30 megapixels")
    return picture


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("kind", choices=["camera", "half", "heldout", "plane"])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--pool", required=True)
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    pool = pool_of(options.pool, random)
    if options.kind == "plane":
        picture = source(pool, options.pool)
        picture = picture if picture.width >= picture.height else picture.rotate(90, expand=True)
        large = enlarged(picture, 4032, 3024, random, 3)
        options.out.write_bytes(np.asarray(large.convert("L")).tobytes())
        return
    options.out.mkdir(parents=True, exist_ok=True)
    for number in range(options.count):
        if options.kind == "camera":
            size, noise = (4032, 3024), random.uniform(2, 6)
        elif options.kind == "half":
            size, noise = (816, 612), 0
        else:
            size, noise = HELD_OUT[number % len(HELD_OUT)], random.uniform(0, 7)
        quality = int(random.integers(86, 94)) if noise else int(random.integers(70, 86))
        subsampling = int(random.choice([0, 2]))
        picture = enlarged(source(pool, options.pool), *size, random, noise)
        picture.save(options.out / f"{number:05d}.jpg", quality=quality, subsampling=subsampling)


main()
