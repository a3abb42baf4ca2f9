"""`scan`: how near a scan of all rows comes to the memory's own speed."""

from . import tools
from .tools import table, verdict

WANTED = 0.85


def options(parser):
    parser.description = (
        "Sums and scans the same memory in turns, on one thread; the scan with each body of its kernel."
    )
    parser.add_argument("--rows", type=float, default=1e7, help="more than the cache holds: 32 bytes each")
    parser.add_argument("--rounds", type=int, default=15)


def main(options):
    run = tools.run([tools.own_program("scan-bench"), int(options.rows), options.rounds]).json()
    levels = [name for name in ("portable", "popcnt", "avx2", "avx512") if f"{name}_gb_s" in run]
    lines = [["sum of all words", f"{run['sum_gb_s']:.1f}", "100 %"]]
    for name in levels:
        lines.append([f"scan, {name}", f"{run[f'{name}_gb_s']:.1f}", f"{run[f'{name}_share']:.0%}"])
    table(f"{run['rows']:,} rows of 32 bytes", ["", "GB/s", "of the sum"], lines)
    best = run[f"{levels[-1]}_share"]
    print(f"  {levels[-1]}: wanted {WANTED:.0%}: {verdict(best, WANTED)}")
    return run
