"""Times python-threatexchange's index for PDQ on one thread.

    threatexchange_search.py CODES QUERIES

Its radius is fixed: 31. It is FAISS's multi-hash of 16 maps of 16 bits with one flip, and hex digits and
Python objects around it; whoever uses the library pays for those, too. Prints one object of JSON:
build_s, p50_us and p99_us of a query alone, batch_us of all of them one after the other (the index has
no call for many), and the number of matches of each query.
"""

import json
import sys
import time

import faiss
import numpy as np
from threatexchange.signal_type.pdq.pdq_index import PDQIndex

faiss.omp_set_num_threads(1)
codes = np.fromfile(sys.argv[1], np.uint8).reshape(-1, 32)
queries = [query.tobytes().hex() for query in np.fromfile(sys.argv[2], np.uint8).reshape(-1, 32)]
if PDQIndex.get_match_threshold() != 31:
    sys.exit("this version of threatexchange searches another radius than 31")
entries = [(code.tobytes().hex(), place) for place, code in enumerate(codes)]
start = time.process_time()
index = PDQIndex(entries)
build = time.process_time() - start
index.query(queries[0])
alone, matches = [], []
for query in queries:
    start = time.process_time()
    found = index.query(query)
    alone.append((time.process_time() - start) * 1e6)
    matches.append(len(found))
mean = sum(alone) / len(alone)
alone.sort()
print(
    json.dumps(
        {
            "build_s": build,
            "p50_us": alone[len(alone) // 2],
            "p99_us": alone[int(len(alone) * 0.99)],
            "batch_us": mean,
            "matches": matches,
        }
    )
)
