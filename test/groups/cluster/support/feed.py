"""Runs tasks through the glue without Spark: feed.py GLUE, with a task a line in JSON on its input.

A task has `spec` and `call` (a path) for the glue, `rows` (the path of a stream of Arrow data), `fails` if
reading ends with an error, `takes` if only so many rows of the result are wanted, `typed` for results that
stayed on the cluster. The answer is a line of JSON: the bodies in base64, the numbers of the rows, the error,
and the id of the process of Node.
"""
import base64
import importlib.util
import itertools
import json
import sys

import pyarrow as pa

found = importlib.util.spec_from_file_location("glue", sys.argv[1])
glue = importlib.util.module_from_spec(found)
found.loader.exec_module(glue)


def batches(task):
    if task["rows"] is not None:
        with pa.ipc.open_stream(task["rows"]) as reader:
            yield from reader
    if task.get("fails"):
        raise ValueError("the rows cannot be read")


def run(task):
    spec = task["spec"]
    glue._root = lambda: spec["root"]
    with open(task["call"], "rb") as file:
        call = file.read()
    if task.get("typed"):
        for batch in glue.typed(spec, call, batches(task)):
            yield -1, batch.serialize().to_pybytes()
        return
    for batch in glue.rows(spec, call, batches(task)):
        yield batch.column(0)[0].as_py(), batch.column(1)[0].as_py()


for line in sys.stdin:
    task = json.loads(line)
    answer = {"bodies": [], "numbers": [], "error": None}
    results = run(task)
    try:
        for number, body in itertools.islice(results, task.get("takes")):
            answer["numbers"].append(number)
            answer["bodies"].append(base64.b64encode(body).decode())
    except Exception as error:
        answer["error"] = "%s: %s" % (type(error).__name__, error)
    finally:
        results.close()
    answer["pid"] = glue._runner.process.pid if glue._runner else None
    print(json.dumps(answer), flush=True)
