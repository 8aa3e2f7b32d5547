"""The load: some clients that each send one request after another over a kept connection, and what it took.

Run as its own process (`python bench/load.py PLAN`), so that it takes no time from the server's interpreter.
PLAN is a JSON file: {"host", "port", "clients", "requests": [[token, method, path, body or null], …]}; the answer on
standard output is {"seconds", "milliseconds": […], "statuses": {…}, "bodies": […], "cpu": seconds of this process}.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections import Counter
from pathlib import Path


def main(plan: dict) -> dict:
    """Send every request once; clients take them in turn."""
    ready = [_bytes(*one) for one in plan["requests"]]
    shares = [range(n, len(ready), plan["clients"]) for n in range(plan["clients"])]
    times, bodies, statuses = [0.0] * len(ready), [""] * len(ready), Counter()
    barrier = threading.Barrier(plan["clients"] + 1)

    def client(share: range) -> None:
        with socket.create_connection((plan["host"], plan["port"])) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            barrier.wait()
            for place in share:
                began = time.perf_counter()
                connection.sendall(ready[place])
                status, bodies[place] = _answer(connection)
                times[place] = time.perf_counter() - began
                statuses[status] += 1

    threads = [threading.Thread(target=client, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    barrier.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    return {
        "seconds": seconds,
        "milliseconds": [t * 1000 for t in times],
        "statuses": statuses,
        "bodies": bodies,
        "cpu": time.process_time(),
    }


def _bytes(token: str, method: str, path: str, body: object) -> bytes:
    text = json.dumps(body).encode() if body is not None else b""
    head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\nAccept-Language: zh-CN\r\n"
    if body is not None:
        head += f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n"
    return f"{head}\r\n".encode() + text


def _answer(connection: socket.socket) -> tuple[int, str]:
    """(status, body) of one answer that says its length."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(
        next(line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
    )
    while len(body) < length:
        body += connection.recv(65536)
    return int(head.split(b" ", 2)[1]), body.decode()


if __name__ == "__main__":
    json.dump(main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))), sys.stdout)
