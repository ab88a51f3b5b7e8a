"""
Writes Parquet files of random rows of 10,000 groups: make.py FOLDER GIGABYTES (of rows in memory, 96 bytes
each).
"""
import os
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

folder, gigabytes = sys.argv[1], float(sys.argv[2])
GROUPS, ROW_BYTES, ROW_GROUP, FILE_ROWS = 10_000, 96, 500_000, 2_500_000
random = np.random.default_rng(7)
os.makedirs(folder, exist_ok=True)
left, number, at = int(gigabytes * 1e9 / ROW_BYTES), 0, 0
words = pa.array([f"shop{k:04}" for k in range(2000)])
while left > 0:
    rows = min(left, FILE_ROWS)
    columns = {
        "key": random.integers(0, GROUPS, rows, dtype=np.int32),
        "at": np.arange(at, at + rows, dtype=np.int64),
        "shop": words.take(pa.array(random.integers(0, len(words), rows))),
    }
    for k in range(9):
        columns[f"x{k}"] = random.standard_normal(rows)
    # Random floats do not compress, and dictionaries of them are in vain.
    pq.write_table(
        pa.table(columns),
        os.path.join(folder, f"part-{number:04}.parquet"),
        row_group_size=ROW_GROUP,
        use_dictionary=["shop", "key"],
    )
    left, number, at = left - rows, number + 1, at + rows
