"""Runs the cells of a JSON array, the argument, in one tslab kernel, and prints what each of them shows."""

import json
import queue
import sys
import time

from jupyter_client.manager import start_new_kernel

manager, client = start_new_kernel(kernel_name="tslab")


def run(code, seconds=60):
    message = client.execute(code)
    shown = ""
    deadline = time.time() + seconds
    while time.time() < deadline:
        try:
            reply = client.get_iopub_msg(timeout=0.1)
        except queue.Empty:
            continue
        if reply["parent_header"].get("msg_id") != message:
            continue
        content = reply["content"]
        if reply["msg_type"] == "stream":
            shown += content["text"]
        if reply["msg_type"] in ("display_data", "update_display_data"):
            shown += content["data"].get("text/html", "")
        if reply["msg_type"] == "status" and content["execution_state"] == "idle":
            # After a failed cell, tslab cancels what comes within 0.2 s.
            time.sleep(0.5)
            return shown
    raise SystemExit(f"the cell did not end: {code}\n{shown}")


print(json.dumps([run(code) for code in json.loads(sys.argv[1])]))
manager.shutdown_kernel()
