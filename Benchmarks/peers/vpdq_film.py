"""Fingerprints a film with the Python package vpdq at one picture per second.

    vpdq_film.py FILM

Prints one object of JSON: pictures, and the CPU milliseconds of the call.
"""

import json
import sys
import time

import vpdq

start = time.process_time()
pictures = vpdq.computeHash(sys.argv[1], seconds_per_hash=1)
print(json.dumps({"pictures": len(pictures), "cpu_ms": (time.process_time() - start) * 1e3}))
