"""`kernel`: a byte luma plane in memory to 256 bits, against pdqhash.compute."""

import pathlib
import tempfile

from . import tools
from .tools import median, ratio, table, verdict

WIDTH, HEIGHT = 4032, 3024
WANTED = 200.0


def options(parser):
    parser.description = (
        "Times the fingerprint alone on one 12-megapixel plane, ours and pdqhash's."
    )
    parser.add_argument(
        "--pool", default=str(tools.SAMPLES / "known"), help="pictures for the plane"
    )
    parser.add_argument("--rounds", type=int, default=5)


def main(options):
    with tempfile.TemporaryDirectory(prefix="vestige-kernel-") as scratch:
        plane = pathlib.Path(scratch) / "plane.raw"
        tools.run(tools.peer("make_pictures.py", "plane", plane, "--pool", options.pool))
        size = [str(WIDTH), str(HEIGHT), str(plane)]
        contenders = {
            "vestige": lambda: tools.run([tools.own_program("kernel-bench"), *size, "40"]).json(),
            "pdqhash.compute": lambda: tools.run(tools.peer("pdqhash_kernel.py", *size, 2)).json(),
        }
        runs = tools.alternating(options.rounds, contenders)
    times = {
        name: median(t for run in results for t in run["ms"]) for name, results in runs.items()
    }
    ours, theirs = runs["vestige"][0], runs["pdqhash.compute"][0]
    away = (int(ours["hash"], 16) ^ int(theirs["hash"], 16)).bit_count()
    mine = times["vestige"]
    table(
        f"one plane of {WIDTH} x {HEIGHT}, CPU ms per call, median over {options.rounds} rounds",
        ["", "ms", "against vestige"],
        [[name, f"{value:.3f}", ratio(value, mine)] for name, value in times.items()],
    )
    gain = times["pdqhash.compute"] / mine
    print(f"  first call, which builds the map of this size: {ours['first_ms']:.2f} ms")
    print(f"  bits that differ: {away}; quality {ours['quality']} and {theirs['quality']}")
    print(f"  {gain:.0f} x (wanted {WANTED:g}): {verdict(gain, WANTED)}")
    return times | {"gain": gain, "differing_bits": away, "first_ms": ours["first_ms"]}
