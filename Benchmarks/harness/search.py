"""`search`: exact radius search in memory-mapped segments, against FAISS."""

import pathlib
import tempfile

from . import tools
from .tools import ratio, table


def options(parser):
    parser.description = (
        "Searches uniform fingerprints, half of the queries planted within the radius; every method"
        " must find as many matches for each query as the scan does."
    )
    parser.add_argument("--rows", type=float, default=1e6)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--radius", type=int, default=31)
    parser.add_argument("--scratch", help="where the fingerprints and the segment are put")
    parser.add_argument("--seed", type=int, default=1)


def main(options):
    rows = int(options.rows)
    with tempfile.TemporaryDirectory(prefix="vestige-search-", dir=options.scratch) as scratch:
        codes, queries = (str(pathlib.Path(scratch) / name) for name in ("codes", "queries"))
        make = tools.peer("make_codes.py", codes, queries, "--rows", rows)
        make += ["--queries", options.queries, "--radius", options.radius, "--seed", options.seed]
        planted = tools.run(make).json()["planted"]
        radius = str(options.radius)
        bench = [tools.own_program("search-bench"), codes, queries, radius, scratch]
        runs = {"vestige": tools.run(bench).json()}
        for method in ("flat", "multihash"):
            # More than 31 bits need more flips than one, and minutes.
            if method == "flat" or options.radius <= 31:
                runs[f"FAISS {method}"] = tools.run(
                    tools.peer("faiss_search.py", codes, queries, radius, method)
                ).json()
    mine, truth = runs["vestige"], runs["FAISS flat"]["matches"]
    lines = []
    for name, run in runs.items():
        same = sum(a == b for a, b in zip(run["matches"], truth))
        found = sum(count > 0 for count in run["matches"][::2])
        lines.append(
            [
                name,
                f"{run['build_s']:.2f}",
                f"{run['p50_us']:.0f}",
                f"{run['p99_us']:.0f}",
                f"{run['batch_us']:.1f}",
                ratio(run["p50_us"], mine["p50_us"]),
                f"{found} of {len(planted)}",
                f"{same} of {len(truth)}",
            ]
        )
    table(
        f"{rows:,} rows, radius {options.radius}: CPU",
        ["", "build s", "p50 us", "p99 us", "batch us", "p50 / ours", "planted", "equal to scan"],
        lines,
    )
    return {name: {k: v for k, v in run.items() if k != "matches"} for name, run in runs.items()}
