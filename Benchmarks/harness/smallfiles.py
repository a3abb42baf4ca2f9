"""An archive of thousands of small files of every sort, archives and disk images among them, the same for the same seed and pool."""

import gzip
import io
import os
import pathlib
import random
import shutil
import struct
import subprocess
import tarfile
import zipfile

from . import making, mutants, tools

FOLDERS = ["", "DCIM", "DCIM/100CAMRA", "Downloads", "backup (old)", "backup (old)/disk 2", "deep/" + "/".join("abcdefgh")]
ODD_NAMES = [
    b"new\nline.jpg", b"-rf.jpg", b"--help.png", b"tab\tname.jpg", b"latin1-\xe4\xf6.jpg", b"\xff\xfe.jpg",
    b"trailing space ", b"\"quotes\".jpg", b"back\\slash.png", b"percent%20%s%n.jpg", b"$(touch x).jpg",
    "star \u661f.jpg".encode(), b"a" * 200 + b".jpg", b"no_extension", b"UPPER.JPEG.TXT",
]  # fmt: skip
TEXT = b"Dear reader,\nthis is no picture, whatever its name says.\n"


def make(target, count, seed, pool=None, cache=None):
    """Fills the folder `target` with `count` files and returns it.

    Pictures are those of the folder `pool`, by default of the samples, shrunk with FFmpeg once and kept in
    `cache`; a number in each file makes it one of its own, but for a few that are exact copies.
    """
    target = pathlib.Path(target)
    stock = make_stock(pathlib.Path(cache), pathlib.Path(pool or tools.SAMPLES), seed)
    generator = random.Random(f"small files {seed}")
    pictures = [path for path in stock if path.suffix in (".jpg", ".png")]
    films = [path for path in stock if path.suffix not in (".jpg", ".png")]
    content = {path: path.read_bytes() for path in stock}
    odd = list(ODD_NAMES)
    for number in range(count):
        draw = generator.random()
        if draw < 0.80:
            source = generator.choice(pictures)
            data, suffix = numbered(content[source], number), source.suffix
        elif draw < 0.84:
            source = generator.choice(pictures)
            data, suffix = content[source], source.suffix
        elif draw < 0.88:
            source = generator.choice(films)
            data, suffix = numbered(content[source], number), source.suffix
        elif draw < 0.92:
            source = generator.choice(pictures + films)
            whole = content[source]
            data, suffix = whole[: generator.randrange(8, len(whole))], source.suffix
        elif draw < 0.95:
            source = generator.choice(pictures + films)
            data, suffix = bytearray(numbered(content[source], number)), source.suffix
            for _ in range(generator.randrange(1, 40)):
                data[generator.randrange(len(data))] = generator.randrange(256)
        elif draw < 0.98:
            data, suffix = TEXT * generator.randrange(1, 20) + b"%d\n" % number, generator.choice([".txt", ".jpg", ""])
        else:
            data, suffix = b"", generator.choice([".jpg", ".mp4", ""])
        folder = os.fsencode(target / generator.choice(FOLDERS))
        os.makedirs(folder, exist_ok=True)
        name = odd.pop() if odd and number % 7 == 3 else os.fsencode(f"{number:05d}{suffix}")
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)
    for number in range(count // 60):
        members = {f"album/{place:02d}.jpg": numbered(content[generator.choice(pictures)], count + 100 * number + place) for place in range(12)}
        if number % 3 == 0:
            members["inner.zip"] = zipped({"deep.jpg": content[generator.choice(pictures)], "again.jpg": members["album/00.jpg"]})
        data, suffix = (zipped(members), "zip") if number % 2 else (tarred(members), "tar.gz")
        (target / "backup (old)").mkdir(exist_ok=True)
        (target / "backup (old)" / f"pictures {number}.{suffix}").write_bytes(data)
    if count >= 60:
        mutants.disks(target)
    os.symlink("/etc/passwd", target / "link.jpg")
    os.symlink(".", target / "loop")
    os.mkfifo(target / "pipe.jpg")
    return target


def zipped(members):
    """A zip archive with these members, the same every time."""
    room = io.BytesIO()
    with zipfile.ZipFile(room, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2021, 5, 4, 10, 0, 0)), bytes(data))
    return room.getvalue()


def tarred(members):
    """A compressed tar archive with these members, the same every time."""
    room = io.BytesIO()
    with tarfile.open(fileobj=room, mode="w") as archive:
        for name, data in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(data)
            archive.addfile(header, io.BytesIO(data))
    return gzip.compress(room.getvalue(), mtime=0)


def numbered(data, number):
    """A picture or film with a number in it, which changes its digest and nothing that is seen."""
    if data[:2] == b"\xff\xd8":
        comment = b"number %d" % number
        return data[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + data[2:]
    return data + b"number %d" % number


def make_stock(cache, pool, seed, wanted=160):
    """Small pictures and films to make an archive of."""
    folder = cache / f"stock-{seed}-{pool.name}"
    if folder.is_dir():
        return sorted(folder.iterdir())
    making.need_ffmpeg(["libx264", "mpeg4", "libvpx"])
    part = folder.with_name(folder.name + ".partial")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    generator = random.Random(f"stock {seed}")
    sources = [path for path in tools.files_below(pool) if tools.picture_format(path) in ("jpeg", "png")]
    generator.shuffle(sources)
    for number in range(wanted):
        # Where the pool is small, other parts of the same pictures.
        source = sources[number % len(sources)]
        share, x, y = (generator.uniform(0.5, 1), generator.random(), generator.random())
        crop = f"crop=iw*{share:.3f}:ih*{share:.3f}:(iw-ow)*{x:.3f}:(ih-oh)*{y:.3f}"
        side = generator.choice([64, 96, 128, 160])
        target = part / f"{number:03d}.{generator.choice(['jpg', 'jpg', 'png'])}"
        command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", source, "-vf", f"{crop},scale={side}:-2"]
        # A picture of the pool that FFmpeg does not read is left out.
        subprocess.run([*command, "-frames:v", "1", target], check=False, stderr=subprocess.DEVNULL)
    made = sorted(part.iterdir())
    for number, (suffix, encoder) in enumerate(
        [("mp4", "libx264"), ("mkv", "libx264"), ("avi", "mpeg4"), ("webm", "libvpx"), ("mov", "libx264")] * 3
    ):
        picture = generator.choice(made)
        slide = f"scale=160:120,zoompan=z='1+0.01*on':d=36:s=96x72:fps=12,hue=h={number * 20}"
        command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", picture, "-vf", slide, "-frames:v", "36"]
        command += ["-pix_fmt", "yuv420p", "-g", str(generator.choice([6, 12, 100])), "-c:v", encoder, "-fflags", "+bitexact"]
        subprocess.run([*command, part / f"film{number:02d}.{suffix}"], check=True)
    part.rename(folder)
    return sorted(folder.iterdir())


def probes(stock, count=3):
    """Pictures and one film of the stock to look for."""
    pictures = [path for path in stock if path.suffix == ".jpg"]
    films = [path for path in stock if path.suffix == ".mp4"]
    step = max(1, len(pictures) // count)
    return [str(path) for path in pictures[::step][:count] + films[:1]]
