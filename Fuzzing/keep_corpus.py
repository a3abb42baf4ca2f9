#!/usr/bin/env python3
"""Keeps a few small inputs of each target in Corpus, which between them reach most of what the fuzzer has reached.

    keep_corpus.py [TARGET…]

VESTIGE_FUZZ_BINARY names the fuzzer, VESTIGE_FUZZ_CORPUS the folder in which `run` has collected inputs. What is kept is chosen
greedily, by the branches that an input adds to those chosen before it, and its size.
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TARGETS = ("message", "conversation", "segment", "manifest", "list", "certificate", "structure", "jpeg", "media", "container")
FILES = 40
BYTES = 30_000
LARGEST = {"segment": 24_000}
# An input may hold the path of the folder that its seed was made in.
PRIVATE = [bytes(part) for part in (pathlib.Path.home(), HERE.parent, tempfile.gettempdir().encode()) if len(bytes(part)) > 1]


def main():
    corpora = pathlib.Path(os.environ.get("VESTIGE_FUZZ_CORPUS", HERE / ".build/corpus"))
    for target in sys.argv[1:] or TARGETS:
        with tempfile.TemporaryDirectory() as scratch:
            inputs = pathlib.Path(scratch, "inputs")
            inputs.mkdir()
            for path in [*corpora.glob(f"{target}/found/*"), *corpora.glob(f"{target}/seeds/*")]:
                content = path.read_bytes()
                if len(content) <= LARGEST.get(target, 3_000) and not any(part in content for part in PRIVATE):
                    (inputs / hashlib.sha1(content).hexdigest()).write_bytes(content)
            chosen = choose(branches(target, inputs, pathlib.Path(scratch)))
            place = HERE / "Corpus" / target
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
            for path in chosen:
                shutil.copyfile(path, place / path.name)


def branches(target, inputs, scratch):
    """The branches that each input reaches. libFuzzer's merge writes down a number for each and for how often it was taken: eight
    for each branch, one behind the other."""
    (scratch / "merged").mkdir()
    options = ["-merge=1", "-max_len=300000", "-timeout=10", "-rss_limit_mb=2048", f"-merge_control_file={scratch / 'control'}"]
    environment = os.environ | {
        "VESTIGE_FUZZ_TARGET": target,
        "ASAN_OPTIONS": "detect_leaks=0:allocator_may_return_null=1:max_allocation_size_mb=1024",
    }
    command = [os.environ["VESTIGE_FUZZ_BINARY"], *options, scratch / "merged", inputs]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    lines = (scratch / "control").read_text().splitlines()
    names = lines[2 : 2 + int(lines[0])]
    fields = (line.split() for line in lines[2 + len(names) :])
    return {pathlib.Path(names[int(field[1])]): {int(number) // 8 for number in field[2:]} for field in fields if field[0] == "FT"}


def choose(reached):
    """Inputs, each adding most for its size, until nothing is added or there is no more room."""
    chosen, seen, room = [], set(), BYTES
    sizes = {path: path.stat().st_size for path in reached}
    while len(chosen) < FILES:
        fitting = [path for path in sorted(reached) if sizes[path] <= room and reached[path] - seen]
        if not fitting:
            break
        best = max(fitting, key=lambda path: len(reached[path] - seen) / (1_500 + sizes[path]))
        chosen.append(best)
        seen |= reached[best]
        room -= sizes[best]
    print(f"{len(chosen)} inputs, {BYTES - room} bytes, {len(seen)} of {len(set().union(*reached.values()))} branches")
    return chosen


if __name__ == "__main__":
    main()
