#!/usr/bin/env python3
"""Seeds for the fuzzer: small files of every sort, from the samples and the tests' fixtures.

    make_seeds.py FOLDER

FFmpeg, if it is there, makes more formats; VESTIGE_BINARY, if it is there, makes a case whose parts are seeds.
"""

import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Benchmarks"))
from harness import mutants, tools  # noqa: E402


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    if (folder / "media" / "seeds").is_dir():
        return
    media = [path for path in (ROOT / "Samples/archive").rglob("*") if path.is_file() and 0 < path.stat().st_size < 40_000]
    media += [path for path in (ROOT / "Tests/DecodingTests/Fixtures").iterdir() if 0 < path.stat().st_size < 40_000]
    if shutil.which("ffmpeg"):
        pictures = sorted(str(path) for path in (ROOT / "Samples/known").glob("*.jpg"))
        media += mutants.make_originals(folder / "originals", pictures)
    jpeg = [path for path in media if path.read_bytes()[:2] == b"\xff\xd8"]
    seeds = {"media": media, "structure": media, "jpeg": jpeg, "message": [], "list": [], "certificate": [], "manifest": [], "segment": []}
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        for number, message in enumerate(messages()):
            (scratch / f"message-{number}").write_bytes(message)
            seeds["message"].append(scratch / f"message-{number}")
        lines = "0f" * 32 + "\n" + "a5" * 32 + ",77,name.jpg\n# comment\nhash,quality\n" + "zz\n"
        (scratch / "list").write_text(lines, encoding="utf-8")
        seeds["list"].append(scratch / "list")
        program = os.environ.get("VESTIGE_BINARY") or str(ROOT / ".build/release/vestige")
        if os.access(program, os.X_OK):
            parts_of_case(program, scratch, seeds)
        for target, files in seeds.items():
            place = folder / target / "seeds"
            place.mkdir(parents=True, exist_ok=True)
            for number, path in enumerate(files):
                shutil.copyfile(path, place / f"{number:04d}-{path.name[-40:]}")


def messages():
    """One packet of each sort."""
    token = struct.pack("<Q", 7)
    yield b"\x01" + token + struct.pack("<q", 1000)
    yield b"\x02" + token + struct.pack("<I", 1) + bytes(120)
    yield b"\x04" + token + bytes(16 + 20 + 32)
    for kind in (3, 5, 6):
        for size in (16, 60, 200):
            yield bytes([kind]) + token + bytes(size)


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
