"""`chance`: how near frames of unrelated films lie to each other, against what scores assume."""

import json
import pathlib
import re
import tempfile

from . import making, tools
from .tools import table

DISTANCES = [31, 40, 44, 55, 64, 90]


def digits(distance):
    """The line that scores assume (`FilmChance`): -log10 of the chance of this distance or less."""
    return max(0, 6 - distance / 31)


def options(parser):
    parser.description = (
        "Compares the pictures of different films with each other, in all eight turns or in one, and tells which "
        "share of the pairs is within some distances, beside the share that a match's score assumes."
    )
    parser.add_argument("--films", required=True, nargs="+", metavar="PATH", help="films and folders")
    parser.add_argument("--fill-interval", type=float, default=1, help="seconds between pictures (1)")
    parser.add_argument("--min-quality", type=int, default=50)
    parser.add_argument("--upright", action="store_true", help="one turn, not the eight that a query looks for")
    parser.add_argument("--leave-out", metavar="REGEX", help="films not to be used, such as versions of others")
    parser.add_argument(
        "--related",
        type=float,
        default=0.3,
        metavar="SHARE",
        help="two films are one's versions, and not compared, if this share of the pictures of "
        "either has one within 31 bits in the other, upright (0.3); they are listed",
    )


def main(options):
    python = tools.peer_python()
    paths = []
    for place in options.films:
        if not pathlib.Path(place).exists():
            raise tools.Stop(f"{place} is not there")
        paths += tools.files_below(place) if pathlib.Path(place).is_dir() else [place]
    making.need_ffmpeg()
    if options.leave_out:
        paths = [p for p in paths if not re.search(options.leave_out, pathlib.Path(p).name)]
    paths = [path for path in paths if not tools.is_picture(path) and making.facts(path)]
    if len(paths) < 2:
        raise tools.Stop("fewer than two films")
    command = [tools.vestige(), "fingerprint", "--format", "jsonl"]
    command += ["--fill-interval", f"{options.fill_interval}"]
    command += [] if options.upright else ["--variants"]
    done = tools.run([*command, *paths], accept=(0, 1))
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as lines:
        lines.write(done.output)
        lines.flush()
        wanted = json.dumps(
            {
                "min_quality": options.min_quality,
                "related": options.related,
                "distances": DISTANCES,
            }
        )
        script = str(tools.PEERS / "frame_distances.py")
        told = tools.run([python, script, lines.name, wanted]).json()
    if not told["pairs"]:
        raise tools.Stop("no two different films have pictures of enough quality")
    show(told)
    return told


def show(told):
    if told["related"]:
        print("left out as versions of one film:")
        for first, second, share in told["related"]:
            print(f"  {pathlib.Path(first).name} and {pathlib.Path(second).name}: {share:.0%}")
    table(
        f"{told['pictures']:,} pictures of {told['films']} films, {told['turns']} turns: {told['pairs']:,} pairs of "
        f"pictures of {told['film_pairs']:,} pairs of films; "
        f"mean distance {told['mean']:.1f}, deviation {told['deviation']:.1f}",
        ["within", "pairs", "pairs of films", "share", "digits", "the line's", ""],
        [row(told, entry) for entry in told["within"]],
    )
    print(
        "  Pictures of one scene are alike, so pairs are not independent: one pair of films can make many of them.\n"
        "  'careful': the line expects no fewer such pairs than there were. Where there was none, what is known is the\n"
        "  digits that no pair among so many allows to tell."
    )
    if told["nearest"]:
        table(
            "the nearest, one of each pair of films: look at them",
            ["", "and", "s", "s", "bits"],
            [
                [pathlib.Path(n["a"]).name, pathlib.Path(n["b"]).name]
                + [f"{n['a_s']:.1f}", f"{n['b_s']:.1f}", str(n["distance"])]
                for n in told["nearest"]
            ],
        )


def row(told, entry):
    line = digits(entry["distance"])
    if entry["count"]:
        share = f"{entry['share']:.2e}"
        text, verdict = f"{entry['digits']:.2f}", "careful" if entry["digits"] >= line else "NOT careful"
    else:
        share, text = "0", f"> {entry['digits']:.2f}"
        verdict = "careful" if entry["digits"] >= line else "too few pairs"
    return [
        str(entry["distance"]),
        f"{entry['count']:,}",
        str(entry["film_pairs"]),
        share,
        text,
        f"{line:.2f}",
        verdict,
    ]
