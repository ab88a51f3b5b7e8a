"""
The peers of bench/cluster.ts, on the same server: cluster.py URL FILE. Reads `keys how` from stdin, answers
in JSON.
"""
import json
import sys
import time
import warnings

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import SparkSession

warnings.filterwarnings("ignore")
url, path = sys.argv[1:3]
spark = SparkSession.builder.remote(url).getOrCreate()
spark.conf.set("spark.sql.session.timeZone", "UTC")
flights = spark.read.parquet(path)
small = spark.sql("select id % 3 as k, cast(id as double) as x from range(10)")
SCHEMA = "key string, n int, delay long, distance long, late int"


def in_arrow(table):
    delay = table.column("delay")
    return pa.table({
        "key": pa.array([str(table.column("origin")[0])]),
        "n": pa.array([table.num_rows], pa.int32()),
        "delay": pa.array([pc.sum(delay).as_py()], pa.int64()),
        "distance": pa.array([pc.sum(table.column("distance")).as_py()], pa.int64()),
        "late": pa.array([pc.sum(pc.greater(delay, 0)).as_py()], pa.int32()),
    })


def in_pandas(group):
    delay = group["delay"]
    return pd.DataFrame({
        "key": [group["origin"].iloc[0]], "n": [len(group)], "delay": [int(delay.sum())],
        "distance": [int(group["distance"].sum())], "late": [int((delay > 0).sum())],
    })


def counted(batches):
    for batch in batches:
        yield pa.record_batch([pa.array([batch.num_rows], pa.int64())], names=["n"])


def run(keys, how):
    if how == "floor":
        return flights.repartition(4, *keys).mapInArrow(counted, "n long").toArrow()
    if how == "small":
        return small.groupBy("k").applyInArrow(lambda t: pa.table({"s": [pc.sum(t.column("x")).as_py()]}), "s double").toArrow()
    groups = flights.groupBy(*keys)
    return (groups.applyInArrow(in_arrow, SCHEMA) if how == "arrow" else groups.applyInPandas(in_pandas, SCHEMA)).toArrow()


print("ready", flush=True)
for line in sys.stdin:
    keys, how = line.split()
    begun = time.perf_counter()
    rows = run(keys.split(","), how).num_rows
    print(json.dumps({"ms": (time.perf_counter() - begun) * 1000, "rows": rows}), flush=True)
