"""`video`: keyframe indexing of a film, against the Python package vpdq at one picture a second."""

import pathlib
import subprocess
import tempfile

from . import tools
from .tools import median, ratio, table, verdict

WANTED = 20.0
# Five minutes at 25 pictures a second, a keyframe every 250 pictures: joined without re-encoding
# from segments of 10 seconds, each of which begins with the only keyframe it has.
SECONDS, SEGMENT, RATE = 300, 10, 25


def options(parser):
    parser.description = "Indexes a film by its keyframes, and compares the CPU with vpdq's."
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--film", help="a film")
    chosen.add_argument(
        "--make", metavar="FILE", help="make a 1080p H.264 film of five minutes first"
    )
    parser.add_argument("--pool", default=str(tools.SAMPLES / "known"), help="pictures for --make")
    parser.add_argument("--segments", type=int, default=10, help="different segments in --make")
    parser.add_argument("--rounds", type=int, default=3)


def main(options):
    film = options.film or options.make
    if options.make and not pathlib.Path(film).exists():
        make_film(pathlib.Path(film), options.pool, options.segments)

    def ours():
        with tempfile.TemporaryDirectory(prefix="vestige-case-") as scratch:
            command = [tools.vestige(), "index", "--workers", "1", f"{scratch}/a.vestige", film]
            return tools.run(command).cpu

    def reference():
        return tools.run(tools.peer("vpdq_film.py", film)).json()["cpu_ms"] / 1e3

    def floor():
        command = ["ffmpeg", "-v", "error", "-nostdin", "-threads", "1", "-skip_frame", "nokey"]
        return tools.run([*command, "-i", film, "-an", "-f", "null", "-"]).cpu

    contenders = {"vestige index": ours, "vpdq, 1 a second": reference, "ffmpeg, keyframes": floor}
    times = {name: median(v) for name, v in tools.alternating(options.rounds, contenders).items()}
    mine = times["vestige index"]
    table(
        f"{film}: CPU seconds, median of {options.rounds} rounds",
        ["", "s", "against vestige"],
        [[name, f"{value:.2f}", ratio(value, mine)] for name, value in times.items()],
    )
    gain = times["vpdq, 1 a second"] / mine
    print(f"  {gain:.1f} x the peer (wanted {WANTED:g}): {verdict(gain, WANTED)}")
    print("  (vpdq's picture a second is more pictures than the keyframes are: see README.md)")
    return times | {"gain": gain}


def make_film(film, pool, count):
    """Slow moves over still pictures with a sensor's noise, which cost a decoder what films do."""
    pictures = [path for path in tools.files_below(pool) if tools.is_picture(path)]
    if not pictures:
        raise tools.Stop(f"{pool} holds no picture to make a film of")
    ffmpeg = ["ffmpeg", "-v", "error", "-nostdin", "-y"]
    with tempfile.TemporaryDirectory(prefix="vestige-film-") as scratch:
        segments = []
        for number in range(count):
            segment = f"{scratch}/{number}.mp4"
            part = f"t/{SEGMENT}" if number % 2 else f"(1-t/{SEGMENT})"
            picture = (
                "scale=2400:1350:force_original_aspect_ratio=increase,"
                f"crop=1920:1080:(iw-ow)*{part}:(ih-oh)*{part},"
                f"noise=alls=5:allf=t:all_seed={number},format=yuv420p"
            )
            subprocess.run(
                [*ffmpeg, "-loop", "1", "-framerate", str(RATE), "-t", str(SEGMENT)]
                + ["-i", pictures[number % len(pictures)], "-vf", picture]
                + ["-c:v", "libx264", "-preset", "veryfast", "-b:v", "5M"]
                + ["-g", str(RATE * SEGMENT), "-sc_threshold", "0", segment],
                check=True,
            )
            segments.append(segment)
            print(f"  segment {number + 1} of {count}")
        joined = [segments[k % count] for k in range(SECONDS // SEGMENT)]
        listing = pathlib.Path(scratch) / "list.txt"
        listing.write_text("".join(f"file '{segment}'\n" for segment in joined), encoding="utf-8")
        subprocess.run(
            [*ffmpeg, "-f", "concat", "-safe", "0", "-i", str(listing), "-c", "copy", str(film)],
            check=True,
        )
