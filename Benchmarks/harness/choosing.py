"""`choosing`: the tables and the scan at many radii and sizes, and what was expected of them."""

import pathlib
import tempfile

from . import tools
from .tools import table


def options(parser):
    parser.description = (
        "Times searches through the tables and by scan, and compares them with the cost model by which"
        " the search chooses. The numbers that it is fitted to."
    )
    parser.add_argument("--rows", default="3e4,1e5,3e5,1e6,3e6,1e7")
    parser.add_argument("--radii", default="0,8,16,24,31,40,48,64")
    parser.add_argument("--queries", type=int, default=2000)
    parser.add_argument("--codes", choices=("uniform", "skewed"), default="uniform")
    parser.add_argument("--scratch", help="where the fingerprints and the segments are put")
    parser.add_argument("--seed", type=int, default=1)


def main(options):
    load, bench = tools.own_program("fingerprint-load"), tools.own_program("search-bench")
    results = {}
    for rows in (int(float(text)) for text in options.rows.split(",")):
        with tempfile.TemporaryDirectory(prefix="vestige-choice-", dir=options.scratch) as scratch:
            codes, queries = (str(pathlib.Path(scratch) / name) for name in ("codes", "queries"))
            tools.run([load, "codes", codes, rows, options.codes, options.seed])
            tools.run([load, "queries", codes, queries, options.queries, options.codes, options.seed])
            command = [bench, codes, queries, options.radii, scratch]
            tabled = tools.run([*command, "tables"]).json()["searches"]
            scanned = tools.run([*command, "scan"]).json()["searches"]
        lines = []
        for by_tables, by_scan in zip(tabled, scanned):
            expected = by_tables["tables_estimate_us"]
            lines.append(
                [
                    str(by_tables["radius"]),
                    f"{by_tables['lists']:,.0f}",
                    f"{by_tables['postings']:,.0f}",
                    f"{by_tables['candidates']:,.1f}",
                    f"{by_tables['p50_us']:,.1f}",
                    f"{expected:,.1f}",
                    f"{by_scan['p50_us']:,.0f}",
                    f"{by_scan['scan_estimate_us']:,.0f}",
                ]
            )
        head = ["radius", "lists", "postings", "candidates", "tables us", "expected", "scan us", "expected"]
        table(f"{rows:,} {options.codes} rows: median CPU a query", head, lines)
        for run in tabled + scanned:
            del run["matches"]
        results[rows] = {"tables": tabled, "scan": scanned}
    return results
