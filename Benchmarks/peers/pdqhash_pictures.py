"""Fingerprints pictures with the Python package pdqhash, one thread.

    pdqhash_pictures.py cv2|pil < list of paths, one per line

Prints an object of JSON per picture (path, hash, quality, width, height; or path, error), and last
one with the CPU milliseconds that decoding and hashing took, without starting Python and importing.
"""

import json
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"

import cv2  # noqa: E402
import numpy as np  # noqa: E402
import pdqhash  # noqa: E402
from PIL import Image  # noqa: E402

cv2.setNumThreads(1)
Image.MAX_IMAGE_PIXELS = None
# As the reference takes it: colour, alpha dropped, orientation not applied.
FLAGS = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION


def by_cv2(path):
    samples = cv2.imdecode(np.fromfile(path, np.uint8), FLAGS)
    if samples is None:
        raise ValueError("not decoded")
    return cv2.cvtColor(samples, cv2.COLOR_BGR2RGB)


def by_pil(path):
    return np.ascontiguousarray(Image.open(path).convert("RGB"))


def main():
    read = {"cv2": by_cv2, "pil": by_pil}[sys.argv[1]]
    decoding = hashing = 0.0
    pictures = 0
    for line in sys.stdin.buffer:
        path = os.fsdecode(line.rstrip(b"\n"))
        try:
            start = time.process_time()
            samples = read(path)
            between = time.process_time()
            bits, quality = pdqhash.compute(samples)
            end = time.process_time()
        except Exception as fault:
            print(json.dumps({"path": path, "error": str(fault)}))
            continue
        decoding += between - start
        hashing += end - between
        pictures += 1
        print(
            json.dumps(
                {
                    "path": path,
                    "hash": np.packbits(bits.astype(np.uint8)).tobytes().hex(),
                    "quality": int(quality),
                    "width": samples.shape[1],
                    "height": samples.shape[0],
                }
            )
        )
    print(json.dumps({"pictures": pictures, "decode_ms": decoding * 1e3, "hash_ms": hashing * 1e3}))


main()
