"""The same job with dask: dask_peer.py FOLDER SCRATCH [threads]. Prints one line of JSON."""
import json
import os
import resource
import sys
import time

import dask
import dask.dataframe as dd
import pandas as pd


def summary(g):
    x, y = g["x0"], g["x1"]
    dx, dy = x - x.mean(), y - y.mean()
    return pd.Series({"rows": float(len(g)), "mean": x.mean(), "std": x.std(), "slope": (dx * dy).sum() / (dx * dx).sum()})


if __name__ == "__main__":
    folder, scratch = sys.argv[1:3]
    scheduler = sys.argv[3] if len(sys.argv) > 3 else "processes"
    os.makedirs(scratch, exist_ok=True)
    dask.config.set({"temporary-directory": scratch, "dataframe.shuffle.method": "disk"})
    began = time.perf_counter()
    rows = dd.read_parquet(folder)
    meta = {"rows": "f8", "mean": "f8", "std": "f8", "slope": "f8"}
    result = rows.groupby("key").apply(summary, meta=meta).compute(scheduler=scheduler, num_workers=2)
    seconds = time.perf_counter() - began
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(
        json.dumps(
            {
                "seconds": seconds,
                "cpu": sum(u.ru_utime + u.ru_stime for u in usage),
                # Of the largest process: they run side by side.
                "peakMB": max(u.ru_maxrss for u in usage) / 1000,
                "groups": len(result),
                "checksum": float(result["slope"].sum() + result["std"].sum()),
            }
        )
    )
