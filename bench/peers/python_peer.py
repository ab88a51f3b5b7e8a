"""The Python side of the benchmark: one process, one case, driven by lines of JSON on stdin, answering on
stdout.

    {"op": "prepare", "file", "keys", "function", "repeat", "entrant": {"peer": "joblib" | "pandas"}}
        ->  {"ready": true}
    {"op": "run"}  ->  {"ms"}
    {"op": "turn"}  ->  {"ms", "afterPause", "checksum"}
"""

import atexit
import gc
import json
import os
import shutil
import sys
import tempfile
import time

import joblib
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from joblib import Parallel, delayed


TURN_S = 1


def standardise(g):
    delay = g["delay"]
    return g.assign(z=(delay - delay.mean()) / delay.std(), late=delay > 15)


def demean(g):
    return g.assign(z=g["x"] - g["x"].mean())


def smooth(g):
    x = g["x"].to_numpy()
    pull = x * 0.001
    z = x.copy()
    for _ in range(2500):
        z *= 0.999
        z += pull
    return g.assign(z=z)


def dump_load(df):
    arrays = {name: df[name].to_numpy() for name in df.columns}
    folder = tempfile.mkdtemp(prefix="apply-parallel-bench-")
    path = os.path.join(folder, "value")

    def run():
        joblib.dump(arrays, path)
        return joblib.load(path)

    atexit.register(shutil.rmtree, folder, True)
    return run


def dump(df):
    arrays = {name: df[name].to_numpy() for name in df.columns}
    folder = tempfile.mkdtemp(prefix="apply-parallel-bench-")
    atexit.register(shutil.rmtree, folder, True)

    def run():
        joblib.dump(arrays, os.path.join(folder, "value"))
        return arrays

    return run


def load(df):
    path = os.path.join(tempfile.mkdtemp(prefix="apply-parallel-bench-"), "value")
    atexit.register(shutil.rmtree, os.path.dirname(path), True)
    joblib.dump({name: df[name].to_numpy() for name in df.columns}, path)
    return lambda: joblib.load(path)


def hash_frame(df):
    def run():
        joblib.hash(df)
        return df

    return run


def whole(df):
    return df


def memory_hit(df):
    folder = tempfile.mkdtemp(prefix="apply-parallel-bench-")
    atexit.register(shutil.rmtree, folder, True)
    cached = joblib.Memory(folder, verbose=0).cache(whole)
    cached(df)
    return lambda: cached(df)


def write_parquet(df):
    table = pa.Table.from_pandas(df, preserve_index=False)
    folder = tempfile.mkdtemp(prefix="apply-parallel-bench-")
    atexit.register(shutil.rmtree, folder, True)

    def run():
        pq.write_table(table, os.path.join(folder, "features.parquet"))
        return df

    return run


def reduce_memory(df):
    """
    The function that notebooks copy from each other, with its categories and without its float16 and its
    prints.
    """

    def run():
        small = df.copy()
        for column in small.columns:
            kind = str(small[column].dtype)
            if kind in ("object", "str"):
                small[column] = small[column].astype("category")
            elif kind.startswith("int"):
                low, high = small[column].min(), small[column].max()
                for smaller in (np.int8, np.int16, np.int32):
                    if np.iinfo(smaller).min < low and high < np.iinfo(smaller).max:
                        small[column] = small[column].astype(smaller)
                        break
            elif kind == "float64":
                small[column] = small[column].astype(np.float32)
        return df

    return run


def scratch(name):
    folder = tempfile.mkdtemp(prefix="apply-parallel-bench-")
    atexit.register(shutil.rmtree, folder, True)
    return os.path.join(folder, name)


def read_parquet(df):
    # Compressed and divided as the file of the flights is.
    path = scratch("table.parquet")
    table = pa.Table.from_pandas(df, preserve_index=False)
    pq.write_table(table, path, compression="zstd", row_group_size=-(-len(df) // 11))
    return lambda: pq.read_table(path)


def read_csv(df):
    path = scratch("lines.csv")
    df.to_csv(path, index=False)
    return lambda: pd.read_csv(path)


def transform(df):
    def standardise(delay):
        return (delay - delay.mean()) / delay.std()

    def run():
        by = df.groupby(["origin", "destination"], observed=True)
        return {"rows": [len(df.assign(z=by["delay"].transform(standardise)))]}

    return run


def pandarallel_apply(df):
    """pandarallel has no transform of groups; its apply returns the groups one after the other."""
    import pandas.core.window.expanding as expanding
    import pandas.core.window.rolling as rolling

    # pandarallel 1.6.5 asks pandas for two names that pandas 3 writes in another way.
    for module, name in ((expanding, "ExpandingGroup"), (rolling, "RollingGroup")):
        if not hasattr(module, f"{name}by"):
            setattr(module, f"{name}by", getattr(module, f"{name}By"))
    from pandarallel import pandarallel

    pandarallel.initialize(nb_workers=cores(), progress_bar=False, verbose=1)

    def standardise(group):
        delay = group["delay"]
        return (delay - delay.mean()) / delay.std()

    def run():
        z = df.groupby(["origin", "destination"], observed=True).parallel_apply(standardise)
        return {"rows": [len(df.assign(z=z.droplevel([0, 1])))]}

    return run


def rolling(df):
    prices = df["price"]
    windows = prices.rolling(50)
    return lambda: {"range": windows.apply(lambda price: price.max() - price.min(), raw=True).to_numpy()[49:]}


def cut(df):
    edges = [-1440, -30, -15, -5, 0, 5, 15, 30, 60, 120, 240, 2880]
    return lambda: {"rows": df.groupby(pd.cut(df["delay"], edges), observed=True).size().to_numpy()}


def qcut(df):
    return lambda: {"rows": df.groupby(pd.qcut(df["distance"], 10), observed=True).size().to_numpy()}


STAGES = {
    "rolling": rolling,
    "cut": cut,
    "qcut": qcut,
    "transform": transform,
    "pandarallel_apply": pandarallel_apply,
    "dump_load": dump_load,
    "dump": dump,
    "load": load,
    "hash_frame": hash_frame,
    "memory_hit": memory_hit,
    "write_parquet": write_parquet,
    "reduce_memory": reduce_memory,
    "read_parquet": read_parquet,
    "read_csv": read_csv,
}

FUNCTIONS = {"standardise": standardise, "demean": demean, "smooth": smooth}


def run_joblib(df, by, func, n_jobs):
    results = Parallel(n_jobs=n_jobs)(delayed(func)(group) for name, group in df.groupby(by))
    return pd.concat(r for r in results if len(r) > 0).reset_index(drop=True)


def run_pandas(df, by, func, n_jobs):
    return df.groupby(by, group_keys=False).apply(func)


def in_group_order(result, df, keys):
    """
    pandas' apply leaves out the keys and may put the rows back into input order; joblib's result has both
    already.
    """
    if all(key in result.columns for key in keys):
        return result
    return result.join(df[keys]).sort_values(keys, kind="stable")


def checksum(df):
    weights = np.arange(len(df)) % 997 + 1
    columns = {}
    for name in df.columns:
        column = df[name]
        numbers = None
        if pd.api.types.is_numeric_dtype(column):
            values = np.nan_to_num(column.to_numpy(dtype="float64", na_value=np.nan), nan=0.0)
            numbers = {
                "sum": float(values.sum()),
                "abs": float(np.abs(values).sum()),
                "weighted": float((values * weights).sum()),
            }
        columns[str(name)] = {"nulls": int(column.isna().sum()), "numbers": numbers}
    return {"rows": len(df), "columns": columns}


def cores():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


class Peer:
    def prepare(self, request):
        with pa.memory_map(request["file"]) as source:
            self.df = pa.ipc.open_stream(source).read_all().to_pandas()
        self.keys = request["keys"]
        self.by = self.keys[0] if len(self.keys) == 1 else self.keys
        self.repeat = request["repeat"]
        if request["function"] in STAGES:
            run = STAGES[request["function"]](self.df)
            self.func = None
            self.method = lambda *_: run()
            return {"ready": True}
        self.func = FUNCTIONS[request["function"]]
        self.method = {"joblib": run_joblib, "pandas": run_pandas}[request["entrant"]["peer"]]
        return {"ready": True}

    def time(self):
        self.result = None
        begin = time.perf_counter()
        for _ in range(self.repeat):
            self.result = self.method(self.df, self.by, self.func, cores())
        return (time.perf_counter() - begin) * 1000 / self.repeat

    def run(self, _request):
        gc.collect()
        return {"ms": self.time()}

    def turn(self, _request):
        """A run that ends a pause, and then runs for TURN_S, once at least: bench/host.ts does the same."""
        gc.collect()
        after_pause = self.time()
        end = time.perf_counter() + TURN_S
        times = [self.time()]
        while time.perf_counter() < end:
            times.append(self.time())
        result = self.result
        if isinstance(result, dict):
            result = pd.DataFrame(result)
        if isinstance(result, pa.Table):
            result = result.to_pandas()
        answer = {"ms": float(np.median(times)), "afterPause": after_pause}
        return {**answer, "checksum": checksum(in_group_order(result, self.df, self.keys))}


def main():
    peer = Peer()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(peer, request["op"])(request)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
