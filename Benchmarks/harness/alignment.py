"""`alignment`: how many edited copies of films are found, and how well their seconds are told; beside vpdq."""

import json
import pathlib
import tempfile

from . import edits, making, originals, tools
from .tools import percentile, table

# Name: the options of `vestige index`.
SETTINGS = {"keyframes": ["--extraction", "keyframes"]} | {
    f"{seconds} s": ["--fill-interval", str(seconds)] for seconds in (10, 5, 4, 2, 1)
}
# vpdq's own: bits, quality, and how much of the query's hashes a stored film must have.
DISTANCE, QUALITY, SHARE = 31, 50, 0.8


def options(parser):
    parser.description = (
        "Makes films of known content and edited copies of them, looks for the copies among the films and as many "
        "strangers, and tells how many are found with a score above every false match, and how far the ends of "
        "the told seconds are off."
    )
    parser.add_argument("--corpus", required=True, metavar="DIR", help="real films")
    parser.add_argument("--pictures", required=True, metavar="DIR", help="photographs, for more scenes")
    making.cache_option(parser)
    parser.add_argument("--originals", type=int, default=12, help="films with copies (12)")
    parser.add_argument("--distractors", type=int, default=12, help="stored films without (12)")
    parser.add_argument(
        "--hold-out",
        type=int,
        default=0,
        metavar="N",
        help="the last N originals are told apart: nothing should be tuned on them (0)",
    )
    parser.add_argument("--only", metavar="REGEX", help="edits by name")
    parser.add_argument("--quick", action="store_true", help="one or two edits of each kind")
    parser.add_argument("--settings", default=",".join(SETTINGS), help=f"of {', '.join(SETTINGS)}")
    parser.add_argument("--radius", type=int, help="bits, instead of the program's own")
    parser.add_argument("--without-vpdq", action="store_true")
    parser.add_argument("--timed", type=int, default=6, metavar="N", help="copies whose queries are timed (6)")
    parser.add_argument("--rounds", type=int, default=3, help="of the timing (3)")
    parser.add_argument(
        "--leave-out",
        metavar="REGEX",
        help="real films not to be used, by name, such as versions of others: two versions of one "
        "are noticed by their fingerprints, but not always",
    )
    parser.add_argument("--jobs", type=int, default=2, help="films made at a time (2)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true", help="list the edits and end")


def main(options):
    chosen = edits.choose(options.only, options.quick)
    if options.list:
        print("\n".join(edit.name for edit in chosen))
        return {}
    check(options)
    hours = (options.originals + options.distractors) * originals.LENGTH / 3600
    kinds = options.settings.split(",")
    encoders = {edit.encoder.split("-c:v ")[1].split()[0] for edit in chosen}
    making.need_ffmpeg(sorted(encoders | {"libx264"}))
    python = tools.peer_python()
    folder = making.cache(options) / "alignment"
    folder.mkdir(exist_ok=True)
    count = options.originals + options.distractors + 1
    films = originals.make(folder, options.corpus, options.pictures, count, options)
    films, stranger = films[:-1], films[-1]
    overlays = folder / "overlays"
    if not (overlays / "subtitle-4.png").exists():
        script = str(tools.PEERS / "make_overlays.py")
        tools.run([python, script, originals.WIDTH, originals.HEIGHT, overlays])
    tuned = options.originals - options.hold_out
    groups = [list(range(tuned)), list(range(tuned, options.originals))]
    copies = edits.make(folder / "copies", films, stranger, overlays, chosen, groups, options.jobs)
    print(f"{len(copies)} copies of {options.originals} films; {len(films)} films are stored", flush=True)

    with tempfile.TemporaryDirectory(prefix="vestige-alignment-", dir=folder) as scratch:
        scratch = pathlib.Path(scratch)
        answers, costs = ours(scratch, films, copies, kinds, hours, options)
        if not options.without_vpdq:
            answers["vpdq"], costs["vpdq"] = theirs(scratch, films, copies, hours)
    results = {"costs": costs, "films": [film.name for film in films], "parts": {}}
    parts = {"tuned on": groups[0], "held out": groups[1]} if options.hold_out else {"": groups[0]}
    bars = {}
    for part, numbers in parts.items():
        mine = [k for k, copy in enumerate(copies) if copy.original in numbers]
        results["parts"][part or "all"] = judge(part, mine, copies, answers, bars)
    show_costs(costs)
    return results


def check(options):
    if options.originals < 1 or not 0 <= options.hold_out < options.originals:
        raise tools.Stop("--hold-out must leave at least one original")
    check_settings(options)
    for folder in (options.corpus, options.pictures):
        if not pathlib.Path(folder).is_dir():
            raise tools.Stop(f"{folder} is no folder")


def check_settings(options):
    unknown = [kind for kind in options.settings.split(",") if kind not in SETTINGS]
    if unknown:
        raise tools.Stop(f"no such setting: {', '.join(unknown)}")
    tools.vestige()


def ours(scratch, films, copies, kinds, hours, options):
    """What vestige tells of every copy, by setting: for each copy its matches, by number of film.

    One case holds the films once for each setting, so that a copy is decoded once for all. Alignment
    looks at one stored film at a time; that nothing differs from a case of its own is checked on the
    queries that are timed.
    """
    radius = ["--radius", str(options.radius)] if options.radius is not None else []
    quiet = ["--quiet", "--json", "--workers", "1"]
    folders, costs = {}, {}
    for kind in kinds:
        folders[kind] = originals.link(films, scratch / kind.replace(" ", ""))
    shared = scratch / "shared.vestige"
    for kind in kinds:
        tools.run([tools.vestige(), "index", *quiet, *SETTINGS[kind], shared, folders[kind]])

    def case(kind, number):
        return scratch / f"{kind.replace(' ', '')}-{number}.vestige"

    rounds = {kind: 0 for kind in kinds}

    def index(kind):
        rounds[kind] += 1
        where = case(kind, rounds[kind])
        return tools.run([tools.vestige(), "index", *quiet, *SETTINGS[kind], where, folders[kind]])

    indexing = tools.alternating(options.rounds, {kind: lambda kind=kind: index(kind) for kind in kinds})
    for kind, runs in indexing.items():
        costs[kind] = {
            "index_cpu": min(run.cpu for run in runs) / hours,
            "hourly": runs[0].json()["fingerprints"] / hours,
        }

    by_name = {pathlib.Path(film).name: number for number, film in enumerate(films)}

    def ask(where, paths):
        """The matches of each path, in order, by setting and film."""
        command = [tools.vestige(), "query", *radius, "--format", "jsonl", "--workers", "1", where]
        done = tools.run([*command, "-"], accept=(0, 1), text="\n".join(map(str, paths)) + "\n")
        found = {str(path): {} for path in paths}
        for line in done.output.splitlines():
            line = json.loads(line)
            place = pathlib.Path(line["path"])
            found[line["query"]][place.parent.name, by_name[place.name]] = line
        return done, [found[str(path)] for path in paths]

    paths = [copy.path for copy in copies]
    together = []
    for start in range(0, len(paths), 50):
        together += ask(shared, paths[start : start + 50])[1]
        print(f"  asked for {len(together)} of {len(paths)} copies", flush=True)
    answers = {}
    for kind in kinds:
        own = kind.replace(" ", "")
        answers[kind] = [
            {film: match for (name, film), match in matches.items() if name == own} for matches in together
        ]

    step = max(1, len(copies) // max(1, options.timed))
    sample = list(range(0, len(copies), step))[: options.timed]
    seconds = sum((making.facts(paths[k]) or (0, 0, 0))[2] for k in sample)
    if sample:
        questions = {kind: lambda kind=kind: ask(case(kind, 1), [paths[k] for k in sample]) for kind in kinds}
        for kind, runs in tools.alternating(options.rounds, questions).items():
            costs[kind]["query_cpu"] = min(run.cpu for run, _ in runs) / seconds * 60
            for k, matches in zip(sample, runs[0][1]):
                alone = {film: (m["score"], m["pieces"]) for (_, film), m in matches.items()}
                shared_ones = {film: (m["score"], m["pieces"]) for film, m in answers[kind][k].items()}
                if alone != shared_ones:
                    print(f"  NOTE: {kind}: {paths[k]} is answered otherwise by a case of its own")
    return answers, costs


def theirs(scratch, films, copies, hours):
    """The share of each copy's hashes that vpdq finds in each film."""
    stored, queries = scratch / "stored.txt", scratch / "queries.txt"
    stored.write_text("".join(f"{film}\n" for film in films), encoding="utf-8")
    queries.write_text("".join(f"{copy.path}\n" for copy in copies), encoding="utf-8")
    done = tools.run(tools.peer("vpdq_matching.py", stored, queries, DISTANCE, QUALITY))
    lines = [json.loads(line) for line in done.output.splitlines()]
    by_path = {str(film): number for number, film in enumerate(films)}
    answers = [
        {by_path[path]: {"score": share, "pieces": None} for path, share in line["shares"].items()}
        for line in lines[:-1]
    ]
    told = lines[-1]
    seconds = sum((making.facts(copy.path) or (0, 0, 0))[2] for copy in copies)
    return answers, {
        "index_cpu": told["storing_s"] / hours,
        "hourly": told["hashes"] / hours,
        "query_cpu": (told["hashing_s"] + told["matching_s"]) / seconds * 60,
    }


def judge(part, mine, copies, answers, bars):
    """Tables of one part of the copies; `mine` are their numbers.

    `bars` keeps each method's bar of the first part, so that the second tells what it lets through.
    """
    groups = list(dict.fromkeys(copies[k].edit.group for k in mine))
    cases = {group: [] for group in groups}
    for k in mine:
        for source in sorted({piece.source for piece in copies[k].truth}):
            cases[copies[k].edit.group].append((k, source))
    results, rows = {}, []
    columns = {}
    for kind, told in answers.items():
        false = [
            (match["score"], k, film)
            for k in mine
            for film, match in told[k].items()
            if film not in {piece.source for piece in copies[k].truth}
        ]
        bar = max((score for score, _, _ in false), default=0.0)
        first = bars.setdefault(kind, bar)

        def found(case, above, told=told):
            match = told[case[0]].get(case[1])
            return match is not None and match["score"] > above

        names = {kind: lambda case, bar=bar, found=found: found(case, bar)}
        if kind == "vpdq":
            # By its own rule, and as the others: above its highest false match.
            names = {
                "vpdq, 80 %": lambda case, told=told: told[case[0]].get(case[1], {"score": 0})["score"] >= SHARE,
                "vpdq, best": names["vpdq"],
            }
        for name, is_found in names.items():
            columns[name] = {
                group: sum(is_found(case) for case in cases[group]) / len(cases[group]) for group in groups
            }
            columns[name]["all"] = sum(is_found(c) for g in groups for c in cases[g]) / sum(
                len(cases[g]) for g in groups
            )
        results[kind] = {
            "bar": bar,
            "false": len(false),
            "over the bar of the first part": sum(score > first for score, _, _ in false),
            "false matches": [
                {"score": score, "copy": pathlib.Path(copies[k].path).name, "film": film}
                for score, k, film in sorted(false, reverse=True)[:10]
            ],
        }
        if kind == "vpdq":
            results[kind]["false at 80 %"] = sum(score >= SHARE for score, _, _ in false)
        else:
            results[kind]["ends"] = ends(mine, copies, told, bar)
    title = f" ({part})" if part else ""
    for group in [*groups, "all"]:
        number = len(cases[group]) if group != "all" else sum(map(len, cases.values()))
        rows.append([group, str(number), *(f"{columns[name][group] * 100:.0f}" for name in columns)])
    table(f"found above every false match, %{title}", ["", "copies", *columns], rows)
    table(
        f"false matches{title}: their number, and the highest score, which is the bar",
        ["", "false", "highest", "over the first part's bar"],
        [
            [kind, str(r["false"]), f"{r['bar']:.2f}", str(r["over the bar of the first part"])]
            for kind, r in results.items()
        ],
    )
    if "vpdq" in results:
        print(f"  (vpdq's score is a share; at its own 80 %: {results['vpdq']['false at 80 %']} false)")
    show_ends(results, title)
    results["found"] = columns
    return results


def ends(mine, copies, told, bar):
    """How far told ends are off, in seconds, in the copy and in the film; of found copies."""
    by_group = {}
    for k in mine:
        copy = copies[k]
        kept = by_group.setdefault(
            copy.edit.group, {"errors": [], "moments": [], "missed": 0, "wrong": 0, "split": 0, "pieces": 0}
        )
        for source in {piece.source for piece in copy.truth}:
            match = told[k].get(source)
            if match is None or match["score"] <= bar:
                continue
            true = [piece for piece in copy.truth if piece.source == source]
            pieces = [Told(piece) for piece in match["pieces"]]
            kept["pieces"] += len(pieces)
            kept["wrong"] += sum(all(not piece.fits(t, copy.edit) for t in true) for piece in pieces)
            for t in true:
                fitting = [piece for piece in pieces if piece.fits(t, copy.edit)]
                if not fitting:
                    kept["missed"] += 1
                    continue
                # Where a piece is told in several parts, its ends are those of all together.
                kept["split"] += len(fitting) - 1
                errors = [
                    abs(min(piece.at for piece in fitting) - t.at),
                    abs(max(piece.until for piece in fitting) - t.until),
                    abs(min(piece.start for piece in fitting) - t.start),
                    abs(max(piece.end for piece in fitting) - t.end),
                ]
                is_moment = len(fitting) == 1 and fitting[0].is_moment
                kept["moments" if is_moment else "errors"] += errors
    return by_group


class Told:
    """A piece as vestige tells it, in seconds."""

    def __init__(self, piece):
        self.at, self.until = piece["query_from_ms"] / 1e3, piece["query_to_ms"] / 1e3
        self.start, self.end = piece["from_ms"] / 1e3, piece["to_ms"] / 1e3
        self.is_moment = self.at == self.until or self.start == self.end

    def fits(self, true, edit):
        """Whether it shows what is true: its middle lies in the true piece, and what is said to be seen
        there is seen within three seconds of it."""
        middle = (self.at + self.until) / 2
        if not true.at - 1 <= middle <= true.until + 1:
            return False
        expected = true.start + (middle - true.at) * true.speed
        return abs((self.start + self.end) / 2 - expected) <= 3


def show_ends(results, title):
    rows = []
    for kind, result in results.items():
        if "ends" not in result:
            continue
        groups = result["ends"]
        for name, chosen in {
            "all": list(groups),
            "whole": [g for g in groups if g not in PARTS],
            **{g: [g] for g in PARTS if g in groups},
        }.items():
            kept = [groups[group] for group in chosen]
            errors = [e for one in kept for e in one["errors"]]
            moments = [e for one in kept for e in one["moments"]]
            if not errors + moments:
                continue
            rows.append(
                [f"{kind}: {name}", str(sum(one["pieces"] for one in kept)), str(len(moments) // 4)]
                + [str(sum(one[fact] for one in kept)) for fact in ("split", "missed", "wrong")]
                + [f"{figure:.2f}" for figure in spread(errors)]
                + [f"{figure:.2f}" for figure in spread(errors + moments)]
            )
    head = ["", "pieces", "moments", "split", "missed", "wrong", "median", "p90", "max", "median", "p90", "max"]
    table(f"errors of ends{title}, s, without pieces of one moment and with them", head, rows)


# Edits whose copies show other seconds than the whole film's.
PARTS = ("third", "ten seconds", "speed", "added", "compilation")


def spread(values):
    return percentile(values, 0.5), percentile(values, 0.9), max(values, default=0)


def show_costs(costs):
    table(
        "fingerprints an hour of film; CPU seconds to index an hour, and to ask for a minute",
        ["", "an hour", "index, s an hour", "query, s a minute"],
        [
            [kind, f"{c['hourly']:,.0f}", f"{c['index_cpu']:.1f}", f"{c['query_cpu']:.2f}" if "query_cpu" in c else "-"]
            for kind, c in costs.items()
        ],
    )
