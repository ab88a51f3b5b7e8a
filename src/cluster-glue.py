"""Runs in Spark's Python workers: passes Arrow data to a runner in Node, and what it answers back to Spark.

A runner is kept as long as its Python worker. Of pyspark this uses SparkFiles and StructType.fromJson alone.
"""
import atexit
import collections
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
CALL, FUNCTION_FILE, DATA, CUT, END, ROW, DONE, MARK, RESUME = range(1, 10)
PIECE = 1 << 20
NOTE_BYTES = 1024
F_SETPIPE_SZ = 1031
PR_SET_PDEATHSIG = 1
# The first byte of a row that holds the text of a RunnerError, as in rows.ts.
TROUBLE = b"\x02"
# Is added to the first byte of a row that stays on the cluster, as in rows.ts.
STAYS = 4
# Rows of the task that are kept for another runner, and rows of its result that wait for a mark, have at most
# so many bytes: beyond that, the end of a process fails the task.
KEPT_BYTES = 512 << 20
HELD_BYTES = 64 << 20

_runner = None


class RunnerError(Exception):
    """An error that the program reads: the message is a word, a colon, and an object of JSON."""

    def __init__(self, what, **more):
        self.what = what
        more["host"] = os.uname().nodename
        super().__init__("AP_%s: %s" % (what, json.dumps(more)))


class NodeDied(RunnerError):
    def __init__(self, code, index, key):
        self.code = code
        self.index = index
        super().__init__("NODE_DIED", code=code, group=key)


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
                raise NodeDied(self.process.wait(), *self.group())
            at += got
        return bytes(data)

    def group(self):
        """
        The index and the key of the group in which a function runs, as the runner has noted it; None if none
        does.
        """
        text = b"" if self.note is None else os.pread(self.note, NOTE_BYTES, 0).partition(b"\n")[0]
        index, _, key = text.decode("utf-8", "replace").partition(" ")
        return (int(index), key) if index else (None, None)

    def forget_group(self):
        if self.note is not None:
            os.pwrite(self.note, b"\n", 0)

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


class _Rows:
    """
    The rows of a task. They are kept until the runner is done with them, since another may have to go on.
    """

    def __init__(self, spec, call, batches):
        self.spec = spec
        self.call = call
        self.batches = iter(batches)
        self.lock = threading.Lock()
        # A batch and the number of rows before it; None for a cut.
        self.kept = collections.deque()
        self.dropped = 0
        self.bytes = 0
        # Results that stayed on the cluster run no function.
        self.is_whole = not spec.get("typed")
        self.count = 0
        self.size = 0

    def send(self, runner, resumption, pa):
        """Sends the call, the rows that are kept, and those that come."""
        if self.spec["file"]:
            runner.send(FUNCTION_FILE, os.path.join(_root(), self.spec["file"]).encode())
        runner.send(CALL, self.call)
        if resumption is not None:
            runner.send(RESUME, resumption)
        writer = None
        for batch in self._items():
            if batch is None:
                writer.close()
                runner.send(CUT)
                writer = None
                continue
            if writer is None:
                writer = pa.ipc.new_stream(pa.PythonFile(_DataFrames(runner), "w"), batch.schema)
            writer.write_batch(batch)
        if writer is not None:
            writer.close()
        runner.send(END)

    def _items(self):
        at = self.dropped
        while True:
            with self.lock:
                behind = at - self.dropped < len(self.kept)
                item = self.kept[at - self.dropped] if behind else None
            if item is None:
                item = self._next()
                if item is None:
                    return
            yield item[1]
            at += 1

    def _next(self):
        limit = self.spec["cut"]
        if limit and self.size >= limit:
            self.size = 0
            return self._keep((self.count, None), 0)
        for batch in self.batches:
            if batch.num_rows == 0:
                continue
            item = (self.count, batch)
            self.count += batch.num_rows
            self.size += batch.nbytes
            return self._keep(item, batch.nbytes)
        return None

    def _keep(self, item, size):
        with self.lock:
            self.kept.append(item)
            self.bytes += size
            self.is_whole = self.is_whole and self.bytes <= KEPT_BYTES
            if not self.is_whole:
                self.dropped += len(self.kept)
                self.kept.clear()
        return item

    def drop(self, done):
        """Forgets the first rows of the task, so many."""
        with self.lock:
            while self.kept:
                first, batch = self.kept[0]
                size = 0 if batch is None else batch.num_rows
                if first + size > done:
                    if first < done:
                        rest = batch.slice(done - first)
                        self.kept[0] = (done, rest)
                        self.bytes -= batch.nbytes - rest.nbytes
                    return
                self.kept.popleft()
                self.dropped += 1
                self.bytes -= 0 if batch is None else batch.nbytes


class _Progress:
    """How far a task has come, by the marks of its runners."""

    def __init__(self):
        self.done = 0
        self.base = 0
        self.has_begun = False
        self.answered = []
        self.deaths = []
        self.has_answers = False
        self.has_kept = False

    def mark(self, body):
        done = self.base + struct.unpack_from("<Q", body)[0]
        self.has_begun = done == self.done
        if not self.has_begun:
            self.done, self.answered, self.deaths = done, [], []
        self.answered.extend(struct.unpack_from("<%dI" % ((len(body) - 8) // 4), body, 8))

    def passed(self, row):
        if row[0] & STAYS:
            self.has_kept = True
        else:
            self.has_answers = True
        return row

    def resumption(self, died):
        self.base = self.done
        self.deaths.append({"group": died.index, "code": died.code})
        return json.dumps({
            "hasAnswers": self.has_answers,
            "hasKept": self.has_kept,
            "hasBegun": self.has_begun,
            "answered": self.answered,
            "deaths": self.deaths,
        }).encode()


def _answers(spec, call, batches, pa):
    """
    Yields the bodies of the rows that the runner answers. If it dies of a group, another goes on: it is told
    the group, and gets the rows that the first was not done with.
    """
    rows = _Rows(spec, call, batches)
    progress = _Progress()
    resumption = None
    while True:
        try:
            yield from _attempt(rows, progress, resumption, pa)
            return
        except NodeDied as died:
            if died.index is None or not rows.is_whole:
                raise
            resumption = progress.resumption(died)


def _attempt(rows, progress, resumption, pa):
    """Yields what one runner answers, as far as it is marked as whole."""
    global _runner
    runner = _runner_of(rows.spec)
    runner.forget_group()
    trouble = []

    def feed():
        try:
            rows.send(runner, resumption, pa)
        except BaseException as error:
            trouble.append(error)
            runner.process.kill()

    # The runner may answer before it has read everything, and then both pipes may be full.
    thread = threading.Thread(target=feed, daemon=True)
    thread.start()
    held, size, is_torn = [], 0, False
    is_done = False
    try:
        while True:
            kind, body = runner.receive()
            if kind == ROW:
                held.append(body)
                size += len(body)
            else:
                is_torn = False
            if kind == MARK:
                progress.mark(body)
                rows.drop(progress.done)
            if kind != ROW or size > HELD_BYTES or rows.spec.get("typed"):
                is_torn = kind == ROW
                for row in held:
                    yield progress.passed(row)
                held, size = [], 0
            if kind == DONE:
                break
        thread.join()
        is_done = True
    except NodeDied as died:
        # The thread ends with the next rows that it cannot write; nobody else may read the task's rows until
        # then.
        thread.join()
        # The runner dies when the rows cannot be read; that is the error to tell.
        if trouble and not isinstance(trouble[0], OSError):
            raise trouble[0]
        if is_torn:
            died.index = None
        raise
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
        # The program tells rows that stay from its own by the sign.
        for seq, body in enumerate(_answers(spec, call, batches, pa)):
            yield row(-1 - seq if body[0] & STAYS else seq, body)
    except RunnerError as error:
        # Spark runs a task that fails again: in vain where a Node is missing, but not where one was killed.
        if error.what == "NODE_DIED":
            raise
        yield row(0, TROUBLE + str(error).encode())


def typed(spec, call, batches):
    """
    The rows of a task that reads results which stayed on the cluster: each body is a stream of Arrow data.
    """
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
