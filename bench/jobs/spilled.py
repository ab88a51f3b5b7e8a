"""jobs/spilled.ts with dask: spilled.py FOLDER OUT JOBS."""

import os
import sys

import dask
import dask.dataframe as dd
import pandas as pd


def summary(g):
    x, y = g["x0"], g["x1"]
    dx, dy = x - x.mean(), y - y.mean()
    return pd.Series({"rows": float(len(g)), "mean": x.mean(), "std": x.std(), "slope": (dx * dy).sum() / (dx * dx).sum()})


def main(folder, out, jobs):
    # Its processes send all rows through the first one, which takes five times the rows' memory.
    dask.config.set({"temporary-directory": os.path.dirname(out), "dataframe.shuffle.method": "disk"})
    meta = {"rows": "f8", "mean": "f8", "std": "f8", "slope": "f8"}
    groups = dd.read_parquet(folder).groupby("key").apply(summary, meta=meta)
    result = groups.compute(scheduler="threads", num_workers=int(jobs))
    result.sort_index().rename_axis("key").reset_index().to_parquet(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
