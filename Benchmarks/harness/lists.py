"""`lists`: import of a hash list, a match of a case against it beside the bare join, and a match of what a version changed."""

import binascii
import hashlib
import io
import json
import os
import pathlib
import random
import resource
import shutil
import struct
import subprocess
import tarfile
import tempfile
import time
import zlib

from . import tools
from .tools import table, verdict

WANTED_RATE = 500_000
WANTED_MEMORY = 1_000_000_000
WANTED_MATCH = 1.2
WANTED_SINCE = 0.05


def options(parser):
    parser.description = (
        "Imports and publishes a list of fingerprints; matches a case of small pictures against a list whose entries have"
        " fingerprints and MD5, beside a bare join of the same sets; and matches what a version changed of one entry in a hundred."
    )
    parser.add_argument("--entries", type=float, default=1e7, help="of the lists (10 million)")
    parser.add_argument("--items", type=float, default=1e5, help="of the case (100,000)")
    parser.add_argument("--change", type=float, default=0.01, help="share of the entries that the second version changes (0.01)")
    parser.add_argument("--radius", type=int, default=31)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", default="640M", help="given to `list import`")
    parser.add_argument("--scratch", help="where everything is put: 5 GB for the default sizes")
    parser.add_argument("--import-only", action="store_true")


def measured(command):
    """Runs a program: its CPU and wall seconds, the most memory that it had, and its output."""
    start = time.monotonic()
    with tempfile.TemporaryFile() as output:
        child = subprocess.Popen([str(part) for part in command], stdout=output, stdin=subprocess.DEVNULL, env=tools.one_thread())
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            raise tools.Stop(f"{' '.join(map(str, command))} ended with {child.returncode}")
        output.seek(0)
        text = output.read().decode()
    return {
        "cpu": used.ru_utime + used.ru_stime,
        "wall": time.monotonic() - start,
        "memory": used.ru_maxrss * 1024,
        "output": text,
    }


def codes(scratch, count):
    """Made fingerprints, 32 bytes each."""
    path = scratch / f"codes-{count}"
    if not path.exists():
        generator = random.Random(1)
        with open(path, "wb") as file:
            for first in range(0, count, 100_000):
                file.write(generator.randbytes(32 * min(100_000, count - first)))
    return path


def hex_codes(path, start, count):
    """Fingerprints as hex digits, most significant first, 64 for each."""
    with open(path, "rb") as file:
        file.seek(32 * start)
        left = count
        while left:
            piece = file.read(32 * min(left, 100_000))
            for place in range(0, len(piece), 32):
                yield binascii.hexlify(piece[place : place + 32][::-1]).decode()
            left -= len(piece) // 32


def picture(number):
    """A gray PNG of 32 × 32 samples that no other number has."""
    generator = random.Random(number)
    coarse = [[generator.randrange(256) for _ in range(9)] for _ in range(9)]
    rows = bytearray()
    for y in range(32):
        rows.append(0)
        for x in range(32):
            (i, a), (j, b) = divmod(y, 4), divmod(x, 4)
            top = coarse[i][j] * (4 - b) + coarse[i][j + 1] * b
            low = coarse[i + 1][j] * (4 - b) + coarse[i + 1][j + 1] * b
            rows.append((top * (4 - a) + low * a) // 16)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 32, 32, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(rows), 1)) + chunk(b"IEND", b"")


def make_case(scratch, items):
    """A case of so many pictures, out of tar archives; and the MD5 of every hundredth."""
    folder, case, digests = scratch / "pictures", scratch / "case.vestige", scratch / "digests.json"
    if not digests.exists():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(case, ignore_errors=True)
        folder.mkdir()
        found = []
        for first in range(0, items, 10_000):
            with tarfile.open(folder / f"{first:07d}.tar", "w") as archive:
                for number in range(first, min(first + 10_000, items)):
                    data = picture(number)
                    member = tarfile.TarInfo(f"{number:07d}.png")
                    member.size = len(data)
                    archive.addfile(member, io.BytesIO(data))
                    if number % 100 == 0:
                        found.append(hashlib.md5(data).hexdigest())
        tools.run([tools.vestige(), "index", case, folder, "--quiet"], accept=(0, 1))
        tools.run([tools.vestige(), "compact", case], accept=(0, 1))
        digests.write_text(json.dumps(found))
    return case, json.loads(digests.read_text())


def import_list(scratch, options, path):
    """Imports a list of bare fingerprints and publishes it; the median round by CPU time."""
    text = scratch / "list.txt"
    with open(text, "w") as file:
        for code in hex_codes(path, 0, int(options.entries)):
            file.write(code + "\n")
    rounds = []
    for _ in range(options.rounds):
        target = scratch / "plain.vlist"
        shutil.rmtree(target, ignore_errors=True)
        tools.run([tools.vestige(), "list", "create", target, "--owner", "bench"])
        read = measured([tools.vestige(), "list", "import", target, text, "--format", "pdq", "--memory", options.memory, "--quiet"])
        published = measured([tools.vestige(), "list", "publish", target])
        rounds.append(
            {
                "cpu": read["cpu"] + published["cpu"],
                "wall": read["wall"] + published["wall"],
                "memory": max(read["memory"], published["memory"]),
            }
        )
        shutil.rmtree(target)
    text.unlink()
    rounds.sort(key=lambda one: one["cpu"])
    return rounds[len(rounds) // 2]


def write_entries(file, path, start, count, planted=()):
    """Entries with a fingerprint and an MD5; the planted ones are digests that the case has."""
    planted = iter(planted)
    for number, code in enumerate(hex_codes(path, start, count), start):
        digest = next(planted, None) if number % 1000 == 0 else None
        digest = digest or hashlib.md5(b"entry %d" % number).hexdigest()
        file.write(f'{{"pdq":"{code}","md5":"{digest}","categories":[{{"scheme":"bench","code":"{number % 3}"}}]}}\n')


def make_list(scratch, options, path, digests):
    """A list of two versions, of which the second changes a share of the entries."""
    target, entries, change = scratch / "both.vlist", int(options.entries), int(options.entries * options.change)
    if (target / "versions/00000002.json").exists():
        return target
    shutil.rmtree(target, ignore_errors=True)
    tools.run([tools.vestige(), "list", "create", target, "--owner", "bench"])
    text = scratch / "entries.jsonl"
    half = len(digests) // 2
    with open(text, "w") as file:
        write_entries(file, path, 0, entries, digests[:half])
    tools.run([tools.vestige(), "list", "import", target, text, "--format", "jsonl", "--quiet"])
    tools.run([tools.vestige(), "list", "publish", target])
    # Half of the change is new, a quarter says something else, a quarter is withdrawn.
    with open(text, "w") as file:
        write_entries(file, path, entries, change // 2, digests[half:])
        for number, code in enumerate(hex_codes(path, 0, change // 4)):
            digest = digests[:half][number // 1000] if number % 1000 == 0 and number // 1000 < half else None
            digest = digest or hashlib.md5(b"entry %d" % number).hexdigest()
            file.write(f'{{"pdq":"{code}","md5":"{digest}","categories":[{{"scheme":"bench","code":"changed"}}]}}\n')
    tools.run([tools.vestige(), "list", "import", target, text, "--format", "jsonl", "--quiet"])
    names = scratch / "names.txt"
    with open(names, "w") as file:
        for number in range(change // 4, change // 2):
            file.write(hashlib.md5(b"entry %d" % number).hexdigest() + "\n")
    tools.run([tools.vestige(), "list", "withdraw", target, "--from", names, "--all"], accept=(0, 1))
    tools.run([tools.vestige(), "list", "publish", target])
    text.unlink()
    return target


def matched(case, reference, options, *more):
    """A match: its measurement with its summary."""
    run = measured(
        [tools.vestige(), "match", case, "--list", reference, "--radius", options.radius, "--threads", options.threads, "--quiet",
         "--json", "--again", *more]
    )  # fmt: skip
    return run | json.loads(run["output"])


def median(runs, key):
    runs = sorted(runs, key=lambda run: run[key])
    return runs[len(runs) // 2]


def main(options):
    results = {}
    with tempfile.TemporaryDirectory(prefix="vestige-lists-") as own:
        scratch = pathlib.Path(options.scratch or own)
        scratch.mkdir(exist_ok=True)
        change = int(options.entries * options.change)
        path = codes(scratch, int(options.entries) + change)
        imported = import_list(scratch, options, path)
        rate = options.entries / imported["cpu"]
        results["import"] = imported | {"entries_per_cpu_second": rate}
        table(
            f"import of {int(options.entries):,} fingerprints as text, to a published version",
            ["CPU s", "wall s", "entries per CPU second", "memory, MB"],
            [[f"{imported['cpu']:.1f}", f"{imported['wall']:.1f}", f"{rate:,.0f}", f"{imported['memory'] / 1e6:.0f}"]],
        )
        print(f"entries per CPU second {rate:,.0f}, wanted {WANTED_RATE:,}: {verdict(rate, WANTED_RATE)}")
        print(f"memory {imported['memory'] / 1e6:.0f} MB, wanted {WANTED_MEMORY / 1e6:.0f}: {verdict(imported['memory'], WANTED_MEMORY, False)}")
        if options.import_only:
            return results
        case, digests = make_case(scratch, int(options.items))
        target = make_list(scratch, options, path, digests)
        # Each version is verified once, which is not part of a match's time but of its first run's; and the cache is warm.
        first = matched(case, f"{target}@1", options)
        matched(case, f"{target}@2", options)
        fulls, bares, sinces = [], [], []
        for _ in range(options.rounds):
            fulls.append(matched(case, f"{target}@2", options))
            bares.append(
                measured([tools.vestige(), "join", case, f"{target}@2", "--radius", options.radius, "--threads", options.threads, "--quiet"])
            )
            matched(case, f"{target}@1", options)
            sinces.append(matched(case, f"{target}@2", options, "--since", 1))
        full, since = median(fulls, "cpu"), median(sinces, "cpu")
        bare = median(bares, "cpu")
        same = len({run["certificate_sha256"] is not None and result(run) for run in fulls + sinces}) == 1
        results |= {"full": full, "bare": bare, "since": since, "first": first, "same": same}
        table(
            f"{int(options.items):,} items against {int(options.entries):,} entries with fingerprint and MD5, radius {options.radius}",
            ["", "CPU s", "wall s", "to the bare join, CPU", "wall", "to the full match, CPU", "wall"],
            [
                ["bare join", f"{bare['cpu']:.2f}", f"{bare['wall']:.2f}", "1", "1", "", ""],
                ["match, its list verified for the first time", f"{first['cpu']:.2f}", f"{first['wall']:.2f}", "", "", "", ""],
                ["match", f"{full['cpu']:.2f}", f"{full['wall']:.2f}", f"{full['cpu'] / bare['cpu']:.2f}",
                 f"{full['wall'] / bare['wall']:.2f}", "1", "1"],
                ["match --since", f"{since['cpu']:.2f}", f"{since['wall']:.2f}", "", "", f"{since['cpu'] / full['cpu']:.3f}",
                 f"{since['wall'] / full['wall']:.3f}"],
            ],
        )  # fmt: skip
        print(f"matches: {full['kinds']}, the same after --since: {same}")
        for name, value, wanted in [
            ("match to bare join, CPU", full["cpu"] / bare["cpu"], WANTED_MATCH),
            ("match --since to match, CPU", since["cpu"] / full["cpu"], WANTED_SINCE),
        ]:
            print(f"{name} {value:.3f}, wanted {wanted}: {verdict(value, wanted, False)}")
    return results


def result(run):
    """What has to be the same however a version was come to."""
    return json.dumps([run["kinds"], run["harm"], run["innocent"], run["undeclared"]])
