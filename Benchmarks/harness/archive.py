"""`archive`: a large archive: memory, throughput from the first tenth to the last, use of the cores."""

import os
import pathlib
import sqlite3
import subprocess
import tempfile
import time

from . import tools
from .tools import table, verdict

WANTED_MEMORY = 400e6
WANTED_EVENNESS = 0.10
WANTED_BUSY = 0.90


def options(parser):
    parser.description = "Indexes an archive once, and samples the program and its workers while it goes on."
    parser.add_argument("--archive", required=True, metavar="DIR")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--commit-items", type=int, default=200, help="items to a batch: so fine is the time told")
    parser.add_argument("--seconds", type=float, default=0.5, help="between two samples")
    parser.add_argument("--scratch", metavar="DIR", help="where the case is made")


def main(options):
    with tempfile.TemporaryDirectory(prefix="vestige-archive-", dir=options.scratch) as scratch:
        case = pathlib.Path(scratch) / "archive.vestige"
        command = [tools.vestige(), "index", str(case), options.archive, "--json", "--quiet"]
        command += ["--workers", str(options.workers), "--commit-items", str(options.commit_items)]
        started = time.monotonic()
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=tools.one_thread())
        samples, parent_peak, worker_peak = [], 0, 0
        machine = Machine()
        while child.poll() is None:
            workers = tools.descendants(child.pid)
            parent_peak = max(parent_peak, memory(child.pid))
            worker_peak = max([worker_peak, *(memory(worker) for worker in workers)])
            cpu = sum(seconds_used(process) for process in [child.pid, *workers])
            samples.append((time.monotonic() - started, committed(case), cpu, machine.used()))
            time.sleep(options.seconds)
        output, errors = child.communicate()
        wall = time.monotonic() - started
        if child.returncode not in (0, 1):
            raise tools.Stop(f"ended with status {child.returncode}: {errors.decode(errors='replace')[-500:]}")
        summary = tools.json.loads(output)
        sizes = item_sizes(case)
        tools.run([tools.vestige(), "verify", case, "--quiet"])
    return show(summary, samples, sizes, wall, parent_peak, worker_peak, options)


def show(summary, samples, sizes, wall, parent_peak, worker_peak, options):
    """Prints the tenths, by items, and what was wanted."""
    count, rows, tenths = len(sizes), [], []
    moments = [(0.0, 0, 0.0, 0.0)] + samples + [(wall, count, samples[-1][2] if samples else 0.0, samples[-1][3] if samples else 0.0)]
    for number in range(10):
        first, last = count * number // 10, count * (number + 1) // 10
        begin, end = (reached(moments, place) for place in (first, last))
        took = max(1e-9, end[0] - begin[0])
        busy = (end[2] - begin[2]) / took / options.workers
        tenth = {"seconds": took, "items": last - first, "bytes": sum(sizes[first:last]), "busy": busy, "machine": (end[3] - begin[3]) / took}
        tenths.append(tenth)
        row = [f"{number + 1}", f"{took:.1f}", f"{tenth['items'] / took:.0f}", f"{tenth['bytes'] / took / 1e6:.1f}"]
        rows.append([*row, f"{busy:.0%}", f"{tenth['machine']:.2f}"])
    table("the tenths of the files", ["", "seconds", "files/s", "MB/s", "cores busy", "cores used in all"], rows)
    total = sum(sizes)
    busy = moments[-1][2] / wall / options.workers
    print(f"  {count:,} files, {total / 1e9:.2f} GB in {wall:.0f} s: {count / wall:.0f} files/s, {total / wall / 1e6:.1f} MB/s")
    print(f"  seen {summary['seen']}, indexed {summary['indexed']}, partly {summary['partly']}, faulted {summary['faulted']}, skipped {summary['skipped']}")
    print(f"  program {parent_peak / 1e6:.0f} MB, wanted {WANTED_MEMORY / 1e6:.0f}: {verdict(parent_peak, WANTED_MEMORY, False)}")
    print(f"  largest worker {worker_peak / 1e6:.0f} MB")
    ends = [tenths[place]["items"] / tenths[place]["seconds"] for place in (0, -1)]
    change = ends[1] / ends[0] - 1
    print(f"  files/s in the last tenth {change:+.0%} of the first, wanted within 10 %: {verdict(abs(change), WANTED_EVENNESS, False)}")
    print(f"  cores busy {busy:.0%}, wanted {WANTED_BUSY:.0%}: {verdict(busy, WANTED_BUSY)}")
    return {
        "summary": summary, "tenths": tenths, "seconds": wall, "parent": parent_peak, "worker": worker_peak, "busy": busy
    }  # fmt: skip


def reached(moments, items):
    """When so many items were committed, in between two samples in proportion."""
    before = moments[0]
    for moment in moments:
        if moment[1] >= items:
            span = moment[1] - before[1]
            share = (items - before[1]) / span if span else 1.0
            return tuple(old + (new - old) * share for old, new in zip(before, moment))
        before = moment
    return moments[-1]


def committed(case):
    """The files that are committed so far, near enough: the highest number. Members of containers have numbers behind them."""
    return query(case, f"SELECT max(id) FROM item WHERE id < {1 << 39}", 0)


def item_sizes(case):
    with sqlite3.connect(f"file:{case}/catalog.sqlite?mode=ro", uri=True) as catalog:
        return [row[0] or 0 for row in catalog.execute("SELECT size FROM item WHERE superseded = 0 AND file IS NULL ORDER BY id")]


def query(case, text, default):
    try:
        catalog = sqlite3.connect(f"file:{case}/catalog.sqlite?mode=ro", uri=True, timeout=1)
        try:
            return catalog.execute(text).fetchone()[0] or default
        finally:
            catalog.close()
    except sqlite3.Error:
        return default


def memory(process):
    """The resident size, in bytes."""
    try:
        with open(f"/proc/{process}/statm", encoding="ascii") as facts:
            return int(facts.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def seconds_used(process):
    """CPU seconds of a process and of the children that it has waited for: workers that were replaced."""
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as facts:
            fields = facts.read().rsplit(")", 1)[1].split()
        return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return 0.0


class Machine:
    """CPU seconds of the whole machine: how busy it is with other work makes the rest plausible."""

    def __init__(self):
        self.start = self.total()

    def total(self):
        with open("/proc/stat", encoding="ascii") as facts:
            fields = [int(field) for field in facts.readline().split()[1:]]
        return (sum(fields[:3]) + sum(fields[5:8])) / os.sysconf("SC_CLK_TCK")

    def used(self):
        return self.total() - self.start
