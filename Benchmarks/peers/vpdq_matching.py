"""Compares films with stored films as vpdq does: one picture a second, 80 % of the query's.

    vpdq_matching.py STORED QUERIES DISTANCE QUALITY

STORED and QUERIES are files with one path a line. Prints an object of JSON per line: for each query
the share of its different hashes that each stored film has, where that is over 0; at the end the
number of stored hashes, and the CPU seconds of hashing and of matching. vpdq brings no index: every
hash of the query is compared with every stored one.
"""

import json
import sys
import time

import numpy as np
import vpdq

distance, quality = int(sys.argv[3]), int(sys.argv[4])


def hashed(path):
    """The different hashes of enough quality, as rows of four words; and the CPU seconds."""
    start = time.process_time()
    try:
        features = vpdq.computeHash(path, seconds_per_hash=1)
    except Exception as fault:  # noqa: BLE001
        # Whatever vpdq cannot read, it finds nothing in.
        print(f"{path}: {fault}", file=sys.stderr)
        features = []
    used = time.process_time() - start
    codes = sorted({feature.hex for feature in features if feature.quality >= quality})
    words = np.frombuffer(bytes.fromhex("".join(codes)), dtype=">u8").reshape(-1, 4)
    return words.astype(np.uint64), len(features), used


def paths(listing):
    with open(listing, encoding="utf-8") as lines:
        return [line.rstrip("\n") for line in lines]


stored, count, storing, hashing, matching = {}, 0, 0.0, 0.0, 0.0
for path in paths(sys.argv[1]):
    stored[path], pictures, used = hashed(path)
    count, storing = count + pictures, storing + used
for path in paths(sys.argv[2]):
    mine, _, used = hashed(path)
    hashing += used
    start = time.process_time()
    shares = {}
    for name, theirs in stored.items():
        if len(mine) and len(theirs):
            bits = np.bitwise_count(mine[:, None, :] ^ theirs[None, :, :]).sum(axis=2)
            share = float((bits.min(axis=1) <= distance).mean())
            if share > 0:
                shares[name] = share
    matching += time.process_time() - start
    print(json.dumps({"query": path, "shares": shares}))
print(json.dumps({"hashes": count, "storing_s": storing, "hashing_s": hashing, "matching_s": matching}))
