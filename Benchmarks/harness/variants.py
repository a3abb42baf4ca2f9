"""`variants`: how many labelled copies of films are found, from a ground-truth table; beside vpdq."""

import csv
import pathlib
import tempfile

from . import alignment, edits, making, tools
from .tools import table

# What the table must say of every copy.
COLUMNS = {"kind", "original", "variant", "transform", "strength"} | {
    f"{what}_{end}" for what in ("src", "var") for end in ("start", "end")
}


def options(parser):
    parser.description = (
        "Looks for edited copies that somebody else made, and says by transform how many are found with a score "
        "above every false match, what that costs at each fill interval, and how far told ends are off."
    )
    parser.add_argument("--originals", required=True, metavar="DIR", help="the films that the copies are of")
    parser.add_argument("--variants", required=True, metavar="DIR", help="the copies, with ground_truth.csv")
    parser.add_argument("--distractors", metavar="DIR", help="more films to store, of which there are no copies")
    parser.add_argument("--settings", default=",".join(alignment.SETTINGS), help=f"of {', '.join(alignment.SETTINGS)}")
    parser.add_argument("--radius", type=int, help="bits, instead of the program's own")
    parser.add_argument("--without-vpdq", action="store_true")
    parser.add_argument("--timed", type=int, default=12, metavar="N", help="copies whose queries are timed (12)")
    parser.add_argument("--rounds", type=int, default=3, help="of the timing (3)")


def main(options):
    alignment.check_settings(options)
    films = tools.files_below(options.originals)
    numbers = {str(pathlib.Path(film).relative_to(options.originals)): k for k, film in enumerate(films)}
    copies = read(pathlib.Path(options.variants), numbers)
    if options.distractors:
        films += tools.files_below(options.distractors)
    if len({pathlib.Path(film).name for film in films}) < len(films):
        raise tools.Stop("two stored films have the same name: rename one")
    lengths = [(making.facts(film) or (0, 0, 0))[2] for film in films]
    hours = sum(lengths) / 3600
    print(f"{len(copies)} copies of {len(numbers)} films; {len(films)} films of {hours:.3f} hours are stored", flush=True)

    kinds = options.settings.split(",")
    # Films are linked, not copied, so the scratch folder is on their file system.
    with tempfile.TemporaryDirectory(prefix=".vestige-variants-", dir=options.variants) as scratch:
        scratch = pathlib.Path(scratch)
        answers, costs = alignment.ours(scratch, films, copies, kinds, hours, options)
        if not options.without_vpdq:
            answers["vpdq"], costs["vpdq"] = alignment.theirs(scratch, films, copies, hours)
    judged = alignment.judge("", list(range(len(copies))), copies, answers, {})
    show_misses(copies, answers, judged)
    alignment.show_costs(costs)
    return {"costs": costs, "films": films, "judged": judged}


def read(folder, numbers):
    """The copies of a ground-truth table, with what they show of which original."""
    place = folder / "ground_truth.csv"
    if not place.is_file():
        raise tools.Stop(f"{place} is not there")
    with open(place, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or not COLUMNS <= rows[0].keys():
        raise tools.Stop(f"{place} needs the columns {', '.join(sorted(COLUMNS))}")
    by_copy = {}
    for row in rows:
        if row["kind"] == "video":
            if row["original"] not in numbers:
                raise tools.Stop(f"{place} names {row['original']}, which is not below --originals")
            by_copy.setdefault(row["variant"], []).append(row)
    copies = []
    for name, mine in by_copy.items():
        pieces = tuple(piece(row, numbers) for row in mine)
        edit = edits.Edit(mine[0]["transform"], mine[0]["strength"], speed=pieces[0].speed)
        copies.append(edits.Copy(str(folder / name), edit, pieces[0].source, pieces))
    return copies


def piece(row, numbers):
    start, end, first, last = (float(row[c]) for c in ("src_start", "src_end", "var_start", "var_end"))
    # Backwards films have no end that an alignment could be right about: they are told as they lie.
    at, until = min(first, last), max(first, last)
    speed = (end - start) / (until - at) if until > at else 1
    return edits.Piece(numbers[row["original"]], start, end, at, speed)


def show_misses(copies, answers, judged):
    """By transform and strength, what each column does not find; only where one finds and another does not."""
    names = list(answers)
    bars = {kind: judged[kind]["bar"] for kind in names}
    by_strength = {}
    for k, copy in enumerate(copies):
        for source in sorted({piece.source for piece in copy.truth}):
            counts = by_strength.setdefault(f"{copy.edit.group} {copy.edit.strength}", [0] * (len(names) + 1))
            counts[0] += 1
            for n, kind in enumerate(names):
                match = answers[kind][k].get(source)
                counts[n + 1] += match is not None and match["score"] > bars[kind]
    rows = [
        [name, str(counts[0]), *map(str, counts[1:])]
        for name, counts in by_strength.items()
        if min(counts[1:]) < counts[0]
    ]
    if rows:
        table("found, of transforms that some column does not find all of", ["", "cases", *names], rows)
