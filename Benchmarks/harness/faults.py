"""`faults`: every write, fsync, rename of an index run fails once, or is cut short, or is the last one."""

import os
import pathlib
import shutil
import subprocess
import tempfile

from . import smallfiles, tools
from .exports import Exports, problems
from .tools import table

SOURCE = tools.ROOT / "Tests/FailingCalls/failing_calls.c"
WAYS = ["eio", "eio-always", "enospc", "enospc-always", "short", "kill", "kill-after", "torn", "power"]


def options(parser):
    parser.description = (
        "Indexes a small archive again and again, with the first, second, third … system call that changes the case "
        "failing, resumes, and compares all that can be exported. Needs a C compiler; `power` needs a --scratch in memory (tmpfs)."
    )
    parser.add_argument("--files", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--commit-items", type=int, default=8)
    parser.add_argument("--ways", default=",".join(WAYS), help=f"of {', '.join(WAYS)}")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth call")
    parser.add_argument("--first", type=int, default=1, metavar="N", help="from the Nth call on")
    parser.add_argument("--calls", type=int, metavar="N", help="up to the Nth call (all)")
    parser.add_argument("--pool", metavar="DIR", help="pictures to make the archive of (the samples)")
    parser.add_argument("--scratch", metavar="DIR", help="where the archive and the cases are made")


def main(options):
    ways = options.ways.split(",")
    if set(ways) - set(WAYS):
        raise tools.Stop(f"--ways knows {', '.join(WAYS)}")
    with tempfile.TemporaryDirectory(prefix="vestige-faults-", dir=options.scratch) as scratch:
        scratch = pathlib.Path(scratch).resolve()
        cache = pathlib.Path(options.scratch or scratch)
        library = compile_library(scratch)
        evidence = smallfiles.make(scratch / "evidence", options.files, options.seed, options.pool, cache)
        stock = smallfiles.make_stock(cache, pathlib.Path(options.pool or tools.SAMPLES), options.seed)
        probes = smallfiles.probes(stock, count=2)
        arguments = ["--commit-items", str(options.commit_items), "--quiet"]
        calm = scratch / "calm.vestige"
        tools.run([tools.vestige(), "index", calm, evidence, *arguments], accept=(0, 1))
        expected = Exports(calm, probes)
        print(f"{expected.info['seen']} items, {expected.info['segments']} segments", flush=True)

        rows, results = [], {}
        for way in ways:
            outcome = {"calls": 0, "stopped": 0, "went on": 0, "killed": 0, "kinds": {}, "failures": []}
            number = options.first
            while options.calls is None or number <= options.calls:
                case = scratch / "faulted.vestige"
                shutil.rmtree(case, ignore_errors=True)
                call = attempt(case, evidence, arguments, library, way, number, expected, probes, outcome)
                if call is None:
                    break
                outcome["calls"] += 1
                kind = " ".join([call[0], named(call[1], case)])
                outcome["kinds"][kind] = outcome["kinds"].get(kind, 0) + 1
                number += options.every
            failures = outcome["failures"]
            rows.append([way, *(outcome[key] for key in ("calls", "stopped", "went on", "killed")), len(failures)])
            results[way] = outcome
            print(f"  {way}: {outcome['calls']} calls, {len(failures)} failures", flush=True)
            for failure in failures:
                print(f"    {failure}", flush=True)
    table("one call of the index run fails", ["way", "calls", "stopped", "went on", "killed", "failures"], rows)
    if results:
        kinds = next(iter(results.values()))["kinds"]
        table("the calls", ["call", "times"], sorted(kinds.items()))
    good = not any(outcome["failures"] for outcome in results.values())
    print(f"  always a clear message, a sound case, and exports identical after resuming: {'reached' if good else 'MISSED'}")
    return results


def compile_library(folder):
    compiler = next(filter(None, map(shutil.which, ["cc", "clang", "gcc"])), None)
    if not compiler:
        raise tools.Stop("a C compiler is needed")
    library = folder / "failing_calls.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
    return library


def attempt(case, evidence, arguments, library, way, number, expected, probes, outcome):
    """One run with a fault, and one without; returns the call's name and path, or None if there was none."""
    report, durable = case.parent / "report", case.parent / "durable"
    report.unlink(missing_ok=True)
    shutil.rmtree(durable, ignore_errors=True)
    for part in ("content", "folders"):
        (durable / part).mkdir(parents=True)
    environment = tools.one_thread() | {
        "LD_PRELOAD": str(library),
        "FAILING_FOLDER": str(case),
        "FAILING_CALL": str(number),
        "FAILING_WAY": "kill" if way == "power" else way,
        "FAILING_REPORT": str(report),
    }
    if way == "power":
        environment["FAILING_DURABLE"] = str(durable)
    command = [tools.vestige(), "index", str(case), str(evidence), "--workers", "1", *arguments]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, errors="replace", check=False, timeout=120
    )
    if not report.exists():
        return None
    _, name, path = report.read_text(errors="surrogateescape").strip().split(" ", 2)
    failures = []

    def compare(when):
        failures.extend(f"{when}: {problem}" for problem in problems(case))
        for what, how in Exports(case, probes).differences(expected).items():
            failures.append(f"{when}: the {what} differs: {how}")

    kills = way in ("kill", "kill-after", "torn", "power")
    if way == "power":
        shutil.rmtree(case, ignore_errors=True)
        restore(case, durable)
    said = done.stderr.strip()
    if done.returncode in (0, 1):
        outcome["went on"] += 1
        if kills:
            failures.append("it was not killed")
        compare("without resuming")
    elif kills and done.returncode == -9:
        outcome["killed"] += 1
    elif done.returncode == 2 and said.startswith("vestige: ") and len(said) > 20:
        outcome["stopped"] += 1
    else:
        failures.append(f"status {done.returncode}: {said[:500]}")
    if done.returncode not in (0, 1) and (case / "case.json").exists():
        # What was committed can be read at once, by a program that may not write.
        state = tools.run([tools.vestige(), "verify", case, "--quiet"], accept=(0, 1, 2))
        if state.status != 0:
            failures.append(f"before resuming: {state.errors.strip()[:300]}")
    again = subprocess.run(command, env=tools.one_thread(), capture_output=True, text=True, errors="replace", check=False)
    if again.returncode not in (0, 1):
        failures.append(f"resuming: status {again.returncode}: {again.stderr.strip()[:300]}")
    else:
        compare("after resuming")
    outcome["failures"] += [f"{number} {name} {named(path, case)}: {failure}" for failure in failures]
    return name, path


def restore(folder, durable):
    """Makes a folder anew as a power cut leaves it: with the names that it had when it was synced last, and in each file what that
    held when it was synced last; nothing, if it never was."""
    names = durable / "folders" / str(folder).replace("/", "%")
    folder.mkdir(exist_ok=True)
    if not names.exists():
        return
    for line in names.read_text().splitlines():
        inode, name = line.split(" ", 1)
        content = durable / "content" / inode
        if name.endswith("/"):
            restore(folder / name[:-1], durable)
        elif content.exists():
            shutil.copy(content, folder / name)
        else:
            (folder / name).touch()


def named(path, case):
    """A path of the case as a kind: without numbers."""
    inside = os.path.relpath(path, case)
    return "".join("#" if letter.isdigit() else letter for letter in inside).replace("########", "N")
