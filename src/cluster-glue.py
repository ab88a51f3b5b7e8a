"""Runs in Spark's Python workers: passes Arrow data to a runner in Node, and what it answers back to Spark.

A runner is kept as long as its Python worker. Of pyspark this uses SparkFiles and StructType.fromJson alone.
"""
import atexit
import ctypes
import fcntl
import gzip
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import threading

# The head of a frame, as in wire/frames.ts, and its kinds, as in protocol.ts.
HEAD = struct.Struct("<IIQ")
MAGIC = 0x46575041
CALL, CALL_FILE, DATA, CUT, END, ROW, DONE = range(1, 8)
PIECE = 1 << 20
NOTE_BYTES = 1024
F_SETPIPE_SZ = 1031
PR_SET_PDEATHSIG = 1
# The first byte of a row that holds the text of a RunnerError, as in rows.ts.
TROUBLE = b"\x02"
# Is added to the first byte of a row that stays on the cluster, as in rows.ts.
STAYS = 4

_runner = None


class RunnerError(Exception):
    """An error that the program reads: the message is a word, a colon, and an object of JSON."""

    def __init__(self, what, **more):
        self.what = what
        more["host"] = os.uname().nodename
        super().__init__("AP_%s: %s" % (what, json.dumps(more)))


def _die_with_parent():
    # A worker that Spark kills says no goodbye, and a function in an endless loop does not see its input end.
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    except Exception:
        pass


def _root():
    from pyspark import SparkFiles

    return SparkFiles.getRootDirectory()


def _unpacked(root, packed):
    """The path of the runner, which arrives compressed. Several workers may unpack it at once."""
    path = os.path.join(root, packed[: -len(".gz")])
    if not os.path.exists(path):
        own = "%s.%d" % (path, os.getpid())
        with gzip.open(os.path.join(root, packed)) as source, open(own, "wb") as target:
            shutil.copyfileobj(source, target)
        os.rename(own, path)
    return path


def _memory_file():
    try:
        return os.memfd_create("apply-parallel")
    except (AttributeError, OSError):
        return None


def _close_all(*fds):
    for fd in fds:
        try:
            if fd is not None:
                os.close(fd)
        except OSError:
            pass


class Runner:
    def __init__(self, spec, root):
        self.key = _key(spec)
        node = spec["node"]
        if "/" in node and not os.path.isabs(node):
            node = os.path.join(root, node)
        found = shutil.which(node)
        if found is None:
            raise RunnerError("NO_NODE", node=spec["node"], path=os.environ.get("PATH", ""))
        down, to_node = os.pipe()
        from_node, up = os.pipe()
        for fd in (to_node, from_node):
            try:
                fcntl.fcntl(fd, F_SETPIPE_SZ, PIECE)
            except OSError:
                pass
        self.note = _memory_file()
        passed = [fd for fd in (down, up, self.note) if fd is not None]
        command = [found, _unpacked(root, spec["runner"]), *map(str, passed)]
        try:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                # What functions print goes to the log of the executor.
                stdout=2,
                pass_fds=passed,
                preexec_fn=_die_with_parent,
                cwd=root,
            )
        except OSError as error:
            _close_all(to_node, from_node, self.note)
            raise RunnerError("NO_NODE", node=found, error=str(error))
        finally:
            os.close(down)
            os.close(up)
        self.to_node = to_node
        self.from_node = from_node

    def alive(self):
        return self.process.poll() is None

    def send(self, kind, body=b""):
        view = memoryview(body).cast("B")
        self._write(HEAD.pack(MAGIC, kind, view.nbytes))
        self._write(view)

    def _write(self, data):
        view = memoryview(data)
        while view.nbytes:
            view = view[os.write(self.to_node, view):]

    def receive(self):
        head = self._read(HEAD.size)
        magic, kind, size = HEAD.unpack(head)
        if magic != MAGIC:
            raise RunnerError("BAD_ANSWER")
        return kind, self._read(size)

    def _read(self, size):
        data = bytearray(size)
        view = memoryview(data)
        at = 0
        while at < size:
            got = os.readv(self.from_node, [view[at:]])
            if got == 0:
                raise RunnerError("NODE_DIED", code=self.process.wait(), group=self.group())
            at += got
        return bytes(data)

    def group(self):
        """The group in which a function runs, as the runner has noted it; None if none does."""
        if self.note is None:
            return None
        text = os.pread(self.note, NOTE_BYTES, 0).partition(b"\n")[0]
        return text.decode("utf-8", "replace") or None

    def close(self):
        self.process.kill()
        self.process.wait()
        _close_all(self.to_node, self.from_node, self.note)


def _key(spec):
    return json.dumps([spec["runner"], spec["node"], os.getpid()])


def _runner_of(spec):
    global _runner
    if _runner is not None and (_runner.key != _key(spec) or not _runner.alive()):
        _runner.close()
        _runner = None
    if _runner is None:
        _runner = Runner(spec, _root())
    return _runner


class _DataFrames:
    """A file to which pyarrow writes a stream."""

    closed = False

    def __init__(self, runner):
        self.runner = runner

    def write(self, data):
        data = memoryview(data)
        if data.nbytes:
            self.runner.send(DATA, data)
        return data.nbytes

    def writable(self):
        return True

    def flush(self):
        pass

    def close(self):
        pass


def _feed(runner, spec, call, batches, pa):
    if spec["file"]:
        runner.send(CALL_FILE, os.path.join(_root(), spec["file"]).encode())
    else:
        runner.send(CALL, call)
    limit = spec["cut"]
    writer, size = None, 0
    for batch in batches:
        if batch.num_rows == 0:
            continue
        if writer is None:
            writer = pa.ipc.new_stream(pa.PythonFile(_DataFrames(runner), "w"), batch.schema)
        writer.write_batch(batch)
        size += batch.nbytes
        if limit and size >= limit:
            writer.close()
            runner.send(CUT)
            writer, size = None, 0
    if writer is not None:
        writer.close()
    runner.send(END)


def _answers(spec, call, batches, pa):
    """Yields the bodies of the rows that the runner answers."""
    global _runner
    runner = _runner_of(spec)
    trouble = []

    def feed():
        try:
            _feed(runner, spec, call, batches, pa)
        except BaseException as error:
            trouble.append(error)
            runner.process.kill()

    # The runner may answer before it has read everything, and then both pipes may be full.
    thread = threading.Thread(target=feed, daemon=True)
    thread.start()
    is_done = False
    try:
        while True:
            kind, body = runner.receive()
            if kind == DONE:
                break
            yield body
        thread.join()
        is_done = True
    except RunnerError as error:
        # The runner dies when the rows cannot be read; that is the error to tell.
        thread.join(1)
        raise trouble[0] if trouble and not isinstance(trouble[0], OSError) else error
    finally:
        if not is_done:
            # In the middle of a task nobody can go on with it.
            runner.close()
            _runner = None


def _require_arrow():
    if sys.version_info < (3, 9):
        raise RunnerError("OLD_PYTHON", python=sys.version.split()[0])
    try:
        import pyarrow
    except ImportError as error:
        raise RunnerError("NO_PYARROW", python=sys.executable, error=str(error))
    return pyarrow


def rows(spec, call, batches):
    """The rows of a task: its number, and bytes that the program reads."""
    pa = _require_arrow()
    schema = pa.schema([("seq", pa.int32()), ("body", pa.binary())])

    def row(seq, body):
        arrays = [pa.array([seq], pa.int32()), pa.array([body], pa.binary())]
        return pa.RecordBatch.from_arrays(arrays, schema=schema)

    try:
        for seq, body in enumerate(_answers(spec, call, batches, pa)):
            # The program tells rows that stay from its own by the sign.
            yield row(-1 - seq if body[0] & STAYS else seq, body)
    except RunnerError as error:
        # Spark runs a task that fails again: in vain where a Node is missing, but not where one was killed.
        if error.what == "NODE_DIED":
            raise
        yield row(0, TROUBLE + str(error).encode())


def typed(spec, call, batches):
    """The rows of a task that reads results which stayed on the cluster: each body is a stream of Arrow data."""
    pa = _require_arrow()
    for body in _answers(spec, call, batches, pa):
        if body[:1] == TROUBLE:
            raise RunnerError("BAD_RESULTS", error=body[1:].decode())
        for batch in pa.ipc.open_stream(body):
            yield batch


def udf(text, call):
    from pyspark.sql.types import StructType

    spec = json.loads(text)
    run = typed if spec.get("typed") else rows
    return (lambda batches: run(spec, call, batches)), StructType.fromJson(spec["returns"])


@atexit.register
def _close():
    if _runner is not None:
        _runner.close()
