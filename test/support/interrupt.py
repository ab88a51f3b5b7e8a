"""
Starts a tslab kernel, interrupts calls of every kind, runs another one, and shuts the kernel down in the
middle of a last one. Prints what came of it.
"""

import json
import os
import queue
import sys
import time

from jupyter_client.manager import start_new_kernel

manager, client = start_new_kernel(kernel_name="tslab")
pid = manager.provisioner.process.pid
BEATS = "beats.txt"


def run(code, interrupt_when=None, seconds=60):
    """What a cell prints, by stream. Interrupts it as soon as `interrupt_when()` holds."""
    message = client.execute(code)
    printed = {}
    deadline = time.time() + seconds
    while time.time() < deadline:
        if interrupt_when and interrupt_when():
            manager.interrupt_kernel()
            interrupt_when = None
        try:
            reply = client.get_iopub_msg(timeout=0.1)
        except queue.Empty:
            continue
        if reply["parent_header"].get("msg_id") != message:
            continue
        content = reply["content"]
        if reply["msg_type"] == "stream":
            printed[content["name"]] = printed.get(content["name"], "") + content["text"]
        if reply["msg_type"] == "status" and content["execution_state"] == "idle":
            return printed
    raise SystemExit(f"the cell did not end: {code}\n{printed}")


def beats():
    return os.path.getsize(BEATS) if os.path.exists(BEATS) else 0


def still_beats(seconds=1.5):
    """Whether the workers still work, after the moment that one last group may take."""
    time.sleep(0.5)
    before = beats()
    time.sleep(seconds)
    return beats() > before


def is_alive():
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


try:
    run(
        """
        import { appendFileSync } from 'fs';
        import { applyParallel, createExecutor, delayed, groupby, Parallel, parmap } from 'apply-parallel';
        const rows = Array.from({ length: 2000 }, (_, i) => ({ k: i, x: i }));
        const beat = (group: object[]) => {
          const until = Date.now() + 50;
          while (Date.now() < until);
          appendFileSync('beats.txt', '.');
          return group;
        };
        const executor = createExecutor({ maxWorkers: 2 });
        const goThrough = async (results: AsyncIterable<unknown>) => {
          for await (const _ of results);
        };
        """
    )
    call = "await applyParallel(groupby(rows, 'k'), beat, { nJobs: 2 });"
    calls = {
        "applyParallel": call,
        "Parallel": "await Parallel({ nJobs: 2 })(rows.map((row) => delayed(beat)([row])));",
        "parmap": "await goThrough(parmap(beat, rows.map((row) => [row]), { nprocs: 2, returnAs: 'generator' }));",
        "submit": "await Promise.all(rows.map((row) => executor.submit(beat, [row])));",
        "map": "await goThrough(executor.map(beat, rows.map((row) => [row])));",
    }
    result = {}
    for name, code in calls.items():
        before = beats()
        printed = run(code, interrupt_when=lambda: beats() > before)
        result[name] = {
            "interrupted": "Interrupted" in printed.get("stderr", ""),
            "works_on": still_beats(),
        }
    still = run("console.log(await executor.submit((x: number) => x + 1, 41));")
    result["next_submit"] = still.get("stdout", "").strip()
    after = run(
        "const few = await applyParallel(groupby(rows.slice(0, 30), 'k'), (g) => g, { nJobs: 2 }); console.log(few.length);"
    )
    result["next_call"] = after.get("stdout", "").strip()
    client.execute(call)
    at_rest = beats()
    while beats() == at_rest:
        time.sleep(0.05)
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=False)

deadline = time.time() + 5
while is_alive() and time.time() < deadline:
    time.sleep(0.1)
result["is_alive_after_shutdown"] = is_alive()
print(json.dumps(result))
# Not the ordinary way out: Debian's pyzmq complains of sockets that go away with the interpreter.
sys.stdout.flush()
os._exit(0)
