"""Reads the files named on stdin, one a line, with pyarrow; prints a line of JSON for each: rows, or the
error.

A row count alone would not show a wrong value, so each column comes as a text of its values.
"""

import json
import sys

import pyarrow as pa
import pyarrow.parquet as pq


def read(path):
    if path.endswith(".parquet"):
        return pq.ParquetFile(path).read()
    with open(path, "rb") as file:
        start = file.read(6)
    with pa.OSFile(path) as source:
        return (pa.ipc.open_file(source) if start == b"ARROW1" else pa.ipc.open_stream(source)).read_all()


def number(value):
    """Numbers as JavaScript compares them: integers exactly, floats by their shortest text."""
    return repr(float(value)) if isinstance(value, float) else str(value)


def digest(column):
    """The count of nulls, and for numbers and text the values."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    if not (is_text or pa.types.is_integer(kind) or pa.types.is_float64(kind) or pa.types.is_boolean(kind)):
        return None
    values = column.to_pylist()
    if is_text:
        return values
    return [None if v is None else str(v).lower() if isinstance(v, bool) else number(v) for v in values]


for line in sys.stdin:
    path = line.rstrip("\n")
    try:
        table = read(path)
        columns = [digest(table.column(k)) for k in range(table.num_columns)]
        nulls = [
            None if pa.types.is_union(column.type) or pa.types.is_run_end_encoded(column.type) else column.null_count
            for column in table.columns
        ]
        print(json.dumps({"rows": table.num_rows, "names": table.column_names, "nulls": nulls, "columns": columns}))
    except Exception as error:  # noqa: BLE001: whatever pyarrow throws is an answer
        print(json.dumps({"error": str(error).splitlines()[0][:200] if str(error) else type(error).__name__}))
    sys.stdout.flush()
