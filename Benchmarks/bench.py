#!/usr/bin/env python3
"""Measures vestige beside the tools that people use today, in one run, on one machine.

    python3 Benchmarks/bench.py setup
    python3 Benchmarks/bench.py kernel
    python3 Benchmarks/bench.py conformance --corpus DIR

README.md beside this file says what each benchmark measures. This driver needs only Python; the
peers run as processes of their own, one thread each, with the Python that `setup` installed them
for.
"""

import argparse
import importlib
import json
import pathlib
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from harness import tools  # noqa: E402

BENCHMARKS = [
    "setup",
    "conformance",
    "pictures",
    "kernel",
    "films",
    "alignment",
    "variants",
    "chance",
    "scaling",
    "load",
    "build",
    "search",
    "choosing",
    "scan",
    "exactness",
    "join",
    "lists",
    "isolation",
    "kill",
    "faults",
    "mutations",
    "archive",
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="benchmark", required=True, metavar="BENCHMARK")
    modules = {}
    for name in BENCHMARKS:
        modules[name] = importlib.import_module(f"harness.{name}")
        summary = modules[name].__doc__.strip().splitlines()[0].split(": ", 1)[1]
        command = commands.add_parser(name, help=summary)
        modules[name].options(command)
        command.add_argument("--json", metavar="FILE", help="write the results as JSON, too")
    options = parser.parse_args()
    tools.become_reaper()
    try:
        results = modules[options.benchmark].main(options)
    except tools.Stop as reason:
        sys.exit(f"bench.py: {reason}")
    except subprocess.CalledProcessError as failure:
        # The program has said on the same terminal what was wrong.
        sys.exit(f"bench.py: {failure.cmd[0]} ended with status {failure.returncode}")
    if options.json:
        report = {
            "benchmark": options.benchmark,
            "when": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "machine": tools.machine(),
            "arguments": sys.argv[1:],
            "results": results,
        }
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(report, file, indent=1)


if __name__ == "__main__":
    main()
