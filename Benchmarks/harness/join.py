"""`join`: joins of sets, against the blocked brute force of the same run and FAISS."""

import pathlib
import re
import tempfile

from . import tools
from .tools import ratio, table, verdict

WANTED_RATIO = 100
WANTED_THREADS = 1.8
WANTED_SCAN = 4


def options(parser):
    parser.description = (
        "Joins random sets, one of them planted with neighbours, at radius 31; beside each what comparing all"
        " pairs by the blocked scan would take, measured in the same process."
    )
    parser.add_argument("--left", type=float, nargs="*", default=[1e5, 1e6], help="rows of the left set")
    parser.add_argument("--right", type=float, default=1e7, help="rows of the right set")
    parser.add_argument("--radius", type=int, default=31)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scratch", help="where the segments are put: 180 bytes for each row")
    parser.add_argument("--keep", metavar="DIR", help="a folder whose segments are kept for another time")


def joined(bench, options, left, threads, folder):
    """The run with the median CPU time; of two threads that with the median wall time."""
    runs = [
        tools.run(
            [bench, "join", int(left), int(options.right), options.radius, threads, "any", folder]
        ).json()
        for _ in range(options.rounds)
    ]
    runs.sort(key=lambda run: run["cpu_s"] if threads == 1 else run["wall_s"])
    return runs[len(runs) // 2]


def main(options):
    bench = tools.own_program("join-bench")
    results = {}
    with tempfile.TemporaryDirectory(prefix="vestige-join-", dir=options.scratch) as scratch:
        folder = options.keep or scratch
        # The making of the segments is not part of any figure.
        for left in [*options.left, 0]:
            tools.run([bench, "join", int(left), int(options.right), 7, 1, "any", folder])
        lines = []
        for left in [*options.left, 0]:
            run = joined(bench, options, left, 1, folder)
            name = f"{int(left):,} x {int(options.right):,}" if left else f"{int(options.right):,} with itself"
            results[name] = run
            lines.append(
                [name, f"{run['cpu_s']:.2f}", f"{run['scan_cpu_s']:.0f}", f"{run['ratio']:.0f}", str(run["pairs"])]
            )
        two = joined(bench, options, 0, 2, folder)
        one = results[name]
        results["two threads"] = two
        table(
            f"radius {options.radius}, one thread",
            ["", "CPU s", "all pairs, CPU s", "times", "pairs"],
            lines,
        )
        for line, run in zip(lines, results.values()):
            print(f"  {line[0]}: wanted {WANTED_RATIO} times: {verdict(run['ratio'], WANTED_RATIO)}")
        gain = one["wall_s"] / two["wall_s"]
        print(f"  two threads: {gain:.2f} times as fast: {verdict(gain, WANTED_THREADS)}")
        # The blocked scan itself, beside FAISS in a batch: each in its own process, one thread.
        codes, queries = (str(pathlib.Path(scratch) / name) for name in ("codes", "queries"))
        load = tools.own_program("fingerprint-load")
        tools.run([load, "codes", codes, 1_000_000, "uniform"])
        tools.run([load, "queries", codes, queries, 2000, "uniform"])
        flat = tools.run(tools.peer("faiss_search.py", codes, queries, str(options.radius), "flat")).json()
        printed = tools.run([bench, "kernels"]).output
        scans = [float(found) for found in re.findall(r"rows ([0-9.]+)", printed)]
        theirs = 1_000_000 / flat["batch_us"] / 1e3
        results["scan"], results["FAISS flat"] = scans, theirs
        lines = [["FAISS flat, a batch", f"{theirs:.2f}", ""]]
        for level, ours in zip(("portable", "popcnt", "avx2", "avx512"), scans):
            lines.append([f"blocked scan, {level}", f"{ours:.2f}", ratio(ours, theirs)])
        table("All pairs of 256 bits, thousand millions a CPU second", ["", "", "times FAISS"], lines)
        print(f"  wanted {WANTED_SCAN} times: {verdict(scans[-1] / theirs, WANTED_SCAN)}")
    return results
