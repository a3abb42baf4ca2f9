"""Times pdqhash.compute on one gray plane, one thread.

    pdqhash_kernel.py WIDTH HEIGHT PLANE CALLS

Prints one object of JSON: hash, quality, and the CPU milliseconds of each call.
"""

import json
import sys
import time

import numpy as np
import pdqhash

width, height, path, calls = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
gray = np.fromfile(path, np.uint8).reshape(height, width)
# The package takes colour: three equal channels give the plane itself as luma.
colour = np.ascontiguousarray(np.repeat(gray[:, :, None], 3, 2))
times = []
for _ in range(calls):
    start = time.process_time()
    bits, quality = pdqhash.compute(colour)
    times.append((time.process_time() - start) * 1e3)
text = np.packbits(bits.astype(np.uint8)).tobytes().hex()
print(json.dumps({"hash": text, "quality": int(quality), "ms": times}))
