"""Edited copies of films for `alignment`, each with what it shows of which film, and when."""

import concurrent.futures
import dataclasses
import itertools
import re

from . import making, tools
from .originals import HEIGHT, LENGTH, WIDTH

X264 = "-c:v libx264 -preset veryfast -pix_fmt yuv420p -crf {crf}"
OUT = X264.format(crf=26)
X265 = "-c:v libx265 -preset ultrafast -crf 30 -pix_fmt yuv420p -tag:v hvc1 -x265-params log-level=error:pools=1"
# What is added before, behind or between: seconds of a film that is not stored.
ADDED = 8


@dataclasses.dataclass(frozen=True)
class Piece:
    """Seconds of an original, `start` to `end`, that a copy shows from `at` on."""

    source: int
    start: float
    end: float
    at: float
    speed: float = 1

    @property
    def until(self):
        return self.at + (self.end - self.start) / self.speed


@dataclasses.dataclass(frozen=True)
class Edit:
    """How a copy is made: a group and a strength, a filter or a whole graph, and the encoder."""

    group: str
    strength: str
    filters: str = "null"
    encoder: str = OUT
    suffix: str = "mp4"
    # Seconds of the original, whole if None; the speed; what is laid over, or added.
    cut: tuple = None
    speed: float = 1
    overlay: str = ""
    added: str = ""
    # Part of the quick choice.
    quick: bool = False

    @property
    def name(self):
        return f"{self.group}-{self.strength}".replace(" ", "-")


def edits():
    """All that are known."""
    listed = [
        Edit("crf", str(crf), encoder=X264.format(crf=crf), quick=crf in (28, 45)) for crf in (18, 28, 35, 40, 45)
    ]
    listed += [
        Edit("codec", "hevc", encoder=X265, quick=True),
        Edit("codec", "vp9", encoder="-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -crf 40 -b:v 0", suffix="webm"),
        Edit("codec", "av1", encoder="-c:v libsvtav1 -preset 12 -crf 45 -svtav1-params lp=2", suffix="mkv"),
        Edit("codec", "mpeg4", encoder="-c:v mpeg4 -q:v 8", suffix="avi"),
        Edit("codec", "mpeg2", encoder="-c:v mpeg2video -q:v 8", suffix="mpg"),
    ]
    listed += [
        Edit("scale", s, f"scale=trunc(iw*{s}/2)*2:trunc(ih*{s}/2)*2", quick=s == "0.5") for s in ("0.25", "0.5", "1.5")
    ]
    listed += [Edit("rate", f"{r}", f"fps={r}", quick=r == 15) for r in (10, 15, 24, 60)]
    listed += [
        Edit("group", f"{g}", encoder=f"{OUT} -g {g} -keyint_min {g} -sc_threshold 0", quick=g == 600)
        for g in (1, 12, 600)
    ]
    third = LENGTH / 3
    listed += [
        Edit("third", n, cut=(k * third, (k + 1) * third), quick=n == "middle")
        for k, n in enumerate(("first", "middle", "last"))
    ]
    listed += [Edit("ten seconds", f"from {s}", cut=(s, s + 10), quick=s == 25) for s in (7, 25, 43)]
    listed += [
        Edit("letterbox", "bars", "pad=iw:ceil(ih*1.3/2)*2:0:(oh-ih)/2", quick=True),
        Edit("letterbox", "pillars", "pad=ceil(iw*1.33/2)*2:ih:(ow-iw)/2:0"),
        Edit("logo", "corner", overlay="logo", quick=True),
        Edit("subtitles", "two lines", overlay="subtitles", quick=True),
        Edit("mirror", "h", "hflip", quick=True),
        Edit("crop", "4 percent", "crop=trunc(iw*0.96/2)*2:trunc(ih*0.96/2)*2"),
    ]
    listed += [
        Edit("speed", f"{s}", f"setpts=PTS/{s},fps={making.RATE}", speed=s, quick=s in (0.9, 1.1))
        for s in (0.9, 0.96, 1.04, 1.1)
    ]
    listed += [
        Edit("added", "intro", added="intro", quick=True),
        Edit("added", "outro", added="outro"),
        Edit("added", "inserted", added="inserted", quick=True),
        Edit("compilation", "of three", added="compilation", quick=True),
        Edit("dropped", "every third", "select='mod(n,3)'", f"-fps_mode vfr {OUT}", quick=True),
        Edit("dropped", "30 percent", "select='gt(random(5),0.3)'", f"-fps_mode vfr {OUT}"),
    ]
    return listed


@dataclasses.dataclass(frozen=True)
class Copy:
    """A copy that was made: its file, how, and what it shows."""

    path: str
    edit: Edit
    original: int
    truth: tuple


def make(folder, films, stranger, overlays, chosen, groups, jobs):
    """Makes every chosen copy of every film once.

    `groups` names lists of numbers into `films`: a compilation takes its films from one of them, so
    that copies for tuning and those held out share nothing. `stranger` is a film that is not stored.
    """
    copies, work = [], []
    for numbers in groups:
        for place, number in enumerate(numbers):
            near = [numbers[(place + k) % len(numbers)] for k in range(min(3, len(numbers)))]
            for edit in chosen:
                target = folder / f"{films[number].stem}--{edit.name}.{edit.suffix}"
                if edit.added:
                    # What it is made of besides belongs to its name, since copies are kept.
                    others = [films[k] for k in near[1:]] if edit.added == "compilation" else [stranger]
                    also = "-".join(film.stem.split("-")[-1] for film in others)
                    target = target.with_stem(f"{target.stem}-{also}")
                copies.append(Copy(str(target), edit, number, truth(edit, near)))
                if not target.exists():
                    arguments = command(edit, films, near, stranger, overlays)
                    work.append((arguments, target))
    with concurrent.futures.ThreadPoolExecutor(jobs) as threads:
        for count in itertools.count(1):
            batch, work = work[:20], work[20:]
            if not batch:
                break
            list(threads.map(lambda one: making.ffmpeg(*one), batch))
            print(f"  made {count * 20 - 20 + len(batch)} copies, {len(work)} to go", flush=True)
    return copies


def truth(edit, near):
    """Which seconds of which film the copy shows."""
    number, half = near[0], LENGTH / 2
    if edit.added == "compilation":
        part = LENGTH / 4
        return tuple(Piece(n, part * (k + 0.5), part * (k + 1.5), part * k) for k, n in enumerate(near))
    if edit.added == "intro":
        return (Piece(number, 0, LENGTH, ADDED),)
    if edit.added == "inserted":
        return (Piece(number, 0, half, 0), Piece(number, half, LENGTH, half + ADDED))
    start, end = edit.cut or (0, LENGTH)
    return (Piece(number, start, end, 0, edit.speed),)


def command(edit, films, near, stranger, overlays):
    """What FFmpeg is asked for."""
    film = films[near[0]]
    encoder = ["-an", *edit.encoder.split()]
    if edit.cut:
        start, end = edit.cut
        return ["-ss", start, "-t", end - start, "-i", film, "-vf", edit.filters, *encoder]
    if edit.overlay == "logo":
        inputs = ["-i", film, "-i", overlays / "logo.png"]
        return [*inputs, "-filter_complex", "[0:v][1:v]overlay", *encoder]
    if edit.overlay == "subtitles":
        inputs, graph, last = ["-i", film], [], "0:v"
        for k in range(5):
            inputs += ["-i", overlays / f"subtitle-{k}.png"]
            graph.append(f"[{last}][{k + 1}:v]overlay=enable='between(mod(t,20),{4 * k},{4 * k + 3})'[o{k}]")
            last = f"o{k}"
        return [*inputs, "-filter_complex", ";".join(graph), "-map", f"[{last}]", *encoder]
    if edit.added:
        return ["-filter_complex", *joined(edit, films, near, stranger), "-map", "[out]", *encoder]
    return ["-i", film, "-vf", edit.filters, *encoder]


def joined(edit, films, near, stranger):
    """The graph of a copy that consists of parts, and its inputs' options behind it."""
    parts = [(films[p.source], p.start, p.end) for p in truth(edit, near)]
    other = (stranger, 20, 20 + ADDED)
    place = {"intro": 0, "outro": 1, "inserted": 1}.get(edit.added)
    if place is not None:
        parts.insert(place, other)
    # `movie` sources would need quoting of paths; inputs do not.
    inputs, graph = [], []
    for k, (path, start, end) in enumerate(parts):
        inputs += ["-i", path]
        graph.append(
            f"[{k}:v]trim={start}:{end},setpts=PTS-STARTPTS,fps={making.RATE},scale={WIDTH}:{HEIGHT},setsar=1[p{k}]"
        )
    graph.append("".join(f"[p{k}]" for k in range(len(parts))) + f"concat=n={len(parts)}:v=1[out]")
    return [";".join(graph), *inputs]


def choose(only, quick):
    """The edits that were asked for: those whose name matches, or the quick choice."""
    chosen = [e for e in edits() if (not only or re.search(only, e.name)) and (e.quick or not quick)]
    if not chosen:
        raise tools.Stop(f"no edit is named like {only}: {', '.join(e.name for e in edits())}")
    return chosen
