"""Counts how near pictures of different films lie to each other, for `chance`.

    frame_distances.py FINGERPRINTS OPTIONS

FINGERPRINTS is what `vestige fingerprint --format jsonl` prints, with `--variants` or without; OPTIONS
an object of JSON. Prints one object of JSON.
"""

import itertools
import json
import math
import sys

import numpy as np

options = json.loads(sys.argv[2])
films = {}
with open(sys.argv[1], encoding="utf-8") as lines:
    for line in lines:
        line = json.loads(line)
        if line["quality"] >= options["min_quality"]:
            turned = line.get("variants") or {"none": line["hash"]}
            turned = list(turned.values()) if isinstance(turned, dict) else turned
            # The upright one first: of the others the order says nothing here.
            hashes = [line["hash"], *(h for h in turned if h != line["hash"])]
            films.setdefault(line["path"], []).append((line["time_ms"] or 0, hashes))

turns = max((len(hashes) for film in films.values() for _, hashes in film), default=1)


def words(hashes):
    codes = np.frombuffer(bytes.fromhex("".join(hashes)), dtype=">u8").reshape(-1, 4)
    return codes.astype(np.uint64)


def distances(left, right):
    return np.bitwise_count(left[:, None, :] ^ right[None, :, :]).sum(axis=2, dtype=np.int64)


upright = {path: words([hashes[0] for _, hashes in film]) for path, film in films.items()}
# Of each turn one row for each picture; a picture whose turned bits repeat has its last one again.
turned = {path: [words([h[min(k, len(h) - 1)] for _, h in film]) for k in range(turns)] for path, film in films.items()}

counts = np.zeros(257, dtype=np.int64)
least = []
related = []
for a, b in itertools.combinations(sorted(films), 2):
    plain = distances(upright[a], upright[b])
    share = max((plain.min(axis=1) <= 31).mean(), (plain.min(axis=0) <= 31).mean())
    if share >= options["related"]:
        related.append((a, b, float(share)))
        continue
    nearest = None
    for k in range(turns):
        found = distances(upright[a], turned[b][k])
        counts += np.bincount(found.ravel(), minlength=257)
        place = np.unravel_index(found.argmin(), found.shape)
        if nearest is None or found[place] < nearest["distance"]:
            nearest = {
                "a": a,
                "b": b,
                "a_s": films[a][place[0]][0] / 1e3,
                "b_s": films[b][place[1]][0] / 1e3,
                "distance": int(found[place]),
            }
    least.append(nearest)

pairs = int(counts.sum())
within = []
for distance in options["distances"]:
    count = int(counts[: distance + 1].sum())
    within.append(
        {
            "distance": distance,
            "count": count,
            "film_pairs": sum(one["distance"] <= distance for one in least),
            "share": count / pairs if pairs else 0,
            # Of none, at least what one in all pairs would be.
            "digits": math.log10(pairs / max(1, count)) if pairs else 0,
        }
    )
mean = float((counts * np.arange(257)).sum() / pairs) if pairs else 0
spread = float((counts * (np.arange(257) - mean) ** 2).sum() / pairs) ** 0.5 if pairs else 0
print(
    json.dumps(
        {
            "films": len(films),
            "pictures": sum(map(len, films.values())),
            "turns": turns,
            "pairs": pairs,
            "film_pairs": len(least),
            "mean": mean,
            "deviation": spread,
            "within": within,
            "related": related,
            "nearest": sorted(least, key=lambda one: one["distance"])[:10],
        }
    )
)
