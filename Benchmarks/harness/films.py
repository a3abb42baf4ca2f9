"""`films`: what films cost, by codec and distance of keyframes, against FFmpeg's bare decode and vpdq."""

import pathlib
import tempfile

from . import making, tools
from .tools import table, verdict

# The part of a film that is encoded: two groups of 600 pictures. It is repeated without re-encoding.
PART = 1200
SCENE = 6
# `Worker.wholeFileLimit`: files up to this size are read once.
WHOLE_FILE = 96 << 20
WANTED_KEYFRAMES = 1.3
WANTED_COVERING = 8.0
WANTED_DECODE = 1.1
WANTED_POSTINGS = 1500

X265 = "log-level=error:scenecut=0:keyint={gop}:min-keyint={gop}:pools=1:frame-threads=1"
# Codec: container, encoder, its options, {gop} pictures from one keyframe to the next.
CODECS = {
    "h264": ("mp4", "libx264", "-preset veryfast -b:v 5M -g {gop} -keyint_min {gop} -sc_threshold 0"),
    "hevc": ("mp4", "libx265", "-preset superfast -b:v 4M -tag:v hvc1 -x265-params " + X265),
    "vp9": ("mkv", "libvpx-vp9", "-deadline realtime -cpu-used 7 -b:v 4M -g {gop} -keyint_min {gop}"),
    "av1": ("mkv", "libsvtav1", "-preset 11 -b:v 4M -g {gop} -svtav1-params scd=0:lp=2"),
    "mpeg4": ("mp4", "mpeg4", "-b:v 8M -bf 2 -g {gop} -sc_threshold 1000000000"),
}
INTRA = ("mp4", "libx264", "-preset veryfast -b:v 25M -g 1 -bf 0")
FILMS = {f"{codec}-{gop}": (codec, gop) for codec in CODECS for gop in (60, 600)}
FILMS = {"h264-60": ("h264", 60), "h264-600": ("h264", 600), "h264-intra": ("h264", 1)} | FILMS


def options(parser):
    parser.description = (
        "Makes 1080p films of scenes of real films, and compares the CPU time of their fingerprints "
        "with that of FFmpeg's bare decode, of keyframes and of all, and of vpdq."
    )
    parser.add_argument("--corpus", required=True, metavar="DIR", help="a folder of real films")
    making.cache_option(parser)
    parser.add_argument("--seconds", type=int, default=300, help="length of the films (300)")
    parser.add_argument("--films", default=",".join(FILMS), help=f"which of {', '.join(FILMS)}; default all")
    parser.add_argument("--rounds", type=int, default=3, help="the least of these counts (3)")
    parser.add_argument("--make-only", action="store_true", help="make the films and measure nothing")
    parser.add_argument("--without", default="", metavar="NAMES", help="contenders left out: vpdq, decode")


def main(options):
    names = options.films.split(",")
    unknown = [name for name in names if name not in FILMS]
    if unknown:
        raise tools.Stop(f"no such film: {', '.join(unknown)}; there are {', '.join(FILMS)}")
    making.need_ffmpeg(sorted({CODECS[FILMS[name][0]][1] for name in names}))
    folder = making.cache(options)
    if options.make_only:
        for name in names:
            print(make_film(folder, options.corpus, name, options.seconds))
        return {}
    tools.vestige()
    without = set(filter(None, options.without.split(",")))
    if without - {"vpdq", "decode"}:
        raise tools.Stop("--without takes vpdq and decode")
    if "vpdq" not in without:
        tools.peer_python()
    results = {}
    for name in names:
        film = make_film(folder, options.corpus, name, options.seconds)
        results[name] = measure(name, film, options, without)
    summary(results, options)
    return {"ffmpeg": making.ffmpeg_version(), "seconds": options.seconds, "films": results}


def measure(name, film, options, without):
    with tempfile.TemporaryDirectory(prefix="vestige-films-", dir=film.parent) as scratch:
        unreadable = disguise(film, pathlib.Path(scratch) / "film.bin")
        # Some decoders, of VP9 and AV1, skip nothing when they are told to.
        alone = pathlib.Path(scratch) / f"keyframes{film.suffix}"
        making.ffmpeg(["-i", film, "-an", "-c", "copy", "-bsf:v", "noise=drop=not(key)"], alone)
        postings = {}

        def fingerprint(path, kind, *arguments, accept=(0,)):
            done = tools.run(
                [tools.vestige(), "fingerprint", "--workers", "1", "--format", "jsonl"] + [*arguments, path],
                accept=accept,
            )
            postings[kind] = len(done.output.splitlines())
            return done

        def decode(*input_options, path=film):
            command = ["ffmpeg", "-v", "error", "-nostdin", *input_options]
            return tools.run([*command, "-i", path, "-an", "-f", "null", "-"])

        keyframes = ["--extraction", "keyframes"]
        skip = ["-threads", "1", "-skip_frame", "nokey"]
        contenders = {
            "keyframes": lambda: fingerprint(film, "keyframes", *keyframes),
            "ffmpeg, skip": lambda: decode(*skip),
            "ffmpeg, discard": lambda: decode(*skip, "-discard", "nokey"),
            "ffmpeg, alone": lambda: decode("-threads", "1", path=alone),
            "covering": lambda: fingerprint(film, "covering"),
            "digests": lambda: fingerprint(unreadable, "digests", accept=(0, 1)),
        }
        if "decode" not in without:
            contenders["ffmpeg, all"] = lambda: decode("-threads", "1")
        if "vpdq" not in without:
            contenders["vpdq"] = lambda: Called(tools.run(tools.peer("vpdq_film.py", film)).json())
        # Once before: all contenders find the film in memory.
        fingerprint(unreadable, "digests", accept=(0, 1))
        print(f"{name}: {film}", flush=True)
        runs = tools.alternating(options.rounds, contenders)
    if postings["digests"]:
        raise tools.Stop("the film without a head was decoded: its time is not that of the digests")
    cpu = {kind: min(run.cpu for run in all_runs) for kind, all_runs in runs.items()}
    read = {kind: min(run.read for run in runs[kind]) for kind in ("keyframes", "covering", "digests")}
    result = {
        "bytes": film.stat().st_size,
        "seconds": making.facts(film)[2],
        "cpu": cpu,
        "read_for_decoding": {kind: read[kind] - read["digests"] for kind in ("keyframes", "covering")},
        "postings": {kind: postings[kind] for kind in ("keyframes", "covering")},
    }
    if "vpdq" in runs:
        result["postings"]["vpdq"] = runs["vpdq"][0].pictures
    # The tables come at the end, which may be an hour away.
    told = ", ".join(f"{kind} {value:.2f}" for kind, value in cpu.items())
    read = ", ".join(f"{kind} {count / 1e6:.1f}" for kind, count in result["read_for_decoding"].items())
    print(f"  CPU s: {told}; MB read for decoding: {read}; fingerprints: {result['postings']}", flush=True)
    return result


class Called:
    """What vpdq's call took, without the interpreter's start."""

    def __init__(self, told):
        self.cpu, self.pictures = told["cpu_ms"] / 1e3, told["pictures"]


def disguise(film, target):
    """A copy with the head of a compressed file: it is read and digested as the film is, but not
    decoded. What that takes is the share of the digests, with the program's start."""
    with open(film, "rb") as source, open(target, "wb") as copy:
        head = source.read(4096)
        copy.write(b"\x1f\x8b\x08" + b"\0" * (len(head) - 3))
        while piece := source.read(1 << 22):
            copy.write(piece)
    return target


def summary(results, options):
    def per_second(result, kind):
        value = result["cpu"].get(kind)
        return f"{value / result['seconds'] * 1e3:.2f}" if value is not None else "-"

    kinds = ["digests", "keyframes", "ffmpeg, skip", "ffmpeg, discard", "ffmpeg, alone", "covering", "ffmpeg, all"]
    kinds.append("vpdq")
    table(
        f"CPU milliseconds per second of film, least of {options.rounds} rounds",
        ["", *kinds],
        [[name, *(per_second(r, kind) for kind in kinds)] for name, r in results.items()],
    )
    rows = []
    for name, result in results.items():
        cpu, hours = result["cpu"], result["seconds"] / 3600
        floor = min(cpu["ffmpeg, skip"], cpu["ffmpeg, discard"])
        whole, bare = cpu["keyframes"] / floor, (cpu["keyframes"] - cpu["digests"]) / floor
        result["ratios"] = ratios = {"keyframes": whole, "keyframes without digests": bare}
        ratios["keyframes, to keyframes alone"] = cpu["keyframes"] / cpu["ffmpeg, alone"]
        row = [name, mark(whole, WANTED_KEYFRAMES, False), mark(bare, WANTED_KEYFRAMES, False)]
        row.append(f"{ratios['keyframes, to keyframes alone']:.2f}")
        gop = FILMS[name][1]
        if "vpdq" in cpu:
            ratios["vpdq"] = cpu["vpdq"] / cpu["covering"]
            row.append(mark(ratios["vpdq"], WANTED_COVERING if gop == 60 else None, True))
        else:
            row.append("-")
        if "ffmpeg, all" in cpu:
            ratios["decode"] = cpu["covering"] / cpu["ffmpeg, all"]
            row.append(mark(ratios["decode"], WANTED_DECODE if gop == 600 else None, False))
        else:
            row.append("-")
        hourly = {kind: count / hours for kind, count in result["postings"].items()}
        ratios["postings an hour"] = hourly
        row.append(f"{hourly['keyframes']:,.0f}")
        row.append(mark(hourly["covering"], WANTED_POSTINGS, False, "{:,.0f}"))
        for kind in ("keyframes", "covering"):
            # What fits a worker's memory is read once, for the digests, and decoded from there.
            share = max(0, result["read_for_decoding"][kind]) / result["bytes"]
            row.append("memory" if result["bytes"] <= WHOLE_FILE else f"{share * 100:.1f} %")
        row.append(f"{result['bytes'] / 1e6:,.0f}")
        rows.append(row)
    table(
        "keyframes (with and without the digests) by FFmpeg's cheapest keyframe decode, and by the decode of a file of "
        "keyframes alone; vpdq by covering; "
        "covering by FFmpeg's decode of all; fingerprints an hour; bytes read for decoding",
        [
            "",
            "keyfr.",
            "no digests",
            "alone",
            "vpdq/cov.",
            "cov./all",
            "kf./h",
            "cov./h",
            "kf. read",
            "cov. read",
            "MB",
        ],
        rows,
    )
    print(
        f"  wanted: keyframes <= {WANTED_KEYFRAMES}; at 60 pictures a group vpdq/covering >= {WANTED_COVERING:g}; "
        f"at 600 covering/all <= {WANTED_DECODE}; covering <= {WANTED_POSTINGS:,} fingerprints an hour"
    )


def mark(value, wanted, at_least, form="{:.2f}"):
    """A figure with its verdict, if something was wanted of it."""
    text = form.format(value)
    return text if wanted is None else f"{text} {verdict(value, wanted, at_least)}"


def make_film(folder, corpus, name, seconds):
    """A 1080p film at 25 pictures a second, of `seconds`, made once."""
    codec, gop = FILMS[name]
    suffix, encoder, settings = INTRA if gop == 1 else CODECS[codec]
    film = folder / f"{name}-{seconds}.{suffix}"
    if film.exists():
        return film
    part = folder / f"{name}-part.{suffix}"
    if not part.exists():
        source = make_source(folder, corpus)
        settings = settings.format(gop=gop).split()
        print(f"making {part}", flush=True)
        making.ffmpeg(["-i", source, "-an", "-pix_fmt", "yuv420p", "-c:v", encoder, *settings], part)
    times = -(-seconds * making.RATE // PART)
    listing = folder / f"{name}-list.txt"
    listing.write_text(f"file '{part}'\n" * times, encoding="utf-8")
    joined = ["-f", "concat", "-safe", "0", "-i", listing, "-t", seconds, "-c", "copy"]
    return making.ffmpeg(joined, film)


def make_source(folder, corpus):
    """Scenes of six seconds of different real films, 1080p, nearly without loss.

    The grain makes up for what enlarging smooths away: without it most of these films would cost a
    decoder much less than films of that size do.
    """
    source = folder / "source.mkv"
    if source.exists():
        return source
    count = PART // making.RATE // SCENE
    films = sorted(making.real_films(corpus, SCENE), key=lambda f: (-f[1] * f[2], f[0]))[:count]
    if not films:
        raise tools.Stop(f"{corpus} holds no film of {SCENE} seconds and 200 lines or more")
    inputs, parts = [], []
    for number in range(count):
        path, _, _, length = films[number % len(films)]
        # A film that is used again goes on where its last scene ended, as far as it goes.
        start = min(SCENE * (number // len(films)), max(0, length - SCENE - 0.5))
        inputs += ["-ss", f"{start:.2f}", "-t", SCENE, "-i", path]
        parts.append(
            f"[{number}:v]fps={making.RATE},scale=1920:1080:force_original_aspect_ratio=increase,"
            f"crop=1920:1080,setsar=1,tpad=stop_mode=clone:stop_duration={SCENE},"
            f"trim=duration={SCENE},setpts=PTS-STARTPTS,format=yuv420p[s{number}]"
        )
    joined = "".join(f"[s{number}]" for number in range(count))
    graph = ";".join(parts) + f";{joined}concat=n={count}:v=1,noise=alls=4:allf=t:all_seed=1[out]"
    print(f"making {source} of {', '.join(pathlib.Path(f[0]).name for f in films)}", flush=True)
    return making.ffmpeg(
        [*inputs, "-filter_complex", graph, "-map", "[out]", "-frames:v", PART, "-an"]
        + ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-bf", "0"],
        source,
    )
