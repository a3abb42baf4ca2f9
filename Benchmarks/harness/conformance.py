"""`conformance`: are the fingerprints those of the reference, and what does `fast` change?"""

import collections
import json
import pathlib
import tempfile

from . import tools
from .tools import percentile, table


def options(parser):
    parser.description = (
        "Compares `vestige fingerprint --policy exact` with the Python package pdqhash on every"
        " JPEG and PNG, and policy `fast` with `exact` on every picture."
    )
    parser.add_argument("--corpus", action="append", default=[], help="folder of real pictures")
    parser.add_argument(
        "--pictures", action="append", default=[], help="hold-out folder: fast against exact only"
    )
    parser.add_argument(
        "--synthesise",
        type=int,
        default=0,
        metavar="N",
        help="make N large hold-out JPEGs (2 ... 24 megapixels) from --pool",
    )
    parser.add_argument("--pool", help="where --synthesise takes its pictures from")
    parser.add_argument("--seed", type=int, default=1)


def main(options):
    if not options.corpus and not options.pictures and not options.synthesise:
        options.corpus = [str(tools.SAMPLES)]
    results = {}
    corpus = [path for folder in options.corpus for path in pictures_below(folder)]
    if corpus:
        exact = fingerprints(corpus, "exact")
        results["reference"] = against_reference(corpus, exact)
        results["fast"] = fast_against_exact("the corpus", corpus, exact)
    for folder in options.pictures:
        paths = pictures_below(folder)
        results[f"fast: {folder}"] = fast_against_exact(folder, paths, fingerprints(paths, "exact"))
    if options.synthesise:
        with tempfile.TemporaryDirectory(prefix="vestige-heldout-") as folder:
            make = tools.peer("make_pictures.py", "heldout", folder, "--pool", pool(options))
            tools.run(make + ["--count", str(options.synthesise), "--seed", str(options.seed)])
            paths = pictures_below(folder)
            name = f"{len(paths)} synthesised JPEGs of 2 ... 24 megapixels"
            results["fast: synthesised"] = fast_against_exact(
                name, paths, fingerprints(paths, "exact")
            )
    return results


def pool(options):
    return options.pool or (options.corpus or [str(tools.SAMPLES)])[0]


def pictures_below(folder):
    inner = pathlib.Path(folder) / "images"
    paths = tools.files_below(inner if inner.is_dir() else folder)
    return [path for path in paths if tools.is_picture(path) and "\n" not in path]


def fingerprints(paths, policy):
    """What `vestige fingerprint` says of each path: a list of lines, as objects."""
    found = collections.defaultdict(list)
    for start in range(0, len(paths), 400):
        command = [tools.vestige(), "fingerprint", "--format", "jsonl", "--policy", policy]
        done = tools.run(command + paths[start : start + 400], accept=(0, 1))
        for line in done.output.splitlines():
            row = json.loads(line)
            found[row["path"]].append(row)
    return found


def distance(left, right):
    return (int(left, 16) ^ int(right, 16)).bit_count()


def against_reference(paths, exact):
    paths = [path for path in paths if tools.picture_format(path) in ("jpeg", "png")]
    results = {}
    rows = []
    details = []
    for decoder in ("cv2", "pil"):
        done = tools.run(
            tools.peer("pdqhash_pictures.py", decoder), text="".join(f"{p}\n" for p in paths)
        )
        counts = collections.Counter()
        for line in done.output.splitlines()[:-1]:
            row = json.loads(line)
            path = row["path"]
            # Of a picture with transparent parts the reference sees the stored colours.
            ours = [line for line in exact.get(path, []) if line["background"] != "white"]
            if "error" in row or not ours:
                who = "both" if "error" in row and not ours else "the peer" if ours else "vestige"
                counts[f"not decoded by {who}"] += 1
                details.append([decoder, f"not decoded by {who}", pathlib.Path(path).name])
                continue
            away = distance(row["hash"], ours[0]["hash"])
            counts["compared"] += 1
            counts["equal"] += away == 0
            counts["quality equal"] += int(row["quality"]) == int(ours[0]["quality"])
            if away:
                marks = " damaged" if ours[0]["damaged"] else ""
                details.append([decoder, f"{away} bits{marks}", pathlib.Path(path).name])
        share = 100 * counts["equal"] / max(1, counts["compared"])
        rows.append(
            [
                f"pdqhash with {decoder}",
                str(counts["compared"]),
                str(counts["equal"]),
                f"{share:.2f} %",
                str(counts["quality equal"]),
                str(counts["not decoded by vestige"]),
                str(counts["not decoded by the peer"]),
                str(counts["not decoded by both"]),
            ]
        )
        results[decoder] = dict(counts) | {"share": share}
    table(
        "vestige, policy exact, against the reference: JPEG and PNG (wanted with cv2: 99 %)",
        ["", "compared", "equal", "share", "quality equal", "only peer", "only vestige", "neither"],
        rows,
    )
    if details:
        table("the ones that differ", ["peer's decoder", "how", "file"], details)
    return results | {"differing": details}


def fast_against_exact(name, paths, exact):
    fast = fingerprints(paths, "fast")
    groups = collections.defaultdict(list)
    worst = []
    for path in paths:
        pairs = {(line["time_ms"], line["background"]): line for line in exact.get(path, [])}
        for line in fast.get(path, []):
            other = pairs.get((line["time_ms"], line["background"]))
            if other is None or other["quality"] < 50 or line["damaged"] or other["damaged"]:
                continue
            away = distance(line["hash"], other["hash"])
            kind, scale = tools.picture_format(path), int(line["scale"])
            if line["time_ms"] is not None:
                # An animation is a film: its pictures are not decoded again when they are unsettled.
                groups["(frames of animations)"].append(away)
                continue
            groups["all"].append(away)
            groups["redone exactly" if line["policy"] == "exact" else "fast"].append(away)
            groups[f"format {kind}"].append(away)
            groups[f"scale 1/{scale}"].append(away)
            if scale > 1:
                groups["really scaled"].append(away)
            if away > 4:
                worst.append([f"{away} bits", f"1/{scale}", str(kind), pathlib.Path(path).name])
    rows = [
        [
            group,
            str(len(values)),
            f"{100 * values.count(0) / len(values):.1f} %",
            f"{sum(values) / len(values):.2f}",
            str(percentile(values, 0.99)),
            str(max(values)),
        ]
        for group, values in sorted(groups.items())
    ]
    table(
        f"policy fast against exact on {name}:"
        " undamaged, quality 50 and more (wanted: p99 at most 4)",
        ["", "pictures", "equal", "mean", "p99", "max"],
        rows,
    )
    if worst:
        table("over 4 bits", ["how far", "scale", "format", "file"], worst)
    return {row[0]: dict(zip(["pictures", "equal", "mean", "p99", "max"], row[1:])) for row in rows}
