"""`build`: building, merging and verifying segments in bounded memory."""

import pathlib
import tempfile

from . import tools
from .tools import table, verdict

WANTED_RATE = 2e6
WANTED_BYTES = 180


def options(parser):
    parser.description = (
        "Builds a segment of random fingerprints, merges eight, and verifies: CPU seconds, private memory,"
        " bytes on disk."
    )
    parser.add_argument("--rows", type=float, default=1e7)
    parser.add_argument("--memory", type=int, default=1024, help="MiB that the builder may take")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scratch", help="where the segments are put: 400 bytes for each row")


def main(options):
    rows = int(options.rows)
    bench = tools.own_program("build-bench")
    results = {}
    with tempfile.TemporaryDirectory(prefix="vestige-build-", dir=options.scratch) as scratch:
        folder = str(pathlib.Path(scratch))
        built = [
            tools.run([bench, "build", folder, rows, options.memory]).json()
            for _ in range(options.rounds)
        ]
        built.sort(key=lambda run: run["cpu_s"])
        results["build"] = built[len(built) // 2]
        results["verify"] = tools.run([bench, "verify", folder]).json()
        results["merge"] = tools.run([bench, "merge", folder, 8, rows, options.memory]).json()
    build, merge = results["build"], results["merge"]
    lines = [
        ["build", f"{build['cpu_s']:.1f}", f"{build['rows_per_cpu_s'] / 1e6:.2f}", str(build["peak_private_mb"])],
        ["merge of 8", f"{merge['cpu_s']:.1f}", f"{merge['rows_per_cpu_s'] / 1e6:.2f}", str(merge["peak_private_mb"])],
        ["verify", f"{results['verify']['verify_cpu_s']:.1f}", "", ""],
    ]
    table(
        f"{rows:,} rows, --memory {options.memory}M",
        ["", "CPU s", "million rows a CPU second", "private MB"],
        lines,
    )
    print(f"  build: wanted {WANTED_RATE / 1e6:.0f} million: {verdict(build['rows_per_cpu_s'], WANTED_RATE)}")
    print(f"  memory: {build['peak_private_mb']} MiB of {options.memory} allowed")
    print(f"  size: {build['bytes_per_row']:.1f} bytes a row, at most {WANTED_BYTES} wanted")
    return results
