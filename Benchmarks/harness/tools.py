"""Running programs and measuring them, and showing what came out."""

import ctypes
import json
import os
import pathlib
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time

BENCHMARKS = pathlib.Path(__file__).resolve().parent.parent
ROOT = BENCHMARKS.parent
PEERS = BENCHMARKS / "peers"
SAMPLES = ROOT / "Samples"

PR_SET_CHILD_SUBREAPER = 36


class Stop(Exception):
    """A benchmark cannot run; the text says what to do."""


class Measurement:
    """One run of a program: CPU and wall seconds of it and of every process that it started, and the
    bytes that they read by calls."""

    def __init__(self, cpu, wall, read, status, output, errors):
        self.cpu, self.wall, self.read, self.status = cpu, wall, read, status
        self.output, self.errors = output, errors

    def json(self):
        """The last line of the output as JSON."""
        return json.loads(self.output.strip().splitlines()[-1])


def vestige():
    path = os.environ.get("VESTIGE_BINARY") or str(ROOT / ".build/release/vestige")
    if not os.access(path, os.X_OK):
        raise Stop(f"{path} is not there: run `make build`, or set VESTIGE_BINARY")
    return path


def own_program(name):
    path = BENCHMARKS / ".build/release" / name
    if not os.access(path, os.X_OK):
        raise Stop(f"{path} is not there: run `swift build -c release` in {BENCHMARKS}")
    return str(path)


def peers_folder():
    return pathlib.Path(os.environ.get("VESTIGE_PEERS_VENV") or BENCHMARKS / ".build-peers")


def peer_python():
    path = peers_folder() / "bin/python"
    if not path.exists():
        raise Stop(f"{path} is not there: run `bench.py setup`, or set VESTIGE_PEERS_VENV")
    return str(path)


def peer(script, *arguments):
    return [peer_python(), str(PEERS / script), *(str(argument) for argument in arguments)]


def one_thread():
    """The environment in which every program runs: peers must not use a second thread."""
    return os.environ | {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "LC_ALL": "C.UTF-8",
    }


def become_reaper():
    """Makes this process wait for the children of a child that ended first, so that none is lost
    from the sums."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children_cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def bytes_read():
    """By this process and by every child that it has waited for: Linux adds them up."""
    with open("/proc/self/io", encoding="ascii") as facts:
        return int(facts.readline().split(":")[1])


def run(command, accept=(0,), text=None):
    """Runs a program to its end, and all that it started.

    `accept` names the exit statuses that are no failure; `text` is its standard input.
    """
    command = [str(part) for part in command]
    read_before = bytes_read()
    before, start = children_cpu(), time.monotonic()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if text is not None else subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            env=one_thread(),
        )
        if text is not None:
            child.stdin.write(os.fsencode(text))
            child.stdin.close()
        status = child.wait()
        wall = time.monotonic() - start
        while True:
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                break
        # What this process has read itself in the meantime are a few hundred bytes.
        read = bytes_read() - read_before
        output.seek(0)
        errors.seek(0)
        done = Measurement(
            children_cpu() - before,
            wall,
            read,
            status,
            output.read().decode(errors="surrogateescape"),
            errors.read().decode(errors="replace"),
        )
    if status not in accept:
        tail = "\n".join(done.errors.strip().splitlines()[-8:])
        raise Stop(f"`{' '.join(command[:6])} ...` ended with status {status}:\n{tail}")
    return done


class MemoryWatch(threading.Thread):
    """Samples the memory of a process and all its descendants: the peak of their summed PSS.

    PSS counts a page that several processes share once in all, which the sum of RSS does not.
    """

    def __init__(self, seconds=0.1):
        super().__init__(daemon=True)
        self.seconds, self.peak, self.ended = seconds, 0, threading.Event()

    def run(self):
        while not self.ended.wait(self.seconds):
            self.peak = max(self.peak, sum(proportional(p) for p in descendants(os.getpid())))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.join()


def descendants(of):
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as facts:
                    parents[int(entry)] = int(facts.read().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
    found, added = {of}, True
    while added:
        new = {process for process, parent in parents.items() if parent in found} - found
        added = bool(new)
        found |= new
    return found - {of}


def proportional(process):
    try:
        with open(f"/proc/{process}/smaps_rollup", encoding="ascii") as facts:
            for line in facts:
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def alternating(rounds, contenders):
    """Runs every contender once per round, in an order that turns, so that a slow spell of the
    machine falls on all of them; returns a list of results for each name."""
    results = {name: [] for name in contenders}
    names = list(contenders)
    for number in range(rounds):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            results[name].append(contenders[name]())
            print(f"  round {number + 1} of {rounds}: {name}", file=sys.stderr)
    return results


median = statistics.median


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0


def table(title, head, rows):
    """Prints a table: text to the left, numbers to the right."""
    rows = [[cell if isinstance(cell, str) else f"{cell:,.4g}" for cell in row] for row in rows]
    widths = [max(len(str(row[k])) for row in [head, *rows]) for k in range(len(head))]
    print(f"\n{title}")
    for row in [head, *rows]:
        print(
            "  "
            + "  ".join(
                cell.ljust(width) if k == 0 else cell.rjust(width)
                for k, (cell, width) in enumerate(zip(row, widths))
            ).rstrip()
        )


def ratio(theirs, ours):
    return f"{theirs / ours:.1f} x" if ours else "-"


def verdict(value, wanted, at_least=True):
    return "reached" if (value >= wanted if at_least else value <= wanted) else "MISSED"


def machine():
    model = ""
    with open("/proc/cpuinfo", encoding="utf-8") as facts:
        for line in facts:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return {"cpu": model, "cores": os.cpu_count(), "system": platform.platform()}


def files_below(folder):
    return sorted(str(path) for path in pathlib.Path(folder).rglob("*") if path.is_file())


def is_picture(path):
    return picture_format(path) is not None


def picture_format(path):
    """What the first bytes say: the benchmarks sort by content, as vestige does."""
    with open(path, "rb") as file:
        head = file.read(32)
    if head[:3] == b"\xff\xd8\xff":
        return "jpeg"
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return "png"
    if head[:4] == b"GIF8":
        return "gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[:4] in (b"II*\0", b"MM\0*"):
        return "tiff"
    if head[:2] == b"BM":
        return "bmp"
    if head[4:8] == b"ftyp":
        brands = {head[k : k + 4] for k in range(8, len(head) - 3, 4)}
        if brands & {b"avif", b"avis"}:
            return "avif"
        if brands & {b"heic", b"heix", b"mif1", b"msf1", b"heim", b"heis", b"hevc"}:
            return "heic"
    if head[:12] == b"\0\0\0\x0cjP  \r\n\x87\n" or head[:4] == b"\xff\x4f\xff\x51":
        return "jpeg2000"
    return None
