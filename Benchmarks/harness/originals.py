"""Films of known content for `alignment`: each of its own scenes, none of which another one shows."""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import random
import re

from . import making, tools

LENGTH = 60
WIDTH, HEIGHT = 640, 360
# How long at most a real film's scene is, so that every film has other scenes as well.
REAL = 32
# Two films or pictures that are this near are taken for the same content and not both used.
SAME = 40
# Lower than what matches, since two versions of a film of a bare road must be noticed, too.
MIN_QUALITY = 20
# Keyframes as encoders place them by themselves; far apart, as of cameras that watch; near, as of phones.
GROUPS = [
    ("default", []),
    ("600", ["-g", "600", "-keyint_min", "600", "-sc_threshold", "0"]),
    ("60", ["-g", "60", "-keyint_min", "60", "-sc_threshold", "0"]),
]


def make(folder, corpus, pictures, count, options):
    """Makes `count` films of a minute: one real film's scene each, as long as there are any, and
    slow moves over still pictures for the rest.

    Returns their paths, in order. They are the same for the same corpus and seed.
    """
    recipes = plan(folder, corpus, pictures, count, options.seed, options.leave_out)
    targets = []
    work = []
    for number, recipe in enumerate(recipes):
        name, _ = GROUPS[number % len(GROUPS)]
        key = hashlib.sha256(json.dumps(recipe).encode()).hexdigest()[:8]
        targets.append(folder / f"film-{number:02}-{name}-{key}.mp4")
        if not targets[-1].exists():
            work.append((recipe, number, targets[-1]))
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as threads:
        for done in threads.map(lambda one: compose(*one), work):
            print(f"  made {done.name}", flush=True)
    return targets


def plan(folder, corpus, pictures, count, seed, leave_out):
    """What each film consists of: [path, whether it moves by itself, its length in seconds]."""
    asked = json.dumps([str(corpus), str(pictures), leave_out, "in every turn"])
    key = hashlib.sha256(asked.encode()).hexdigest()[:8]
    saved = folder / f"plan-{count}-{seed}-{key}.json"
    if saved.exists():
        return json.loads(saved.read_text(encoding="utf-8"))
    chance = random.Random(seed)
    lengths = {film[0]: film[3] for film in making.real_films(corpus, 4)}
    if leave_out:
        lengths = {
            path: length for path, length in lengths.items() if not re.search(leave_out, pathlib.Path(path).name)
        }
    # The longest first, so that of two versions of one film the longer one is used.
    films = sorted(lengths, key=lambda path: (-lengths[path], path))
    films = distinct(films, SAME, ["--fill-interval", "0.2"])
    stills = [path for path in tools.files_below(pictures) if tools.picture_format(path) in ("jpeg", "png")]
    chance.shuffle(stills)
    shots = sum(LENGTH // 4 for _ in range(count))
    stills = distinct(stills[: shots * 2], SAME, [])
    recipes, spare = [], iter(stills)
    for number in range(count):
        parts, left = [], float(LENGTH)
        if number < len(films):
            length = min(REAL, int(lengths[films[number]]))
            parts.append([films[number], True, length])
            left -= length
        while left > 0:
            length = float(min(left, chance.randint(3, 7)))
            length = left if left - length < 2 else length
            path = next(spare, None)
            if path is None:
                raise tools.Stop(f"{pictures} holds too few different pictures for {count} films")
            parts.append([path, False, length])
            left -= length
        chance.shuffle(parts)
        recipes.append(parts)
    saved.write_text(json.dumps(recipes, indent=1), encoding="utf-8")
    return recipes


def distinct(paths, radius, arguments):
    """Those of `paths`, in order, that show nothing within `radius` bits of an earlier one, in any turn, and
    have a fingerprint of enough quality at all."""
    command = [tools.vestige(), "fingerprint", "--format", "jsonl", "--variants", *arguments, *paths]
    by_path = {}
    for line in tools.run(command, accept=(0, 1)).output.splitlines():
        line = json.loads(line)
        if line["quality"] >= MIN_QUALITY:
            turned = {line["hash"], *line["variants"].values()}
            mine = by_path.setdefault(line["path"], ([], []))
            mine[0].append(int(line["hash"], 16))
            mine[1].extend(int(code, 16) for code in turned)
    kept, taken = [], []
    for path in paths:
        upright, turned = by_path.get(path, ([], []))
        if upright and all((a ^ b).bit_count() > radius for a in turned for b in taken):
            kept.append(path)
            taken += upright
    return kept


def compose(recipe, number, target):
    """One film of its parts, encoded as its number says."""
    inputs, graph = [], []
    for k, (path, is_film, length) in enumerate(recipe):
        if is_film:
            inputs += ["-t", f"{length}", "-i", path]
            moving = (
                f"fps={making.RATE},scale={WIDTH}:{HEIGHT}:force_original_aspect_ratio=increase,"
                f"crop={WIDTH}:{HEIGHT},tpad=stop_mode=clone:stop_duration=3"
            )
        else:
            inputs += ["-i", path]
            part = f"t/{length}" if k % 2 else f"(1-t/{length})"
            wide, high = WIDTH * 5 // 4, HEIGHT * 5 // 4
            moving = (
                f"scale={wide}:{high}:force_original_aspect_ratio=increase,setsar=1,format=yuv420p,"
                f"loop=loop=-1:size=1,setpts=N/{making.RATE}/TB,fps={making.RATE},"
                f"trim=duration={length},"
                f"crop={WIDTH}:{HEIGHT}:(iw-ow)*{part}:(ih-oh)*{part},noise=alls=4:allf=t:all_seed={k}"
            )
        graph.append(f"[{k}:v]{moving},setsar=1,trim=duration={length},setpts=PTS-STARTPTS,format=yuv420p[p{k}]")
    joined = "".join(f"[p{k}]" for k in range(len(recipe)))
    graph.append(f"{joined}concat=n={len(recipe)}:v=1[out]")
    return making.ffmpeg(
        [*inputs, "-filter_complex", ";".join(graph), "-map", "[out]", "-an", "-t", LENGTH]
        + ["-c:v", "libx264", "-preset", "veryfast", "-crf", "21", *GROUPS[number % len(GROUPS)][1]],
        target,
    )


def link(paths, folder):
    """A folder with just these files."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in paths:
        os.link(path, folder / pathlib.Path(path).name)
    return folder
