"""
`joblib_calls.py COUNT`: prints the results of COUNT calls as JSON, then makes them again for every line on
stdin.
"""

import json
import os
import sys
from math import sqrt

from joblib import Parallel, delayed

count = int(sys.argv[1])
cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def run():
    return Parallel(n_jobs=cores)(delayed(sqrt)(i) for i in range(count))


first = run()
print(json.dumps(first), flush=True)
for _ in sys.stdin:
    print("same" if run() == first else "different", flush=True)
