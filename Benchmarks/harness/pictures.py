"""`pictures`: CPU from files to stored fingerprints, against pdqhash with OpenCV's decoder."""

import pathlib
import subprocess
import tempfile

from . import tools
from .tools import median, ratio, table, verdict

# What is asked for: how many times the peer's CPU per picture, by set.
WANTED = {"camera": 18.0, "half": 3.0}
WANTED_OF_DECODE = 1.5
# The limit of vestige's scaled decode: DecodeOptions.minimumShorterSide.
SHORTER_SIDE = 320


def options(parser):
    parser.description = (
        "Indexes sets of JPEGs with one worker (decode, fingerprint, three digests, commit) and"
        " compares the CPU per picture with pdqhash + OpenCV, and with libjpeg's bare gray decode."
    )
    parser.add_argument(
        "--archive", help="a folder with sets as folders: camera/ (12 megapixels) and half/"
    )
    parser.add_argument("--make", metavar="DIR", help="make the sets in DIR, unless they are there")
    parser.add_argument(
        "--pool", default=str(tools.SAMPLES / "known"), help="what --make starts from"
    )
    parser.add_argument("--camera", type=int, default=24, help="camera pictures to make")
    parser.add_argument("--half", type=int, default=300, help="half-megapixel pictures to make")
    parser.add_argument("--rounds", type=int, default=3)


def main(options):
    folder = options.archive or options.make
    if folder is None:
        raise tools.Stop("say --archive DIR for sets that exist, or --make DIR to make them")
    if options.make:
        for kind, count in (("camera", options.camera), ("half", options.half)):
            make_set(kind, pathlib.Path(folder) / kind, options.pool, count)
    with tempfile.TemporaryDirectory(prefix="vestige-pictures-") as scratch:
        decoder = bare_decoder(scratch)
        results = {}
        for kind in WANTED:
            paths = [p for p in tools.files_below(pathlib.Path(folder) / kind) if jpeg(p)]
            if paths:
                results[kind] = compare(kind, pathlib.Path(folder) / kind, paths, decoder, options)
    if not results:
        raise tools.Stop(f"{folder} holds neither camera/ nor half/ with JPEGs in it")
    return results


def jpeg(path):
    return tools.picture_format(path) == "jpeg"


def make_set(kind, folder, pool, count):
    if not folder.is_dir() or len(list(folder.iterdir())) < count:
        tools.run(tools.peer("make_pictures.py", kind, folder, "--pool", pool, "--count", count))


def bare_decoder(folder):
    program = f"{folder}/gray_decode"
    source = str(tools.PEERS / "gray_decode.c")
    subprocess.run(["cc", "-O2", source, "-ljpeg", "-o", program], check=True)
    return program


def compare(kind, folder, paths, decoder, options):
    listing = "".join(f"{path}\n" for path in paths)

    def ours():
        with tempfile.TemporaryDirectory(prefix="vestige-case-") as scratch:
            command = [tools.vestige(), "index", "--workers", "1", f"{scratch}/a.vestige", folder]
            return tools.run(command, accept=(0, 1)).cpu * 1e3 / len(paths)

    def reference():
        facts = tools.run(tools.peer("pdqhash_pictures.py", "cv2"), text=listing).json()
        return (facts["decode_ms"] + facts["hash_ms"]) / facts["pictures"]

    def decode():
        facts = tools.run([decoder, str(SHORTER_SIDE), *paths]).json()
        return facts["cpu_ms"] / facts["pictures"]

    contenders = {"vestige index": ours, "pdqhash + cv2": reference, "bare gray decode": decode}
    # Once before, so that every contender finds the files in memory.
    decode()
    times = {name: median(v) for name, v in tools.alternating(options.rounds, contenders).items()}
    mine, theirs, bare = times.values()
    table(
        f"{kind}: {len(paths)} JPEGs, CPU ms per picture, median of {options.rounds} rounds",
        ["", "ms", "against vestige"],
        [[name, f"{value:.2f}", ratio(value, mine)] for name, value in times.items()],
    )
    gain, cost = theirs / mine, mine / bare
    print(f"  {gain:.1f} x the peer (wanted {WANTED[kind]:g}): {verdict(gain, WANTED[kind])}")
    print(
        f"  {cost:.2f} x the bare decode (wanted at most {WANTED_OF_DECODE}):"
        f" {verdict(cost, WANTED_OF_DECODE, at_least=False)}"
    )
    return times | {"pictures": len(paths), "gain": gain, "of_decode": cost}
