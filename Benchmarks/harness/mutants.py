"""Damaging files on purpose, the same way for the same seed, with an eye for how media files are built."""

import gzip
import lzma
import pathlib
import re
import shutil
import subprocess
import tarfile
import tempfile
import zipfile

from . import making, tools

# Four letters are a box, a chunk or an atom; FF and a byte are a marker of JPEG; the rest are packets of
# Matroska and of transport streams.
LANDMARK = re.compile(rb"[A-Za-z]{4}|\xff[\xc0-\xfe]|\x1a\x45\xdf\xa3|\x1f\x43\xb6\x75|\x47[\x40-\x5f]")
BOUNDARIES = [0, 1, 2, 3, 7, 8, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF, 0x10000, 0x7FFFFFFE]
BOUNDARIES += [0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFE, 0xFFFFFFFF, 1 << 32, (1 << 63) - 1, 1 << 63, (1 << 64) - 1]

# Still pictures and films that FFmpeg makes: suffix, its options.
PICTURES = [
    ("jpg", "-q:v 4"), ("jpg", "-q:v 2 -pix_fmt yuvj444p -huffman default"), ("png", "-pix_fmt rgb24"), ("png", "-pix_fmt pal8"),
    ("png", "-pix_fmt rgba64be"), ("png", "-pix_fmt monob"), ("gif", ""), ("bmp", "-pix_fmt bgr24"), ("bmp", "-pix_fmt rgb555le"),
    ("bmp", "-pix_fmt pal8"), ("tiff", "-compression_algo packbits"), ("tiff", "-compression_algo lzw"),
    ("tiff", "-compression_algo deflate -pix_fmt yuv420p"), ("tiff", "-compression_algo raw -pix_fmt gray16le"),
    ("webp", "-c:v libwebp -quality 60"), ("webp", "-c:v libwebp -lossless 1 -pix_fmt bgra"), ("jp2", "-c:v libopenjpeg"),
    ("jls", "-c:v jpegls"), ("avif", "-c:v libaom-av1 -cpu-used 8 -still-picture 1"), ("tga", "-rle 1"), ("pcx", ""),
    ("ppm", ""), ("pgm", ""), ("sgi", ""), ("dpx", ""), ("exr", ""), ("qoi", ""), ("jxl", "-c:v libjxl -effort 3"),
]  # fmt: skip
FILMS = [
    ("mp4", "libx264 -g 6 -bf 2"), ("mov", "libx264 -g 100"), ("mkv", "libx264 -g 6"), ("ts", "libx264 -g 6"), ("flv", "libx264 -g 6"),
    ("avi", "libx264 -g 6 -bf 0"), ("h264", "libx264 -g 6"),
    ("mp4", "libx264 -g 6 -movflags frag_keyframe+empty_moov+default_base_moof"), ("mp4", "libx264 -g 6 -movflags faststart"),
    ("mp4", "libx265 -g 6 -x265-params log-level=none"), ("mkv", "libx265 -g 6 -x265-params log-level=none"),
    ("mkv", "libx264 -g 6 -flags +ilme+ildct"), ("webm", "libvpx -g 6"), ("webm", "libvpx-vp9 -g 6 -deadline realtime -cpu-used 8"),
    ("mp4", "libvpx-vp9 -g 6 -deadline realtime -cpu-used 8"), ("webm", "libaom-av1 -g 6 -cpu-used 8 -usage realtime"),
    ("mp4", "libaom-av1 -g 6 -cpu-used 8 -usage realtime"), ("ivf", "libvpx -g 6"), ("avi", "mpeg4 -g 6"), ("mp4", "mpeg4 -g 6"),
    ("avi", "msmpeg4 -g 6"), ("avi", "mjpeg"), ("mov", "mjpeg"), ("avi", "huffyuv"), ("avi", "ffv1"), ("mkv", "ffv1 -level 3"),
    ("avi", "dvvideo"), ("dv", "dvvideo"), ("mpg", "mpeg1video -g 6"), ("mpg", "mpeg2video -g 6"), ("ts", "mpeg2video -g 6"),
    ("m2ts", "mpeg2video -g 6"), ("mxf", "mpeg2video -g 6"), ("vob", "mpeg2video -g 6"), ("wmv", "wmv2 -g 6"), ("asf", "msmpeg4v2 -g 6"),
    ("wmv", "wmv1 -g 6"), ("ogv", "libtheora -g 6"), ("3gp", "h263 -g 6"), ("3gp", "mpeg4 -g 6"), ("flv", "flv -g 6"),
    ("mov", "prores"), ("mov", "qtrle"), ("mov", "svq1"), ("avi", "cinepak"), ("rm", "rv20 -g 6"), ("rm", "rv10 -g 6"),
    ("gif", "gif"), ("apng", "apng"), ("webp", "libwebp_anim -loop 0"), ("swf", "flv"), ("nut", "mpeg4 -g 6"), ("mov", "png"),
    ("avi", "msvideo1"), ("mkv", "libtheora -g 6"), ("mp4", "mpeg2video -g 6"),
]  # fmt: skip
# Of these codecs no other sizes or rates exist.
SIZES = {"dvvideo": "720:576,fps=25", "h263": "128:96", "rv10": "128:96", "rv20": "128:96", "mpeg2video": "96:80,fps=25", "mpeg1video": "96:80,fps=25"}


def make_originals(folder, pictures):
    """Tiny files of every codec and container, made once in `folder` of some pictures; what this FFmpeg
    has no encoder for is left out."""
    folder = pathlib.Path(folder)
    if folder.is_dir():
        return sorted(folder.iterdir())
    making.need_ffmpeg()
    part = folder.with_name(folder.name + ".partial")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    for number, (suffix, settings) in enumerate(PICTURES):
        source = pictures[number % len(pictures)]
        filters = "scale=96:72,format=rgb24"
        command(["-i", source, "-vf", filters, "-frames:v", "1", *settings.split()], part / f"picture{number:02d}.{suffix}")
    for number, (suffix, settings) in enumerate(FILMS):
        source = pictures[number % len(pictures)]
        encoder, *rest = settings.split()
        size = SIZES.get(encoder, "96:72,fps=12")
        moving = f"scale=200:160,zoompan=z='1+0.02*on':d=14:s=160x128:fps=12,hue=h={number * 20},scale={size}"
        if encoder not in ("prores", "qtrle", "gif", "apng", "png", "cinepak", "libwebp_anim", "huffyuv", "msvideo1"):
            moving += ",format=yuv420p" if "jpeg" not in encoder else ",format=yuvj420p"
        made = command(
            ["-i", source, "-vf", moving, "-frames:v", "14", "-c:v", encoder, *rest], part / f"film{number:02d}.{suffix}"
        )
        if not made:
            print(f"  no {suffix} of {encoder}")
    archives(part)
    disks(part)
    part.rename(folder)
    return sorted(folder.iterdir())


def disks(folder):
    """The disk images that the tests have."""
    for path in (tools.ROOT / "Tests/TestSupport/Disks").iterdir():
        if path.suffix == ".xz":
            (folder / path.stem).write_bytes(lzma.decompress(path.read_bytes()))
        elif path.suffix == ".E01":
            shutil.copy(path, folder)


def archives(folder):
    """Small archives of some of the pictures in `folder`, one inside another, too; those that only `bsdtar` makes are left out
    where it is missing."""
    members = sorted(path for path in folder.iterdir() if path.stat().st_size < 8_000)[:5]
    with tempfile.TemporaryDirectory() as within:
        inner = pathlib.Path(within) / "inner.zip"
        with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(members[0], "inside/" + members[0].name)
        members.append(inner)
        for name, compression in (("stored", zipfile.ZIP_STORED), ("deflated", zipfile.ZIP_DEFLATED), ("lzma", zipfile.ZIP_LZMA)):
            with zipfile.ZipFile(folder / f"archive-{name}.zip", "w", compression) as archive:
                for member in members:
                    archive.write(member, "DCIM/" + member.name)
        for suffix, mode in (("tar", "w"), ("tgz", "w:gz"), ("tbz", "w:bz2"), ("txz", "w:xz")):
            with tarfile.open(folder / f"archive.{suffix}", mode, format=tarfile.PAX_FORMAT) as archive:
                for member in members:
                    archive.add(member, "DCIM/" + member.name)
        (folder / "picture.gz").write_bytes(gzip.compress(members[0].read_bytes()))
        for suffix, form in (("7z", "7zip"), ("cpio", "newc"), ("iso", "iso9660"), ("xar", "xar"), ("ar", "ar")):
            if shutil.which("bsdtar"):
                target = folder / f"archive.{suffix}"
                made = ["bsdtar", "-c", "-f", target, "--format", form, "-C", folder, *(member.name for member in members[:-1])]
                if subprocess.run(made, check=False, stderr=subprocess.DEVNULL).returncode != 0:
                    target.unlink(missing_ok=True)


def command(arguments, target):
    full = ["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, arguments), str(target)]
    done = subprocess.run(full, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if done.returncode != 0 or target.stat().st_size == 0:
        target.unlink(missing_ok=True)
        return False
    return True


class Mutator:
    """Makes damaged copies of files; `generator` decides all."""

    def __init__(self, originals, generator):
        self.generator = generator
        self.originals = originals
        self.content = {path: pathlib.Path(path).read_bytes() for path in originals}
        self.landmarks = {path: [found.start() for found in LANDMARK.finditer(data)] for path, data in self.content.items()}
        self.siblings = {}
        for path in originals:
            self.siblings.setdefault(sort(path), []).append(path)

    def mutant(self, path):
        """A damaged copy of the file, and what was done to it."""
        data = bytearray(self.content[path])
        done = []
        for _ in range(self.generator.choice([1, 1, 1, 2, 2, 3, 5])):
            if len(data) < 8:
                break
            step = self.generator.choices(STEPS, WEIGHTS)[0]
            data = step(self, data, path)
            done.append(step.__name__)
        return bytes(data), done

    def place(self, data, path):
        """A place in the file: near its head, near a landmark, or anywhere."""
        draw = self.generator.random()
        if draw < 0.35:
            return self.generator.randrange(min(len(data), 256))
        if draw < 0.75 and self.landmarks[path]:
            return max(0, min(len(data) - 1, self.generator.choice(self.landmarks[path]) + self.generator.randrange(-8, 24)))
        return self.generator.randrange(len(data))

    def flip(self, data, path):
        for _ in range(self.generator.choice([1, 1, 2, 4, 16, 64])):
            data[self.place(data, path)] ^= 1 << self.generator.randrange(8)
        return data

    def overwrite(self, data, path):
        start = self.place(data, path)
        count = min(self.generator.choice([1, 2, 4, 16, 64, 512]), len(data) - start)
        kind = self.generator.randrange(3)
        data[start : start + count] = [bytes(count), b"\xff" * count, self.generator.randbytes(count)][kind]
        return data

    def boundary(self, data, path):
        width = self.generator.choice([1, 2, 2, 4, 4, 4, 8])
        value = self.generator.choice(BOUNDARIES + [len(data), len(data) - 1, len(data) + 1]) & ((1 << 8 * width) - 1)
        start = max(0, min(self.place(data, path), len(data) - width))
        data[start : start + width] = value.to_bytes(width, self.generator.choice(["big", "little"]))
        return data

    def chunk(self, data, path):
        """From one landmark to another: where chunks begin and end, more often than not."""
        start, end = sorted([self.place(data, path), self.place(data, path)])
        return start, max(end, min(len(data), start + 1))

    def delete(self, data, path):
        start, end = self.chunk(data, path)
        return data[:start] + data[end:]

    def duplicate(self, data, path):
        start, end = self.chunk(data, path)
        end = min(end, start + 20_000)
        return data[:end] + data[start:end] * self.generator.choice([1, 1, 2, 5]) + data[end:]

    def swap(self, data, path):
        start, middle = self.chunk(data, path)
        end = self.generator.randrange(middle, len(data) + 1)
        return data[:start] + data[middle:end] + data[start:middle] + data[end:]

    def insert(self, data, path):
        start = self.place(data, path)
        return data[:start] + self.generator.randbytes(self.generator.choice([1, 2, 3, 4, 8, 100])) + data[start:]

    def truncate(self, data, path):
        return data[: self.place(data, path)]

    def splice(self, data, path):
        other = self.generator.choice(self.siblings[sort(path)])
        return data[: self.place(data, path)] + self.content[other][self.place(self.content[other], other) :]


STEPS = [getattr(Mutator, name) for name in ("flip", "overwrite", "boundary", "delete", "duplicate", "swap", "insert", "truncate", "splice")]
WEIGHTS = [5, 3, 6, 1, 1, 1, 1, 1, 2]


def sort(path):
    """What files are spliced with each other: those whose names end alike."""
    return pathlib.Path(path).suffix.lower()
