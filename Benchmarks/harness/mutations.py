"""`mutations`: hundreds of thousands of damaged files, and what they do to the program and its workers."""

import json
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import threading
import time

from . import mutants, tools
from .tools import table


def options(parser):
    parser.description = (
        "Damages small files of every codec and container, indexes them in batches, and checks that each has its row "
        "and that a crash or stall costs the one file that causes it. Needs ffmpeg."
    )
    parser.add_argument("--count", type=int, default=20_000, help="damaged files in all")
    parser.add_argument("--batch", type=int, default=2_000, help="files that are indexed at once")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", action="append", default=[], metavar="DIR", help="further files to damage")
    parser.add_argument("--largest", type=int, default=40_000, help="bytes of the largest file taken from --corpus")
    parser.add_argument("--timeout", type=int, default=20, help="seconds for an item")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--memory-limit", type=float, default=5 << 30, help="bytes that a worker may take")
    parser.add_argument("--formats", help="only originals of these suffixes, separated by commas")
    parser.add_argument("--scratch", metavar="DIR", help="where files and cases are made; memory is best")
    parser.add_argument("--keep", metavar="DIR", help="keeps the files that end a worker here")


def main(options):
    started = time.monotonic()
    counts, bad, failures, peaks = {}, [], [], {"worker": 0, "parent": 0}
    seconds = 0
    with tempfile.TemporaryDirectory(prefix="vestige-mutations-", dir=options.scratch) as scratch:
        scratch = pathlib.Path(scratch)
        cache = pathlib.Path(options.scratch or scratch)
        pictures = [path for path in tools.files_below(tools.SAMPLES / "known") if tools.is_picture(path)]
        originals = [str(path) for path in mutants.make_originals(cache / "originals", pictures)]
        for folder in options.corpus:
            originals += [path for path in tools.files_below(folder) if 8 <= os.path.getsize(path) <= options.largest]
        if options.formats:
            originals = [path for path in originals if mutants.sort(path)[1:] in options.formats.split(",")]
        print(f"{len(originals)} originals, {sum(map(os.path.getsize, originals)) / 1e6:.1f} MB", flush=True)
        done, number = 0, 0
        while done < options.count:
            generator = random.Random(f"mutations {options.seed} {number}")
            mutator = mutants.Mutator(originals, generator) if number == 0 else mutator
            mutator.generator = generator
            folder, case = scratch / "batch", scratch / "batch.vestige"
            for place in (folder, case):
                shutil.rmtree(place, ignore_errors=True)
            folder.mkdir()
            size = min(options.batch, options.count - done)
            names = {}
            for index in range(size):
                original = generator.choice(originals)
                data, steps = mutator.mutant(original)
                name = f"{options.seed}-{number}-{index:05d}{mutants.sort(original)}"
                (folder / name).write_bytes(data)
                names[name] = (original, steps)
            begun = time.monotonic()
            told = run_batch(folder, case, names, options, failures, peaks, f"batch {number}")
            seconds += time.monotonic() - begun
            for row in told:
                take(row, names, folder, counts, bad, options)
            done += size
            number += 1
            if number % 10 == 0:
                print(f"  {done} files, {done / seconds:.0f} a second, {len(bad)} ended a worker", flush=True)
        for entry in bad:
            reproduce(entry, options)
    return show(counts, bad, failures, peaks, done, seconds, time.monotonic() - started, options)


def run_batch(folder, case, names, options, failures, peaks, what):
    """Indexes a batch; returns the ledger's rows, and adds to `failures` whatever is wrong."""
    command = [tools.vestige(), "index", str(case), str(folder), "--json", "--quiet"]
    command += ["--workers", str(options.workers), "--timeout", str(options.timeout)]
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=tools.one_thread())
    with WorkerWatch(child.pid, peaks):
        output, errors = child.communicate()
    if child.returncode not in (0, 1):
        failures.append(f"{what}: status {child.returncode}: {errors.decode(errors='replace')[-300:]}")
        if options.keep:
            shutil.copytree(folder, pathlib.Path(options.keep) / what.replace(" ", "-"), dirs_exist_ok=True)
        return []
    ledger = tools.run([tools.vestige(), "faults", case, "--all", "--format", "jsonl"], accept=(0, 1)).output
    every = [json.loads(line) for line in ledger.splitlines()]
    seen = json.loads(output)["seen"]
    if seen != len(every):
        failures.append(f"{what}: {seen} seen, {len(every)} in the ledger")
    # Members of archives are told apart from the files.
    rows = [row for row in every if "member" not in row]
    told = [pathlib.Path(row["path"]).name for row in rows]
    if sorted(told) != sorted(names):
        failures.append(f"{what}: {len(set(names) - set(told))} files have no row, {len(told) - len(set(told))} have two")
    return every


def take(row, names, folder, counts, bad, options):
    """Counts a row, and keeps the file if it, or a member of it, ended its worker."""
    name = pathlib.Path(row["path"]).relative_to(folder).parts[0]
    original, steps = names[name]
    sort = counts.setdefault("members" if "member" in row else mutants.sort(original)[1:] or "none", {})
    sort["files"] = sort.get("files", 0) + 1
    sort[row["state"]] = sort.get(row["state"], 0) + 1
    for loss in row["losses"]:
        if loss["stage"] != "worker":
            continue
        sort[loss["code"]] = sort.get(loss["code"], 0) + 1
        kept = folder / name
        if options.keep:
            pathlib.Path(options.keep).mkdir(parents=True, exist_ok=True)
            kept = pathlib.Path(shutil.copy(kept, pathlib.Path(options.keep) / name))
        bad.append({"file": str(kept), "original": original, "steps": steps, "format": row["format"], **loss})


def reproduce(entry, options):
    """Whether the file alone ends a worker, too: if not, another one may have been at fault."""
    if not os.path.exists(entry["file"]):
        return
    command = [tools.vestige(), "fingerprint", entry["file"], "--timeout", str(options.timeout)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, env=tools.one_thread())
    entry["alone"] = done.returncode == 1 and ("worker" in done.stderr or "worker" in done.stdout)


def show(counts, bad, failures, peaks, done, seconds, all_seconds, options):
    columns = ["files", "indexed", "partly", "faulted", "skipped", "crashed", "timeout", "protocol"]
    rows = [[sort, *(told.get(column, 0) for column in columns)] for sort, told in sorted(counts.items())]
    rows.append(["all", *(sum(told.get(column, 0) for told in counts.values()) for column in columns)])
    rows = [[row[0], *(f"{cell:,}" for cell in row[1:])] for row in rows]
    table("damaged files, by the original's suffix", ["", *columns], rows)
    print(f"  {done} files at {done / max(seconds, 1e-9):.0f} a second; {all_seconds:.0f} s in all")
    print(f"  largest worker {peaks['worker'] / 1e6:.0f} MB, parent {peaks['parent'] / 1e6:.0f} MB")
    for entry in bad:
        alone = {True: "again alone", False: "NOT alone", None: "not kept"}[entry.get("alone")]
        print(f"    {entry['code']} {entry.get('status') or ''} {alone}: {entry['file']} ({entry['format']}; {', '.join(entry['steps'])})")
    if peaks["worker"] > options.memory_limit:
        failures.append(f"a worker took {peaks['worker'] / 1e6:.0f} MB")
    for failure in failures:
        print(f"  {failure}")
    print(f"  no crash of the program, a row for each file: {'MISSED' if failures else 'reached'}")
    return {"counts": counts, "ended": bad, "failures": failures, "peaks": peaks, "files": done, "seconds": seconds}


class WorkerWatch(threading.Thread):
    """Keeps the largest resident size that a program and each of its workers have had.

    The kernel keeps a process's own peak; only what a worker took in its last tenths of a second before it
    crashed can be missed.
    """

    def __init__(self, process, peaks):
        super().__init__(daemon=True)
        self.process, self.peaks, self.ended = process, peaks, threading.Event()

    def run(self):
        while not self.ended.wait(0.2):
            self.peaks["parent"] = max(self.peaks["parent"], peak(self.process))
            for worker in tools.descendants(self.process):
                self.peaks["worker"] = max(self.peaks["worker"], peak(worker))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.join()


def peak(process):
    try:
        with open(f"/proc/{process}/status", encoding="ascii", errors="replace") as facts:
            for line in facts:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0
