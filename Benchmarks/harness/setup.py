"""`setup`: the Python packages that vestige is compared with, in a folder of their own."""

import subprocess
import sys

from . import tools

REQUIREMENTS = tools.PEERS / "requirements.txt"


def options(parser):
    parser.description = "Install the peers into Benchmarks/.build-peers or $VESTIGE_PEERS_VENV."


def main(_):
    folder = tools.peers_folder()
    if not (folder / "bin/python").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(folder / "bin/python"), "-m", "pip", "install"]
    subprocess.run([*pip, "--requirement", str(REQUIREMENTS)], check=True)
    print(f"The peers are in {folder}")
    return {}
