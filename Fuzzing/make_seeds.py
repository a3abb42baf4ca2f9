#!/usr/bin/env python3
"""Seeds for the fuzzer: small files of every sort, from the samples and the tests' fixtures.

    make_seeds.py FOLDER

FFmpeg and bsdtar, if they are there, make more formats; VESTIGE_BINARY, if it is there, makes a case whose parts are seeds;
VESTIGE_FUZZ_BINARY, the fuzzer itself, knows what messages look like. A target that has seeds keeps them.
"""

import bz2
import gzip
import io
import lzma
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Benchmarks"))
from harness import mutants, tools  # noqa: E402


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    targets = ["media", "structure", "jpeg", "message", "conversation", "list", "certificate", "manifest", "segment", "container"]
    targets = [target for target in targets if not (folder / target / "seeds").is_dir()]
    if not targets:
        return
    media = [path for path in (ROOT / "Samples/archive").rglob("*") if path.is_file() and 0 < path.stat().st_size < 40_000]
    media += [path for path in (ROOT / "Tests/DecodingTests/Fixtures").iterdir() if 0 < path.stat().st_size < 40_000]
    if shutil.which("ffmpeg"):
        pictures = sorted(str(path) for path in (ROOT / "Samples/known").glob("*.jpg"))
        media += mutants.make_originals(folder / "originals", pictures)
    jpeg = [path for path in media if path.read_bytes()[:2] == b"\xff\xd8"]
    seeds = {target: [] for target in ("message", "conversation", "list", "certificate", "manifest", "segment", "container")}
    seeds |= {"media": media, "structure": media, "jpeg": jpeg}
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        if fuzzer := os.environ.get("VESTIGE_FUZZ_BINARY"):
            subprocess.run([fuzzer], check=True, env=os.environ | {"VESTIGE_FUZZ_SEEDS": str(scratch)})
            for target in ("message", "conversation"):
                seeds[target] += sorted(scratch.glob(f"{target}-*"))
        for name, content in archives(scratch):
            (scratch / name).write_bytes(content)
            seeds["container"].append(scratch / name)
        lines = "0f" * 32 + "\n" + "a5" * 32 + ",77,name.jpg\n# comment\nhash,quality\n" + "zz\n"
        (scratch / "list").write_text(lines, encoding="utf-8")
        seeds["list"].append(scratch / "list")
        program = os.environ.get("VESTIGE_BINARY") or str(ROOT / ".build/release/vestige")
        if os.access(program, os.X_OK):
            parts_of_case(program, scratch, seeds)
        for target in targets:
            files = seeds[target]
            place = folder / target / "seeds"
            place.mkdir(parents=True, exist_ok=True)
            for number, path in enumerate(files):
                shutil.copyfile(path, place / f"{number:04d}-{path.name[-40:]}")


def archives(scratch):
    """Small archives of every format that can be made here, with their names."""
    members = {"a.txt": b"alpha\n" * 40, "folder/b.bin": bytes(range(256)) * 2, "empty": b""}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for method, name in ((zipfile.ZIP_STORED, "stored"), (zipfile.ZIP_DEFLATED, "deflated"), (zipfile.ZIP_LZMA, "lzma")):
            archive.writestr(f"{name}.txt", b"vestige " * 30, method)
    yield "methods.zip", packed.getvalue()
    for form, name in ((tarfile.USTAR_FORMAT, "ustar"), (tarfile.GNU_FORMAT, "gnu"), (tarfile.PAX_FORMAT, "pax")):
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w", format=form) as archive:
            for path, content in (members | {"long/" * 30 + "name": b"x"}).items():
                entry = tarfile.TarInfo(path)
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
            for kind, path in ((tarfile.SYMTYPE, "soft"), (tarfile.LNKTYPE, "hard"), (tarfile.FIFOTYPE, "pipe"), (tarfile.DIRTYPE, "folder")):
                entry = tarfile.TarInfo(path)
                entry.type, entry.linkname = kind, "a.txt"
                archive.addfile(entry)
        yield f"{name}.tar", packed.getvalue()
        tar = packed.getvalue()
    for name, compress in (("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)):
        yield f"packed.tar.{name}", compress(tar)
        yield f"single.txt.{name}", compress(members["a.txt"])
    yield "single.lzma", lzma.compress(members["a.txt"], format=lzma.FORMAT_ALONE)
    yield "stored.rar", rar(members)
    bsdtar = shutil.which("bsdtar")
    if not bsdtar:
        return
    source = scratch / "packed"
    for path, content in members.items():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_bytes(content)
    formats = [["--format", form] for form in ("zip", "7zip", "newc", "odc", "cpio", "xar", "ar", "v7", "gnutar")]
    formats.append(["--format", "iso9660", "--options", "iso9660:!pad"])
    formats += [["--format", "7zip", "--options", f"7zip:compression={method}"] for method in ("store", "deflate", "bzip2", "lzma1", "ppmd")]
    formats += [["--format", "zip", "--options", f"zip:{option}"] for option in ("zip64", "compression=store")]
    formats += [["--format", "ustar", f"--{method}"] for method in ("zstd", "lz4", "lzip", "compress")]
    formats.append(["--format", "zip", "--options", "zip:encryption=zipcrypt", "--passphrase", "word"])
    for number, options in enumerate(formats):
        # Into a file: what goes elsewhere is padded.
        made = scratch / "made"
        command = [bsdtar, "-b", "1", "-cf", made, *options, "-C", source, *members]
        if subprocess.run(command, check=False, capture_output=True).returncode == 0:
            yield f"bsdtar-{number}-{options[-1].strip('-').replace(':', '-')}", made.read_bytes()


def rar(members):
    """A rar (version 4) of stored files: there is no free program that makes one."""
    block = lambda header: struct.pack("<H", zlib.crc32(header) & 0xFFFF) + header  # noqa: E731
    made = b"Rar!\x1a\x07\x00" + block(b"\x73\0\0\x0d\0" + bytes(6))
    for path, content in members.items():
        name = path.encode()
        header = struct.pack("<BHHIIBIIBBHI", 0x74, 0x8000, 32 + len(name), len(content), len(content), 3, zlib.crc32(content),
                             0x50000000, 20, 0x30, len(name), 0o100644)
        made += block(header + name) + content
    return made + block(b"\x7b\0\x40\x07\0")


def parts_of_case(program, scratch, seeds):
    case = scratch / "seed.vestige"
    run = lambda *arguments: subprocess.run([program, *map(str, arguments)], check=False, capture_output=True)  # noqa: E731
    run("index", case, ROOT / "Samples/archive", "--commit-items", "12", "--quiet")
    seeds["segment"] += sorted((case / "segments").glob("*.seg"))
    if (case / "MANIFEST").exists():
        seeds["manifest"].append(case / "MANIFEST")
        (scratch / "body").write_bytes((case / "MANIFEST").read_bytes().split(b"\n", 1)[1])
        seeds["manifest"].append(scratch / "body")
    for command in (["query", case, ROOT / "Samples/known/harbour.jpg"], ["join", case]):
        certificate = scratch / f"{command[0]}.json"
        run(*command, "--certificate", certificate)
        if certificate.exists():
            seeds["certificate"].append(certificate)


if __name__ == "__main__":
    main()
