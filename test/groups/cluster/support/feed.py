"""Runs the glue without Spark: feed.py GLUE SPEC CALL ROWS OUT, where ROWS is a stream of Arrow data.

OUT gets the bodies of all rows, each after its length. CALL may be a file of several calls' names, run one after the other.
"""
import importlib.util
import json
import os
import struct
import sys

import pyarrow as pa

glue_path, spec_path, call_path, rows_path, out_path = sys.argv[1:6]
found = importlib.util.spec_from_file_location("glue", glue_path)
glue = importlib.util.module_from_spec(found)
found.loader.exec_module(glue)
spec = json.load(open(spec_path))
glue._root = lambda: spec["root"]
call = open(call_path, "rb").read()
times = int(os.environ.get("TIMES", "1"))
with open(out_path, "wb") as out:
    for _ in range(times):
        with pa.ipc.open_stream(rows_path) as reader:
            try:
                for batch in glue.rows(spec, call, reader):
                    for body in batch.column(1):
                        data = body.as_py()
                        out.write(struct.pack("<Q", len(data)))
                        out.write(data)
            except glue.RunnerError as error:
                print(str(error))
                sys.exit(3)
glue._close()
