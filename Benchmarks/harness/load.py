"""`load`: the made fingerprints, beside those of real pictures."""

import pathlib
import tempfile

from . import tools
from .tools import table

FIGURES = {
    "codes": "fingerprints",
    "with_128_ones": "share with 128 ones",
    "bit_mean_least": "least mean of a bit",
    "bit_mean_most": "greatest mean of a bit",
    "correlation_two_columns": "correlation, two columns apart",
    "correlation_most": "largest correlation",
    "unrelated_row_order": "chunks of unrelated ones collide, row order",
    "unrelated_permuted": "the same, permuted",
    "collisions_row_order": "all chunks collide, row order",
    "collisions_permuted": "the same, permuted",
    "bucket_row_order": "largest bucket / mean, row order",
    "bucket_permuted": "the same, permuted",
}


def options(parser):
    parser.description = (
        "Makes skewed and uniform fingerprints and measures how far they are from random ones, and"
        " with --pool how far those of crops of real pictures are."
    )
    parser.add_argument("--rows", type=float, default=1e6)
    parser.add_argument("--pool", metavar="DIR", help="real pictures, of any content and format")
    parser.add_argument("--crops", type=int, default=24, help="of each picture of the pool")
    parser.add_argument("--scratch", help="where the crops and the fingerprints are put")
    parser.add_argument("--seed", type=int, default=1)


def make(codes, rows, model, seed):
    """Writes fingerprints; how many a second of CPU."""
    program = tools.own_program("fingerprint-load")
    return rows / tools.run([program, "codes", codes, rows, model, seed]).cpu


def skew(codes, group=1):
    return tools.run([tools.own_program("fingerprint-load"), "skew", codes, group]).json()


def pictures(pool, crops, seed, scratch):
    """The skew of pictures of quality 50 and more, pairs of the same picture left out."""
    folder, codes = scratch / "crops", scratch / "pictures"
    make_crops = tools.peer("make_crops.py", folder, "--pool", pool, "--crops", crops)
    tools.run([*make_crops, "--seed", seed])
    # Where a file faults the status is 1; crops of ours do not, but the others count as well.
    lines = tools.run([tools.vestige(), "fingerprint", folder], accept=(0, 1)).output.splitlines()
    found = {}
    for line in lines:
        digits, quality, path = line.split(",", 2)
        if len(digits) == 64 and int(quality) >= 50:
            found.setdefault(pathlib.Path(path).name.split("_")[0], []).append(digits)
    whole = [group for group in found.values() if len(group) == crops]
    if len(whole) < 2:
        raise tools.Stop(f"{pool} holds too few pictures")
    with open(codes, "wb") as file:
        for group in whole:
            for digits in group:
                file.write(bytes.fromhex(digits)[::-1])
    return skew(codes, crops)


def main(options):
    rows = int(options.rows)
    results = {}
    with tempfile.TemporaryDirectory(prefix="vestige-load-", dir=options.scratch) as folder:
        scratch = pathlib.Path(folder)
        if options.pool:
            results["pictures"] = pictures(options.pool, options.crops, options.seed, scratch)
        for model in ("skewed", "uniform"):
            codes = scratch / model
            speed = make(codes, rows, model, options.seed)
            results[model] = skew(codes) | {"codes_per_cpu_second": speed}
    table(
        "Fingerprints: how far from random",
        ["", *results],
        [[name, *(run[key] for run in results.values())] for key, name in FIGURES.items()],
    )
    for model in ("skewed", "uniform"):
        print(f"  {model}: {results[model]['codes_per_cpu_second'] / 1e6:.1f} million a CPU second")
    return results
