"""`scaling`: what a second worker brings, and whether memory grows with the number of items."""

import pathlib
import shutil
import tempfile

from . import tools
from .tools import median, table, verdict

WANTED = 1.8
WANTED_MEMORY = 600e6


def options(parser):
    parser.description = "Indexes an archive with one worker and with two, and watches the memory."
    parser.add_argument("--archive", required=True, help="a folder to index")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--copies", type=int, default=4, help="how often its items are multiplied")
    parser.add_argument("--scratch", help="where copies and cases are put")


def main(options):
    def index(folder, workers):
        with tempfile.TemporaryDirectory(prefix="vestige-case-", dir=options.scratch) as scratch:
            command = [
                tools.vestige(),
                "index",
                "--workers",
                workers,
                f"{scratch}/a.vestige",
                folder,
            ]
            return tools.run(command, accept=(0, 1))

    # Once before, so that both find the files in memory.
    index(options.archive, 2)
    contenders = {
        "1 worker": lambda: index(options.archive, 1).wall,
        "2 workers": lambda: index(options.archive, 2).wall,
    }
    times = {name: median(v) for name, v in tools.alternating(options.rounds, contenders).items()}
    gain = times["1 worker"] / times["2 workers"]
    table(
        f"{options.archive}: wall seconds, median of {options.rounds} rounds",
        ["", "s", "against 1 worker"],
        [
            [name, f"{value:.2f}", f"{times['1 worker'] / value:.2f} x"]
            for name, value in times.items()
        ],
    )
    print(f"  {gain:.2f} x (wanted {WANTED}): {verdict(gain, WANTED)}")
    memory = growth(options, index)
    return times | {"gain": gain, "memory": memory}


def growth(options, index):
    """Peak memory with two workers on the archive, then on several copies of it."""
    rows, memory = [], {}
    copies = 1
    while copies <= options.copies:
        with tempfile.TemporaryDirectory(prefix="vestige-archive-", dir=options.scratch) as scratch:
            for number in range(copies):
                shutil.copytree(
                    options.archive,
                    pathlib.Path(scratch) / "archive" / str(number),
                    copy_function=link_or_copy,
                    symlinks=True,
                )
            folder = f"{scratch}/archive"
            items = len(tools.files_below(folder))
            with tools.MemoryWatch() as watch:
                index(folder, 2)
            rows.append([str(items), f"{watch.peak / 1e6:.0f}"])
            memory[items] = watch.peak
        copies *= 2
    table(
        "peak memory of all processes with 2 workers, MB (sum of proportional set sizes)",
        ["items", "MB"],
        rows,
    )
    peak = max(memory.values())
    print(
        f"  peak {peak / 1e6:.0f} MB (wanted under {WANTED_MEMORY / 1e6:.0f}):"
        f" {verdict(peak, WANTED_MEMORY, at_least=False)}"
    )
    return memory


def link_or_copy(source, target):
    # Links take no room; where the file systems differ, only a copy is possible.
    try:
        pathlib.Path(target).hardlink_to(source)
    except OSError:
        shutil.copy2(source, target)
