"""Cuts pictures out of pictures, to fingerprint many from few. Deterministic.

    make_crops.py OUT --pool DIR [--crops N] [--seed S]

Each picture of the pool gives N crops, OUT/PPPPP_CC.jpg: 40 ... 95 % of its sides, 256 x 256 samples.
"""

import argparse
import pathlib

import numpy as np
from PIL import Image

parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("out", type=pathlib.Path)
parser.add_argument("--pool", required=True)
parser.add_argument("--crops", type=int, default=24)
parser.add_argument("--seed", type=int, default=1)
options = parser.parse_args()
random = np.random.default_rng(options.seed)
options.out.mkdir(parents=True, exist_ok=True)
pool = sorted(path for path in pathlib.Path(options.pool).rglob("*") if path.is_file())
for number, path in enumerate(pool):
    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > 30_000_000 or min(picture.size) < 200:
                continue
            gray = picture.convert("L")
    except Exception:
        # A pool may hold anything.
        continue
    gray.thumbnail((1024, 1024))
    for crop in range(options.crops):
        width = gray.width * random.uniform(0.4, 0.95)
        height = gray.height * random.uniform(0.4, 0.95)
        x = random.uniform(0, gray.width - width)
        y = random.uniform(0, gray.height - height)
        small = gray.resize((256, 256), Image.BILINEAR, box=(x, y, x + width, y + height))
        small.save(options.out / f"{number:05d}_{crop:02d}.jpg", quality=90)
