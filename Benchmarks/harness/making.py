"""Making films with the `ffmpeg` command line tool: what `films` and `alignment` share."""

import json
import os
import pathlib
import shutil
import subprocess

from . import tools

RATE = 25


def need_ffmpeg(encoders=()):
    """Stops if the tools, or encoders that will be used, are missing."""
    for name in ("ffmpeg", "ffprobe"):
        if not shutil.which(name):
            raise tools.Stop(f"{name} is not there: install FFmpeg's command line tools")
    if encoders:
        known = subprocess.run(
            ["ffmpeg", "-v", "error", "-encoders"], capture_output=True, text=True, check=True
        ).stdout
        missing = [name for name in encoders if f" {name} " not in known]
        if missing:
            raise tools.Stop(f"this ffmpeg has no encoder {', '.join(missing)}")


def ffmpeg_version():
    line = subprocess.run(["ffmpeg", "-version"], capture_output=True, text=True, check=True).stdout
    return line.split()[2]


def cache(options):
    """Where made films are kept: each is made once."""
    default = os.environ.get("VESTIGE_FILMS_CACHE") or "~/.cache/vestige-bench-films"
    folder = pathlib.Path(options.cache or default).expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def cache_option(parser):
    parser.add_argument(
        "--cache",
        metavar="DIR",
        help="where made films are kept (default: $VESTIGE_FILMS_CACHE or ~/.cache/vestige-bench-films)",
    )


def ffmpeg(arguments, target):
    """Makes `target`, under another name until it is whole, so that a run that was stopped leaves
    no half film in the cache."""
    target = pathlib.Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.stem}.partial{target.suffix}")
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", *(str(a) for a in arguments)]
    done = subprocess.run([*command, str(partial)], capture_output=True, text=True, check=False)
    if done.returncode != 0 or not partial.exists() or partial.stat().st_size == 0:
        partial.unlink(missing_ok=True)
        tail = "\n".join(done.stderr.strip().splitlines()[-6:])
        raise tools.Stop(f"ffmpeg could not make {target}:\n{tail}")
    partial.rename(target)
    return target


def facts(path):
    """Width, height, and length in seconds of a film's first video stream; None if there is none.

    The length is 0 where the file does not say it.
    """
    command = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-of", "json"]
    command += ["-show_entries", "stream=width,height,duration:format=duration", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        told = json.loads(done.stdout)
        stream = told["streams"][0]
        length = told.get("format", {}).get("duration") or stream.get("duration") or 0
        return int(stream["width"]), int(stream["height"]), float(length)
    except (ValueError, KeyError, IndexError):
        return None


def real_films(folder, shortest):
    """The films below a folder that are `shortest` seconds or longer: path, width, height, length."""
    if not pathlib.Path(folder).is_dir():
        raise tools.Stop(f"{folder} is no folder of films")
    found = []
    for path in tools.files_below(folder):
        told = facts(path)
        if told and told[2] >= shortest and min(told[:2]) >= 200:
            found.append((path, *told))
    return found
