"""Makes fingerprints to search in, and queries: half of them planted, half random. Deterministic.

    make_codes.py CODES QUERIES --rows N --queries Q --radius R [--seed S]

Both files hold 32 bytes per fingerprint. Query 2k is row number `planted[k]` with 0 ... R bits
turned over; the list is printed as one object of JSON.
"""

import argparse
import json

import numpy as np

parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("codes")
parser.add_argument("queries_file")
parser.add_argument("--rows", type=int, required=True)
parser.add_argument("--queries", type=int, required=True)
parser.add_argument("--radius", type=int, required=True)
parser.add_argument("--seed", type=int, default=1)
options = parser.parse_args()

random = np.random.default_rng(options.seed)
codes = random.integers(0, 256, (options.rows, 32), dtype=np.uint8)
queries = random.integers(0, 256, (options.queries, 32), dtype=np.uint8)
planted = []
for place in range(0, options.queries, 2):
    row, away = int(random.integers(options.rows)), int(random.integers(options.radius + 1))
    bits = np.unpackbits(codes[row])
    bits[random.choice(256, away, replace=False)] ^= 1
    queries[place] = np.packbits(bits)
    planted.append(row)
codes.tofile(options.codes)
queries.tofile(options.queries_file)
print(json.dumps({"planted": planted}))
