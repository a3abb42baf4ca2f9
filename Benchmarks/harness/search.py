"""`search`: exact radius search in memory-mapped segments, against FAISS and threatexchange."""

import json
import pathlib
import tempfile

from . import tools
from .tools import ratio, table, verdict

# More than one setting is exact; which is faster depends on the number of rows.
MULTIHASH = ("16x16x1", "11x23x2")
# Wanted at radius 31: so many times faster than the peer, from so many rows on.
WANTED = {"FAISS flat": (200, 10**7), "FAISS multihash": (40, 10**7), "threatexchange": (60, 10**6)}
# Python objects for each row: beyond this threatexchange takes minutes and more memory than there is.
THREATEXCHANGE_ROWS = 2_000_000


def options(parser):
    parser.description = (
        "Searches made fingerprints, half of the queries planted at 0 to 64 bits; every method must"
        " find as many matches for each query as a scan does."
    )
    parser.add_argument("--rows", type=float, default=1e6)
    parser.add_argument("--queries", type=int, default=2000)
    parser.add_argument("--peer-queries", type=int, default=200, help="so many of them for the peers")
    parser.add_argument("--radius", type=int, default=31)
    parser.add_argument("--codes", choices=("uniform", "skewed"), default="uniform")
    parser.add_argument("--peers", help="FAISS's flat, 16x16x1, 11x23x2, and threatexchange: names, commas")
    parser.add_argument("--cold", action="store_true", help="also with the segment out of memory")
    parser.add_argument("--scratch", help="where the fingerprints and the segment are put")
    parser.add_argument("--seed", type=int, default=1)


def make(scratch, options, rows):
    """The codes, the queries, a part of them for the peers, and the planted ones."""
    load = tools.own_program("fingerprint-load")
    codes, queries, few = (str(pathlib.Path(scratch) / name) for name in ("codes", "queries", "few"))
    tools.run([load, "codes", codes, rows, options.codes, options.seed])
    tools.run([load, "queries", codes, queries, options.queries, options.codes, options.seed])
    with open(queries, "rb") as file, open(few, "wb") as part:
        part.write(file.read(32 * options.peer_queries))
    with open(queries + ".json", encoding="ascii") as file:
        planted = json.load(file)["planted"]
    return codes, queries, few, planted


def peers(options, rows):
    """The peers that are exact at this radius and number of rows, by name."""
    chosen = {"FAISS flat": ["faiss_search.py", "flat"]}
    for setting in MULTIHASH:
        maps, _, flips = map(int, setting.split("x"))
        if options.radius < maps * (flips + 1):
            chosen[f"FAISS multihash {setting}"] = ["faiss_search.py", setting]
    if options.radius == 31 and rows <= THREATEXCHANGE_ROWS:
        chosen["threatexchange"] = ["threatexchange_search.py"]
    if options.peers is not None:
        wanted = options.peers.split(",")
        chosen = {name: call for name, call in chosen.items() if name.split()[-1] in wanted}
    return chosen


def main(options):
    rows = int(options.rows)
    radius = str(options.radius)
    with tempfile.TemporaryDirectory(prefix="vestige-search-", dir=options.scratch) as scratch:
        codes, queries, few, planted = make(scratch, options, rows)
        bench = tools.own_program("search-bench")

        def own(*more):
            run = tools.run([bench, codes, queries, radius, scratch, *more]).json()
            return run["searches"][0] | {"build_s": run["build_s"]}

        runs = {"vestige": own()}
        for name, (script, *method) in peers(options, rows).items():
            # threatexchange's radius is its own.
            arguments = [codes, few, radius, *method] if method else [codes, few]
            runs[name] = tools.run(tools.peer(script, *arguments)).json()
        # Once before the peers, and once after: the machine may have changed meanwhile.
        again = own()
        cold = own("cold") if options.cold else None
        scan = tools.run([bench, codes, few, radius, scratch, "scan"]).json()["searches"][0]
    build = runs["vestige"]["build_s"]
    runs["vestige"] = max(runs["vestige"], again, key=lambda run: run["p50_us"]) | {"build_s": build}
    runs["vestige, scan"] = scan | {"build_s": 0}
    mine = runs["vestige"]
    truth = runs["FAISS flat"]["matches"] if "FAISS flat" in runs else scan["matches"]
    within = [place for place in planted if place["distance"] <= options.radius]
    lines = []
    for name, run in runs.items():
        found = [run["matches"][p["query"]] > 0 for p in within if p["query"] < len(run["matches"])]
        pairs = list(zip(run["matches"], truth))
        lines.append(
            [
                name,
                f"{run['build_s']:.2f}",
                f"{run['p50_us']:.1f}",
                f"{run['p99_us']:.1f}",
                f"{run['batch_us']:.1f}",
                ratio(run["p50_us"], mine["p50_us"]),
                f"{sum(found)} of {len(found)}",
                f"{sum(a == b for a, b in pairs)} of {len(pairs)}",
            ]
        )
    table(
        f"{rows:,} {options.codes} rows, radius {options.radius}: CPU",
        ["", "build s", "p50 us", "p99 us", "mean us", "p50 / ours", "planted", "equal to scan"],
        lines,
    )
    print(
        f"  per query: {mine['lists']:.0f} lists, {mine['postings']:.0f} postings,"
        f" {mine['candidates']:.2f} candidates; expected {mine['tables_estimate_us']:.1f} us"
        f" ({mine['scan_estimate_us']:.0f} for a scan)"
    )
    if cold:
        print(
            f"  out of memory, wall ms, median (most) of 20: {cold['p50_ms']:.1f}"
            f" ({cold['most_ms']:.1f}); with opening the segment {cold['with_opening_p50_ms']:.1f}"
            f" ({cold['with_opening_most_ms']:.1f})"
        )
    if options.radius == 31:
        verdicts(runs, mine, rows)
    results = {name: {k: v for k, v in run.items() if k != "matches"} for name, run in runs.items()}
    return results | ({"cold": cold} if cold else {})


def verdicts(runs, mine, rows):
    for peer, (wanted, least) in WANTED.items():
        times = [run["p50_us"] for name, run in runs.items() if name.startswith(peer)]
        if times and rows >= least:
            value = min(times) / mine["p50_us"]
            print(f"  {peer}: {value:.0f} times, wanted {wanted}: {verdict(value, wanted)}")
