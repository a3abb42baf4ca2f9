"""`kill`: what SIGKILL at random moments of an index run costs, and whether the exports stay the same."""

import os
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import time

from . import smallfiles, tools
from .exports import Exports, problems
from .tools import table

# What is killed, and how often: the program alone, it and its workers at once, a worker.
VICTIMS = ["program"] * 5 + ["group"] * 4 + ["worker"] * 2


def options(parser):
    parser.description = (
        "Indexes thousands of small files once undisturbed, then again and again with SIGKILL at random moments "
        "until each run has come to its end, and compares all that can be exported."
    )
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--files", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--commit-items", type=int, default=40)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--pool", metavar="DIR", help="pictures to make the archive of (the samples)")
    parser.add_argument("--scratch", metavar="DIR", help="where the archive and the cases are made")
    parser.add_argument("--keep", metavar="DIR", help="keeps exports that differ here")


def main(options):
    generator = random.Random(f"kill {options.seed}")
    with tempfile.TemporaryDirectory(prefix="vestige-kill-", dir=options.scratch) as scratch:
        scratch = pathlib.Path(scratch)
        cache = pathlib.Path(options.scratch or scratch)
        evidence = smallfiles.make(scratch / "evidence", options.files, options.seed, options.pool, cache)
        probes = smallfiles.probes(smallfiles.make_stock(cache, pathlib.Path(options.pool or tools.SAMPLES), options.seed))
        command = ["--workers", str(options.workers), "--commit-items", str(options.commit_items), "--quiet"]

        calm = scratch / "calm.vestige"
        started = time.monotonic()
        tools.run([tools.vestige(), "index", calm, evidence, *command], accept=(0, 1))
        seconds = time.monotonic() - started
        expected = Exports(calm, probes)
        wanted = [row["path"] for row in expected.rows()]
        print(f"{len(wanted)} items, {seconds:.1f} s undisturbed, {expected.info['segments']} segments", flush=True)
        # The number of workers and the size of batches must not show either.
        plain = scratch / "plain.vestige"
        tools.run([tools.vestige(), "index", plain, evidence, "--workers", "1", "--quiet"], accept=(0, 1))
        found = {"one worker, one batch": Exports(plain, probes).differences(expected)}
        for what, differing in found["one worker, one batch"].items():
            print(f"  with one worker and in one batch the {what} differs: {differing}", flush=True)

        counts = dict.fromkeys(["program", "group", "worker"], 0)
        failures, differing, rounds, longest = [], {}, 0, 0
        while sum(counts.values()) < options.kills:
            rounds += 1
            case = scratch / "killed.vestige"
            shutil.rmtree(case, ignore_errors=True)
            runs = torment([tools.vestige(), "index", case, evidence, *command], seconds, generator, counts, options.kills)
            longest = max(longest, runs)
            failures += [f"round {rounds}: {problem}" for problem in problems(case)]
            result = Exports(case, probes)
            paths = [row["path"] for row in result.rows()]
            if sorted(paths) != sorted(wanted):
                lost, twice = set(wanted) - set(paths), len(paths) - len(set(paths))
                failures.append(f"round {rounds}: {len(lost)} items lost, {twice} twice")
            for what, how in result.differences(expected).items():
                differing.setdefault((what, how), []).append(rounds)
                if options.keep:
                    result.save(pathlib.Path(options.keep) / f"round-{rounds}")
                    expected.save(pathlib.Path(options.keep) / "calm")
            print(f"  round {rounds}: {runs} starts, {sum(counts.values())} kills so far", flush=True)
    rows = [[victim, count] for victim, count in counts.items()] + [["rounds to the end", rounds]]
    table(f"SIGKILL {sum(counts.values())} times", ["victim", "kills"], rows)
    for (what, how), where in sorted(differing.items()):
        print(f"  the {what} differs in {len(where)} of {rounds} rounds: {how}")
    for failure in failures:
        print(f"  {failure}")
    good = not failures and not differing and not found["one worker, one batch"]
    print(f"  nothing lost, nothing twice, exports identical: {'reached' if good else 'MISSED'}")
    return {
        "items": len(wanted),
        "seconds": seconds,
        "kills": counts,
        "rounds": rounds,
        "most_starts": longest,
        "failures": failures,
        "differing": {f"{what}: {how}": where for (what, how), where in differing.items()},
        "one_worker": found["one worker, one batch"],
    }


def torment(command, seconds, generator, counts, kills):
    """Starts the program until it ends by itself, killing it or its workers on the way; says how often."""
    starts = 0
    while True:
        starts += 1
        child = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=tools.one_thread(),
            process_group=0,
        )
        while sum(counts.values()) < kills:
            # Anywhere in the run, and often in the first moments, where a case is made or put right.
            left = seconds if generator.random() < 0.8 else min(0.1, seconds)
            try:
                child.wait(timeout=generator.uniform(0, left))
                break
            except subprocess.TimeoutExpired:
                pass
            victim = generator.choice(VICTIMS)
            if victim == "worker":
                workers = sorted(tools.descendants(child.pid))
                if not workers:
                    continue
                counts["worker"] += 1
                kill(generator.choice(workers))
                # The run has to go on, and may be hit again.
                continue
            counts[victim] += 1
            os.killpg(child.pid, signal.SIGKILL) if victim == "group" else kill(child.pid)
            break
        status = child.wait()
        collect_orphans()
        if status in (0, 1):
            return starts
        if status != -signal.SIGKILL:
            raise tools.Stop(f"`{' '.join(map(str, command[:4]))} ...` ended with status {status}")


def kill(process):
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        pass


def collect_orphans():
    """Waits for the workers of a program that was killed: they have to end by themselves, and soon."""
    limit = time.monotonic() + 10
    while time.monotonic() < limit:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.002)
        except ChildProcessError:
            return
    raise tools.Stop("workers outlived the program by ten seconds")
