"""What two cases of the same evidence must agree in, byte for byte."""

import hashlib
import json
import pathlib
import re

from . import tools

# What tells of the case itself or of its runs, not of the evidence.
OF_THE_CASE = ("path", "identifier", "created", "runs", "sandboxes", "segments", "indexBytes", "uniqueFingerprints")
# Items' numbers, wherever they stand in a line.
NUMBER = re.compile(rb'"item":\d+')


class Exports:
    """All that can be exported of a case: name -> bytes."""

    def __init__(self, case, probes, clusters=True):
        commands = {
            "ledger": ["faults", case, "--all", "--format", "jsonl"],
            "join": ["join", case, "--min-quality", "0", "--format", "jsonl", "--quiet"],
        }
        for number, probe in enumerate(probes):
            commands[f"query {number}"] = ["query", case, probe, "--turned", "--format", "jsonl"]
        if clusters:
            commands["clusters"] = ["cluster", case, "--members", "--format", "jsonl", "--quiet"]
        # Status 1 tells of items that are damaged.
        self.bytes = {name: output(command) for name, command in commands.items()}
        info = json.loads(output(["info", case, "--json"]))
        kept = {key: value for key, value in info.items() if key not in OF_THE_CASE}
        self.bytes["info"] = json.dumps(kept, sort_keys=True).encode()
        self.info = info

    def rows(self):
        """The ledger's lines as objects."""
        return [json.loads(line) for line in self.bytes["ledger"].splitlines()]

    def differences(self, other):
        """The names of the exports that differ, and how: even without items' numbers, even when sorted."""
        found = {}
        for name, mine in self.bytes.items():
            theirs = other.bytes[name]
            if mine == theirs:
                continue
            bare = [NUMBER.sub(b'"item":0', text) for text in (mine, theirs)]
            if bare[0] == bare[1]:
                found[name] = "items' numbers"
            elif sorted(bare[0].splitlines()) == sorted(bare[1].splitlines()):
                found[name] = "order of lines"
            else:
                found[name] = "content"
        return found

    def digest(self):
        """One digest of all."""
        total = hashlib.sha256()
        for name in sorted(self.bytes):
            total.update(name.encode() + b"\0" + self.bytes[name] + b"\0")
        return total.hexdigest()

    def save(self, folder):
        """Keeps the exports, to be looked at."""
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.bytes.items():
            (folder / name.replace(" ", "-")).write_bytes(content)


def output(command):
    done = tools.run([tools.vestige(), *command], accept=(0, 1))
    return done.output.encode(errors="surrogateescape")


def problems(case):
    """What is wrong with a case that is at rest: what `verify` says, and files that nobody knows."""
    found = []
    done = tools.run([tools.vestige(), "verify", case, "--quiet"], accept=(0, 2))
    if done.status != 0:
        found += done.errors.strip().splitlines()
    folder = pathlib.Path(case)
    names = {entry.name for entry in (folder / "segments").iterdir()}
    manifest = folder / "MANIFEST"
    known = set()
    if manifest.exists():
        body = manifest.read_bytes().split(b"\n", 1)[1]
        known = {segment["name"] for segment in json.loads(body)["segments"]}
    if names != known:
        found.append(f"files in segments/ that the MANIFEST does not name, or the reverse: {sorted(names ^ known)}")
    found += [f"left behind: {entry.name}" for entry in folder.glob("*.partial")]
    return found
