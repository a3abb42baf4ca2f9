#!/usr/bin/env python3
"""Makes the sample media, their ground truth and their expected fingerprints.

    python3 Samples/generate.py [--check]

Only maintainers run this: what it makes is committed. Everything comes from the scenes drawn in
scenes.py and from fixed seeds, so the same versions of the tools give the same bytes.

Needs Python 3.10 or later with Pillow (with AVIF), numpy, pillow-heif, pdqhash and
opencv-python-headless, and the ffmpeg command line tool with libx264, libvpx and libaom.

Writes, beside itself:
  known/                     the originals to query with
  archive/                   a little "seized" tree: edited copies, unrelated pictures, oddities
  ground_truth.csv           one row per file: file, sha256, kind, source, edit, expected, distance
  expected_fingerprints.csv  the reference's fingerprint of each JPEG and PNG: file, hash, quality

It stops if a base picture is too plain (quality under 80), if two unrelated pictures come closer
than 60 bits, or if a copy that is declared a match is over 31 bits from its source.
--check verifies the committed files against the tables instead, and writes nothing.
"""

import argparse
import csv
import hashlib
import io
import math
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

import cv2
import numpy as np
import pdqhash
import pillow_heif
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import scenes  # noqa: E402

pillow_heif.register_heif_opener()

HERE = pathlib.Path(__file__).resolve().parent
RADIUS = 31
UNRELATED = 60
LARGE = ("harbour", "lake")
KNOWN = [name for name in scenes.SCENES if name not in ("room", "fairground")]
FFMPEG = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-threads", "1"]


# --- making files -------------------------------------------------------------------------------


def jpeg(picture, quality=72, **options):
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, **options)
    return out.getvalue()


def encoded(picture, name, **options):
    out = io.BytesIO()
    picture.save(out, name, **options)
    return out.getvalue()


def through_ffmpeg(picture, suffix, *options):
    """A still picture in a format or with options that Pillow cannot write."""
    raw = picture.convert("RGB")
    command = FFMPEG + [
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-s",
        f"{raw.width}x{raw.height}",
        "-i",
        "-",
        "-frames:v",
        "1",
        *options,
        "-bitexact",
        "-f",
        suffix,
        "-",
    ]
    return subprocess.run(command, input=raw.tobytes(), stdout=subprocess.PIPE, check=True).stdout


def sized(picture, width, height):
    return picture.resize((width, height), Image.LANCZOS)


def with_rounded_corners(picture):
    mask = Image.new("L", picture.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle(
        [2, 2, picture.width - 3, picture.height - 3], 26, fill=255
    )
    cut = picture.convert("RGBA")
    cut.putalpha(mask.filter(ImageFilter.GaussianBlur(1.5)))
    return cut


def with_caption(picture):
    marked = picture.copy()
    pen = ImageDraw.Draw(marked)
    font = ImageFont.load_default(size=picture.height // 22)
    pen.text(
        (picture.width * 0.60, picture.height * 0.935),
        "photo: example.org",
        "white",
        font,
        stroke_width=1,
        stroke_fill="black",
    )
    pen.rounded_rectangle([10, 10, 70, 44], 8, fill=(226, 60, 50))
    pen.text((20, 14), "GO", "white", font)
    return marked


def cropped(picture, share):
    x, y = round(picture.width * share / 2), round(picture.height * share / 2)
    return picture.crop((x, y, picture.width - x, picture.height - y)).resize(
        picture.size, Image.LANCZOS
    )


def turned_by_tag(picture):
    """Pixels stored lying down; the EXIF tag tells a viewer to stand them up again."""
    tag = Image.Exif()
    tag[0x0112] = 6
    return jpeg(picture.transpose(Image.Transpose.ROTATE_90), 78, exif=tag)


def animated(pictures, name, **options):
    first, *rest = pictures
    return encoded(first, name, save_all=True, append_images=rest, duration=400, loop=0, **options)


def swaying(picture, count=3):
    """The picture and versions of it in which something moved, as an animation's frames."""
    frames = []
    for k in range(count):
        frame = picture.copy()
        x = 20 + k * picture.width // 8
        ImageDraw.Draw(frame).ellipse([x, 12, x + 14, 24], fill=(250, 240, 120))
        frames.append(frame)
    return frames


def film(plan, width, height, rate=12):
    """Frames of a film: each shot moves a window over a scene, with a bird flying through.

    `plan` is a list of (scene, seconds, from, to); a window is (centre x, centre y, width), all as
    shares of the scene.
    """
    for number, (scene, seconds, start, end) in enumerate(plan):
        base = scenes.SCENES[scene](960, 720, 500 + number)
        count = round(seconds * rate)
        for k in range(count):
            # A shot begins and ends slowly, as a hand moves a camera.
            part = 0.5 - 0.5 * math.cos(math.pi * k / max(1, count - 1))
            x, y, wide = (a + (b - a) * part for a, b in zip(start, end))
            box = [
                (x - wide / 2) * 960,
                (y - wide / 2) * 720,
                (x + wide / 2) * 960,
                (y + wide / 2) * 720,
            ]
            frame = base.resize((width, height), Image.BICUBIC, box=box)
            pen = ImageDraw.Draw(frame)
            bird, level = width * (0.1 + 0.8 * k / count), height * (0.25 + 0.05 * math.sin(k / 2))
            flap = 5 * math.sin(k)
            pen.line(
                [(bird - 10, level - flap), (bird, level), (bird + 10, level - flap)],
                (30, 30, 36),
                3,
            )
            yield frame


def encoded_film(frames, path, width, height, *options, rate=12):
    command = FFMPEG + [
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-s",
        f"{width}x{height}",
        "-r",
        str(rate),
        "-i",
        "-",
        "-pix_fmt",
        "yuv420p",
        "-threads",
        "1",
        *options,
        "-map_metadata",
        "-1",
        "-fflags",
        "+bitexact",
        "-flags:v",
        "+bitexact",
        str(path),
    ]
    raw = b"".join(frame.tobytes() for frame in frames)
    subprocess.run(command, input=raw, check=True)


def reencoded_film(source, path, *options):
    command = FFMPEG + [
        "-i",
        str(source),
        "-threads",
        "1",
        *options,
        "-map_metadata",
        "-1",
        "-fflags",
        "+bitexact",
        "-flags:v",
        "+bitexact",
        str(path),
    ]
    subprocess.run(command, check=True)


REGATTA = [
    ("harbour", 3.0, (0.36, 0.62, 0.62), (0.62, 0.62, 0.62)),
    ("lighthouse", 2.5, (0.62, 0.45, 0.7), (0.68, 0.4, 0.5)),
    ("lake", 2.5, (0.60, 0.60, 0.66), (0.4, 0.62, 0.66)),
]
MARKET_DAY = [
    ("market", 3.0, (0.34, 0.62, 0.6), (0.64, 0.62, 0.6)),
    ("town", 2.0, (0.5, 0.5, 0.8), (0.5, 0.5, 0.55)),
    ("fairground", 2.0, (0.36, 0.42, 0.7), (0.60, 0.56, 0.7)),
]
RAILWAY = [
    ("train", 3.0, (0.36, 0.6, 0.64), (0.62, 0.6, 0.64)),
    ("castle", 2.0, (0.5, 0.4, 0.55), (0.5, 0.42, 0.75)),
    ("balloons", 2.0, (0.36, 0.4, 0.66), (0.6, 0.45, 0.66)),
]


def make(base):
    """Writes both trees; returns a row per file: file, kind, source, edit, expected."""
    rows = []

    def put(file, data, kind, source, edit, expected):
        path = HERE / file
        path.parent.mkdir(parents=True, exist_ok=True)
        if data is not None:
            path.write_bytes(data)
        rows.append(dict(file=file, kind=kind, source=source, edit=edit, expected=expected))

    for name in KNOWN:
        put(
            f"known/{name}.jpg",
            jpeg(base[name], 72 if name in LARGE else 76),
            "picture",
            "",
            "original",
            "",
        )

    # The copies are made from the known files as they were published, not from the drawings.
    p = {name: Image.open(HERE / f"known/{name}.jpg").convert("RGB") for name in KNOWN}
    p |= {name: base[name] for name in base if name not in KNOWN}
    camera, downloads = "archive/DCIM/100CAMRA", "archive/Downloads"
    match, turned, nothing = "match", "match-turned", "no-match"

    def picture(file, source, data, edit, expected=match):
        put(file, data, "picture", f"known/{source}.jpg" if source else "", edit, expected)

    picture(f"{camera}/IMG_0001.jpg", None, jpeg(p["room"], 78), "unrelated", nothing)
    picture(
        f"{camera}/IMG_0002.jpg",
        "harbour",
        jpeg(sized(p["harbour"], 1024, 768), 40),
        "rescaled, JPEG 40",
    )
    bright = ImageEnhance.Contrast(ImageEnhance.Brightness(p["lake"]).enhance(1.25)).enhance(0.9)
    picture(
        f"{camera}/IMG_0003.jpg", "lake", jpeg(sized(bright, 800, 600), 60), "brighter, rescaled"
    )
    picture(
        f"{camera}/IMG_0004.jpg",
        "windmill",
        turned_by_tag(sized(p["windmill"], 640, 480)),
        "stored lying, EXIF orientation 6",
        turned,
    )
    picture(f"{camera}/IMG_0005.jpg", None, jpeg(p["fairground"], 78), "unrelated", nothing)
    picture(
        f"{camera}/IMG_0006.jpg",
        "town",
        jpeg(sized(p["town"], 600, 450), 70, progressive=True),
        "rescaled, progressive JPEG",
    )
    picture(
        f"{camera}/IMG_0007.jpg",
        "snow-village",
        jpeg(ImageOps.mirror(sized(p["snow-village"], 640, 480)), 60),
        "mirrored, JPEG 60",
        turned,
    )
    whole = jpeg(p["skyline"], 70)
    picture(
        f"{camera}/IMG_0008.jpg",
        "skyline",
        whole[: len(whole) * 6 // 10],
        "cut off after 60 % of the bytes",
        "partly",
    )
    picture(
        f"{camera}/IMG_0009.heic",
        "still-life",
        encoded(sized(p["still-life"], 640, 480), "HEIF", quality=45),
        "HEIC",
    )
    picture(
        f"{camera}/IMG_0010.jpg",
        "train",
        jpeg(ImageOps.grayscale(sized(p["train"], 640, 480)), 65),
        "gray JPEG",
    )
    picture(
        f"{camera}/IMG_0011.jpg",
        "market",
        jpeg(sized(p["market"], 480, 360).convert("CMYK"), 60),
        "CMYK JPEG",
    )
    picture(
        f"{camera}/IMG_0012.jpg",
        "lighthouse",
        jpeg(sized(p["lighthouse"], 640, 480).transpose(Image.Transpose.ROTATE_270), 65),
        "turned by 90 degrees",
        turned,
    )

    small = sized(p["harbour"], 320, 240)
    picture(
        f"{downloads}/harbour-128-colours.png",
        "harbour",
        encoded(small.quantize(128, dither=Image.Dither.NONE), "PNG", optimize=True),
        "rescaled, palette PNG",
    )
    picture(
        f"{downloads}/lake-16-bit.png",
        "lake",
        through_ffmpeg(
            sized(p["lake"], 160, 120), "image2pipe", "-c:v", "png", "-pix_fmt", "rgb48be"
        ),
        "rescaled, 16-bit PNG",
    )
    picture(
        f"{downloads}/sticker.png",
        "balloons",
        encoded(with_rounded_corners(sized(p["balloons"], 240, 180)), "PNG", optimize=True),
        "rescaled, PNG with transparent corners",
    )
    picture(
        f"{downloads}/still-life-interlaced.png",
        "still-life",
        through_ffmpeg(
            sized(p["still-life"], 200, 150), "image2pipe", "-c:v", "png", "-flags", "+ildct"
        ),
        "rescaled, interlaced PNG",
    )
    picture(
        f"{downloads}/market.webp",
        "market",
        encoded(sized(p["market"], 640, 480), "WEBP", quality=50),
        "WebP",
    )
    picture(
        f"{downloads}/market-wide.jpg",
        "market",
        jpeg(sized(p["market"], 640, 400), 55),
        "stretched by a fifth",
    )
    picture(
        f"{downloads}/snow-village.gif",
        "snow-village",
        encoded(sized(p["snow-village"], 240, 180).quantize(64, dither=Image.Dither.NONE), "GIF"),
        "GIF",
    )
    picture(
        f"{downloads}/thumbnail.bmp",
        "harbour",
        encoded(sized(p["harbour"], 160, 120).quantize(128, dither=Image.Dither.NONE), "BMP"),
        "thumbnail, palette BMP",
    )
    picture(
        f"{downloads}/scan.tif",
        "train",
        encoded(ImageOps.grayscale(sized(p["train"], 280, 210)), "TIFF", compression="tiff_lzw"),
        "gray TIFF",
    )
    picture(
        f"{downloads}/balloons.jp2",
        "balloons",
        encoded(
            sized(p["balloons"], 400, 300),
            "JPEG2000",
            quality_mode="rates",
            quality_layers=[24],
            irreversible=True,
        ),
        "JPEG 2000",
    )
    picture(
        f"{downloads}/balloons.avif",
        "balloons",
        encoded(sized(p["balloons"], 480, 360), "AVIF", quality=45, speed=6),
        "AVIF",
    )
    picture(
        f"{downloads}/skyline-soft.jpg",
        "skyline",
        jpeg(sized(p["skyline"], 640, 480).filter(ImageFilter.GaussianBlur(2)), 70),
        "blurred",
    )
    picture(
        f"{downloads}/windmill-crop.jpg",
        "windmill",
        jpeg(sized(cropped(p["windmill"], 0.02), 640, 480), 60),
        "cropped by 2 %",
    )
    picture(
        f"{downloads}/balloons-cropped.jpg",
        "balloons",
        jpeg(sized(cropped(p["balloons"], 0.2), 480, 360), 65),
        "cropped by 20 %: beyond what this fingerprint finds",
        nothing,
    )
    picture(
        f"{downloads}/lighthouse-shared.jpg",
        "lighthouse",
        jpeg(with_caption(sized(p["lighthouse"], 640, 480)), 60),
        "caption and logo",
    )
    picture(
        f"{downloads}/été à la mer.jpg",
        "harbour",
        jpeg(sized(p["harbour"], 480, 360), 25),
        "rescaled, JPEG 25",
    )
    copy = (HERE / f"{camera}/IMG_0002.jpg").read_bytes()
    picture(
        f"{downloads}/IMG_0002 (1).jpg", "harbour", copy, "byte for byte the same as IMG_0002.jpg"
    )

    # Names that lie: what counts is the content.
    picture(
        f"{downloads}/invoice.pdf",
        "lake",
        jpeg(sized(p["lake"], 480, 360), 50),
        "a JPEG named .pdf",
    )
    picture(
        f"{downloads}/holiday.jpg",
        "train",
        encoded(sized(p["train"], 480, 360), "WEBP", quality=40),
        "a WebP named .jpg",
    )
    picture(
        f"{downloads}/song.mp3",
        "still-life",
        encoded(sized(p["still-life"], 160, 120), "PNG", optimize=True),
        "a PNG named .mp3",
    )

    # Animations count as videos.
    def moving(file, source, data, edit):
        put(file, data, "video", f"known/{source}.jpg", edit, match)

    moving(
        f"{downloads}/windmill-animated.gif",
        "windmill",
        animated(
            [
                f.quantize(48, dither=Image.Dither.NONE)
                for f in swaying(sized(p["windmill"], 200, 150))
            ],
            "GIF",
            disposal=1,
        ),
        "animated GIF",
    )
    moving(
        f"{downloads}/town-animated.webp",
        "town",
        animated(swaying(sized(p["town"], 280, 210)), "WEBP", quality=45),
        "animated WebP",
    )
    moving(
        f"{downloads}/train-animated.png",
        "train",
        animated(
            [
                f.quantize(64, dither=Image.Dither.NONE).convert("RGB")
                for f in swaying(sized(p["train"], 200, 150), 2)
            ],
            "PNG",
        ),
        "animated PNG",
    )

    # Films.
    h264 = ["-c:v", "libx264", "-preset", "slow", "-g", "250", "-threads", "1"]
    encoded_film(film(REGATTA, 480, 360), HERE / "known/regatta.mp4", 480, 360, *h264, "-crf", "30")
    put("known/regatta.mp4", None, "video", "", "original", "")
    encoded_film(
        film(MARKET_DAY, 320, 240), HERE / "known/market-day.mp4", 320, 240, *h264, "-crf", "29"
    )
    put("known/market-day.mp4", None, "video", "", "original", "")
    media = "archive/DCIM/101MEDIA"
    (HERE / media).mkdir(parents=True)
    encoded_film(
        film(RAILWAY, 400, 300), HERE / f"{media}/MOV_0001.mp4", 400, 300, *h264, "-crf", "31"
    )
    put(f"{media}/MOV_0001.mp4", None, "video", "", "unrelated", nothing)
    reencoded_film(
        HERE / "known/regatta.mp4",
        HERE / f"{downloads}/regatta-forwarded.webm",
        "-vf",
        "scale=320:240",
        "-c:v",
        "libvpx-vp9",
        "-b:v",
        "0",
        "-crf",
        "42",
        "-g",
        "24",
        "-row-mt",
        "0",
    )
    put(
        f"{downloads}/regatta-forwarded.webm",
        None,
        "video",
        "known/regatta.mp4",
        "rescaled, VP9 in WebM",
        match,
    )
    reencoded_film(
        HERE / "known/market-day.mp4",
        HERE / f"{downloads}/market-clip.avi",
        "-ss",
        "2.5",
        "-t",
        "3",
        "-c:v",
        "mpeg4",
        "-q:v",
        "9",
        "-g",
        "24",
    )
    put(
        f"{downloads}/market-clip.avi",
        None,
        "video",
        "known/market-day.mp4",
        "3 seconds of it, MPEG-4 in AVI",
        match,
    )
    reencoded_film(
        HERE / "known/market-day.mp4", HERE / f"{media}/MOV_0002.mp4", *h264, "-crf", "38"
    )
    (HERE / f"{media}/MOV_0002.mp4").rename(HERE / f"{downloads}/evening.jpg")
    put(
        f"{downloads}/evening.jpg",
        None,
        "video",
        "known/market-day.mp4",
        "re-encoded, an MP4 named .jpg",
        match,
    )

    # What is lost or left out.
    put(
        f"{downloads}/interrupted.jpg",
        whole[:420],
        "picture",
        "",
        "a JPEG of which only the head is there",
        "fault",
    )
    put(
        f"{downloads}/overwritten.png",
        encoded(sized(p["room"], 64, 48), "PNG")[:8] + bytes(range(256)) * 4,
        "picture",
        "",
        "a PNG's signature before bytes that are none",
        "fault",
    )
    put(
        "archive/notes.txt",
        b"Pictures of the summer, sorted by camera.\nTo do: ask for the rest.\n",
        "other",
        "",
        "plain text",
        "skipped",
    )
    put(f"{downloads}/empty.jpg", b"", "other", "", "zero bytes", "skipped")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(
            zipfile.ZipInfo("album/harbour.jpg", (2024, 5, 4, 10, 0, 0)),
            jpeg(sized(p["harbour"], 160, 120), 40),
        )
    put(
        f"{downloads}/pictures.zip",
        packed.getvalue(),
        "other",
        "",
        "an archive with a picture in it",
        "container",
    )
    # A member: its bytes stand in the archive.
    rows.append(
        dict(
            file=f"{downloads}/pictures.zip/album/harbour.jpg",
            kind="picture",
            source="known/harbour.jpg",
            edit="rescaled, JPEG 40, in an archive",
            expected="match",
        )
    )
    return rows


# --- checking them with the reference -----------------------------------------------------------


def fingerprint(samples):
    bits, quality = pdqhash.compute(np.ascontiguousarray(samples))
    return bits.astype(bool), int(quality)


def variants(samples):
    return [
        bits.astype(bool) for bits in pdqhash.compute_dihedral(np.ascontiguousarray(samples))[0]
    ]


def pictures_of(path, kind):
    """What stands for a file: the picture, or an animation's frames, or a film's keyframes."""
    head = path.read_bytes()[:16]
    if (
        kind == "video"
        and not head.startswith((b"GIF8", b"\x89PNG", b"RIFF"))
        or head[8:12] == b"AVI "
    ):
        facts = subprocess.run(
            [
                "ffprobe",
                "-v",
                "error",
                "-select_streams",
                "v:0",
                "-show_entries",
                "stream=width,height",
                "-of",
                "csv=p=0",
                str(path),
            ],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout
        width, height = (int(side) for side in facts.strip().split(",")[:2])
        raw = subprocess.run(
            [
                "ffmpeg",
                "-v",
                "error",
                "-skip_frame",
                "nokey",
                "-i",
                str(path),
                "-fps_mode",
                "passthrough",
                "-f",
                "rawvideo",
                "-pix_fmt",
                "rgb24",
                "-",
            ],
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        return list(np.frombuffer(raw, np.uint8).reshape(-1, height, width, 3))
    picture = Image.open(path)
    frames = []
    for number in range(getattr(picture, "n_frames", 1) if kind == "video" else 1):
        picture.seek(number)
        frames.append(np.asarray(picture.convert("RGB")))
    return frames


# What a member's path has in it.
MEMBER = ".zip/"
unpacked = tempfile.TemporaryDirectory()


def place(file):
    """Where the bytes of a row are; a member is taken out of its archive first."""
    if MEMBER not in file:
        return HERE / file
    archive, member = file.split(MEMBER)
    with zipfile.ZipFile(HERE / f"{archive}.zip") as content:
        return pathlib.Path(content.extract(member, unpacked.name))


def nearest(ours, theirs):
    return min(int((a != b).sum()) for a in ours for b in theirs)


def check(rows):
    """Adds the sums and the reference's distances, and refuses what does not hold."""
    faults = []
    prints = {}
    for row in rows:
        path = place(row["file"])
        row["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        if row["kind"] == "other" or row["expected"] in ("fault", "partly"):
            continue
        pictures = pictures_of(path, row["kind"])
        prints[row["file"]] = [fingerprint(samples) for samples in pictures]
        row["turns"] = [bits for samples in pictures for bits in variants(samples)]
    for row in rows:
        row["distance"] = ""
        turns = row.pop("turns", None)
        if turns is None:
            continue
        file, ours = row["file"], [bits for bits, _ in prints[row["file"]]]
        if row["edit"] in ("original", "unrelated") and row["kind"] == "picture":
            quality = prints[file][0][1]
            if quality < 80:
                faults.append(f"{file}: quality {quality} under 80")
        for other in rows:
            if not other["file"].startswith("known/") or other["file"] in (file, row["source"]):
                continue
            away = nearest(turns, [bits for bits, _ in prints[other["file"]]])
            if away < UNRELATED:
                faults.append(f"{file}: only {away} bits from the unrelated {other['file']}")
        if row["source"]:
            theirs = [bits for bits, _ in prints[row["source"]]]
            plain, any_turn = nearest(ours, theirs), nearest(turns, theirs)
            found = (
                "match" if plain <= RADIUS else "match-turned" if any_turn <= RADIUS else "no-match"
            )
            row["distance"] = any_turn if row["expected"] == "match-turned" else plain
            if found != row["expected"]:
                faults.append(
                    f"{file}: declared {row['expected']}, but {plain} bits away"
                    f" ({any_turn} turned): {row['edit']}"
                )
    return faults


def reference_rows(rows):
    for row in rows:
        path = place(row["file"])
        content = path.read_bytes()
        still = content.startswith((b"\xff\xd8\xff", b"\x89PNG")) and b"acTL" not in content[:200]
        if not still or row["expected"] in ("fault", "partly") or MEMBER in row["file"]:
            continue
        colours = cv2.imdecode(
            np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
        )
        bits, quality = fingerprint(cv2.cvtColor(colours, cv2.COLOR_BGR2RGB))
        yield row["file"], np.packbits(bits).tobytes().hex(), quality


def verify():
    faults = []
    with open(HERE / "ground_truth.csv", newline="", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    for row in rows:
        path = place(row["file"])
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != row["sha256"]:
            faults.append(f"{row['file']}: missing or changed")
    listed = {row["file"] for row in rows}
    for path in (
        path for tree in ("known", "archive") for path in (HERE / tree).rglob("*") if path.is_file()
    ):
        if str(path.relative_to(HERE)) not in listed:
            faults.append(f"{path.relative_to(HERE)}: not in the table")
    with open(HERE / "expected_fingerprints.csv", newline="", encoding="utf-8") as table:
        expected = {
            (row["file"], row["hash"], int(row["quality"])) for row in csv.DictReader(table)
        }
    for row in set(reference_rows(rows)) ^ expected:
        faults.append(f"{row[0]}: the reference's fingerprint differs")
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--check", action="store_true", help="verify the committed files, write nothing"
    )
    if parser.parse_args().check:
        faults = verify()
    else:
        for tree in ("known", "archive"):
            shutil.rmtree(HERE / tree, ignore_errors=True)
        base = {
            name: draw(*((1600, 1200) if name in LARGE else (800, 600)))
            for name, draw in scenes.SCENES.items()
        }
        rows = make(base)
        faults = check(rows)
        with open(HERE / "ground_truth.csv", "w", newline="", encoding="utf-8") as table:
            fields = ["file", "sha256", "kind", "source", "edit", "expected", "distance"]
            writer = csv.DictWriter(table, fields, lineterminator="\n")
            writer.writeheader()
            writer.writerows(sorted(rows, key=lambda row: row["file"]))
        with open(HERE / "expected_fingerprints.csv", "w", newline="", encoding="utf-8") as table:
            writer = csv.writer(table, lineterminator="\n")
            writer.writerow(["file", "hash", "quality"])
            writer.writerows(sorted(reference_rows(rows)))
        total = sum(place(row["file"]).stat().st_size for row in rows)
        print(f"{len(rows)} files, {total / 1e6:.2f} MB")
    for fault in faults:
        print(fault, file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
