"""`isolation`: what it costs that hostile files are decoded in processes of their own."""

import json
import tempfile

from . import tools
from .tools import median, table, verdict

WANTED = 5.0
LAYERS = [
    "own-descriptors",
    "no-new-privileges",
    "user-namespace",
    "network-namespace",
    "ipc-namespace",
    "empty-root",
    "no-capabilities",
    "limits",
    "landlock",
    "seccomp",
]


def options(parser):
    parser.description = (
        "Indexes an archive with workers in their sandbox, with workers without it, and with threads of the"
        " parent, in turns; and measures how long a new worker takes to start."
    )
    parser.add_argument("--archive", required=True, help="a folder of ordinary pictures")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--scratch", help="where the cases are put")


def main(options):
    def index(*flags):
        with tempfile.TemporaryDirectory(prefix="vestige-case-", dir=options.scratch) as scratch:
            command = [tools.vestige(), "index", "--quiet", "--workers", options.workers, *flags]
            return tools.run([*command, f"{scratch}/a.vestige", options.archive], accept=(0, 1))

    contenders = {
        "threads of the parent": lambda: index("--in-process"),
        "processes, no sandbox": lambda: index("--no-sandbox"),
        "processes in the sandbox": lambda: index(),
    }
    # Once before, so that all find the files in memory.
    index()
    runs = tools.alternating(options.rounds, contenders)
    results = {
        name: {"cpu": median([run.cpu for run in of]), "wall": median([run.wall for run in of])}
        for name, of in runs.items()
    }
    base = results["threads of the parent"]
    table(
        f"{options.archive}, {options.workers} worker(s), median of {options.rounds} rounds",
        ["", "CPU s", "against threads", "wall s", "against threads"],
        [
            [
                name,
                f"{one['cpu']:.3f}",
                f"{100 * (one['cpu'] / base['cpu'] - 1):+.1f} %",
                f"{one['wall']:.3f}",
                f"{100 * (one['wall'] / base['wall'] - 1):+.1f} %",
            ]
            for name, one in results.items()
        ],
    )
    # Each round has its own ratio: what else the machine does then falls on both.
    ratios = [
        100 * (mine.cpu / theirs.cpu - 1)
        for mine, theirs in zip(runs["processes in the sandbox"], runs["threads of the parent"])
    ]
    overhead = median(ratios)
    print(
        f"  CPU, median of the rounds' ratios: {overhead:+.1f} % (wanted at most {WANTED} %):"
        f" {verdict(overhead, WANTED, at_least=False)}"
    )
    starts = start_times(options.rounds)
    return results | {"overhead_percent": overhead, "start_milliseconds": starts}


def start_times(rounds):
    """Milliseconds until a new worker can take a request: with everything, without each layer, with none."""

    command = [tools.vestige(), "doctor", "--json", "--only", "read-evidence"]

    def start(*flags):
        done = tools.run([*command, *flags], accept=(0, 1))
        return json.loads(done.output)["workerStartMilliseconds"]

    contenders = {"all layers": lambda: start()}
    contenders |= {
        f"without {layer}": lambda layer=layer: start("--without-layers", layer) for layer in LAYERS
    }
    contenders["no layer"] = lambda: start("--without-layers", ",".join(LAYERS))
    runs = tools.alternating(3 * rounds, contenders)
    results = {name: median(of) for name, of in runs.items()}
    whole = results["all layers"]
    table(
        "a new worker, from its start until it can take a request",
        ["", "ms", "the layer's part, ms"],
        [
            [name, f"{value:.1f}", "" if name == "all layers" else f"{whole - value:+.1f}"]
            for name, value in results.items()
        ],
    )
    print("  Nearly all of it is the loading of libraries. During a run a started worker waits as a replacement.")
    return results
