"""Times one of FAISS's binary indexes on one thread.

    faiss_search.py CODES QUERIES RADIUS flat
    faiss_search.py CODES QUERIES RADIUS MAPSxBITSxFLIPS

flat scans everything. Otherwise the index is multi-hash: so many maps of so many bits, of which up to
so many are turned over. That is exact if the radius is under MAPS x (FLIPS + 1), since then one of the
parts differs in at most FLIPS bits: 16x16x1 up to 31, 11x23x2 up to 32. Prints one object of JSON:
build_s, p50_us and p99_us of a query alone, batch_us per query of all at once, and the number of
matches of each query, by which exactness is compared.
"""

import json
import sys
import time

import faiss
import numpy as np

faiss.omp_set_num_threads(1)
codes = np.fromfile(sys.argv[1], np.uint8).reshape(-1, 32)
queries = np.fromfile(sys.argv[2], np.uint8).reshape(-1, 32)
radius, method = int(sys.argv[3]), sys.argv[4]
start = time.process_time()
if method == "flat":
    index = faiss.IndexBinaryFlat(256)
else:
    maps, bits, flips = (int(part) for part in method.split("x"))
    if radius >= maps * (flips + 1):
        sys.exit(f"{method} would miss neighbours at radius {radius}")
    index = faiss.IndexBinaryMultiHash(256, maps, bits)
    index.nflip = flips
index.add(codes)
build = time.process_time() - start
# What is met for the first time is not what is measured.
index.range_search(queries[:1], radius + 1)
alone = []
for place in range(min(len(queries), 200)):
    start = time.process_time()
    # FAISS takes what is nearer than its bound; ours includes the radius itself.
    index.range_search(queries[place : place + 1], radius + 1)
    alone.append((time.process_time() - start) * 1e6)
start = time.process_time()
limits, _, _ = index.range_search(queries, radius + 1)
batch = (time.process_time() - start) * 1e6 / len(queries)
alone.sort()
print(
    json.dumps(
        {
            "build_s": build,
            "p50_us": alone[len(alone) // 2],
            "p99_us": alone[int(len(alone) * 0.99)],
            "batch_us": batch,
            "matches": np.diff(limits).astype(int).tolist(),
        }
    )
)
