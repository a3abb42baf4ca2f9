"""`exactness`: searches and joins against the definition, every pair of query and row."""

import pathlib
import tempfile

from . import tools
from .tools import table


def options(parser):
    parser.description = (
        "Compares each query with each fingerprint in a loop of its own, and demands that the search"
        " finds exactly these: through the tables, and as it chooses. Half of the queries are planted"
        " at 0 to 64 bits. The queries are then joined with the fingerprints as a list, by each method, and the"
        " fingerprints with themselves, where the pairs of the queries are compared. 10,000 queries in 10 million"
        " rows take about 10 minutes for each kind."
    )
    parser.add_argument("--rows", type=float, default=1e6)
    parser.add_argument("--radii", default="0,8,16,24,31,40,48,64")
    parser.add_argument("--self-radii", default="0,8,16,24,31", help="radii of the join with itself")
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--codes", choices=("uniform", "skewed"), help="one kind only")
    parser.add_argument("--scratch", help="where the fingerprints and the segment are put")
    parser.add_argument("--seed", type=int, default=1)


def main(options):
    rows = int(options.rows)
    results = {}
    for kind in [options.codes] if options.codes else ["uniform", "skewed"]:
        with tempfile.TemporaryDirectory(prefix="vestige-exact-", dir=options.scratch) as scratch:
            codes, queries = (str(pathlib.Path(scratch) / name) for name in ("codes", "queries"))
            load = tools.own_program("fingerprint-load")
            tools.run([load, "codes", codes, rows, kind, options.seed])
            tools.run([load, "queries", codes, queries, options.queries, kind, options.seed])
            # So that a join with itself has neighbours to find, the queries are among the fingerprints, too.
            with open(codes, "ab") as all_codes:
                all_codes.write(pathlib.Path(queries).read_bytes())
            check = [tools.own_program("exactness-check"), codes, queries, options.radii, scratch]
            check.append(options.self_radii)
            done = tools.run(check, accept=(0, 1))
            results[kind] = done.json()
        if "different" in results[kind]:
            raise tools.Stop(f"{kind}: the search differs from the definition: {results[kind]}")
        table(
            f"{rows:,} {kind} rows, {options.queries:,} queries, every pair compared: all equal",
            ["radius, method", "matches", "scanned"],
            [
                [f"{run['radius']}, {run['method']}", f"{run['matches']:,}", f"{run['scanned']:,}"]
                for run in results[kind]["results"]
            ],
        )
    return results
