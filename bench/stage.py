"""What every benchmark stands on: an own embedded server with fsync on, the district, tokens, granian."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SERVE = """
from granian import Granian
from granian.constants import Interfaces
Granian("huying.wsgi:application", address="127.0.0.1", port=int({port}), interface=Interfaces.WSGI, workers={workers},
        blocking_threads={threads}, log_enabled=False).serve()
"""


@dataclass
class Stage:
    """A running server. district: id; logins -> tokens."""

    folder: Path
    port: int
    district: int
    tokens: dict[str, str]
    server: subprocess.Popen

    def load(self, requests: list[list[Any]], clients: int = 8) -> dict[str, Any]:
        """Send the requests from a process of their own; adds what the processor did meanwhile, in seconds."""
        plan = self.folder / "plan.json"
        plan.write_text(json.dumps({"host": "127.0.0.1", "port": self.port, "clients": clients, "requests": requests}))
        before = self._cpu()
        run = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("load.py")), str(plan)], capture_output=True, text=True
        )
        if run.returncode:
            raise SystemExit(run.stderr)
        found = json.loads(run.stdout)
        found["server_cpu"], found["database_cpu"] = (
            after - then for after, then in zip(self._cpu(), before, strict=True)
        )
        return found

    def _cpu(self) -> tuple[float, float]:
        postmaster = int((self.folder / "data" / "postgres" / "postmaster.pid").read_text().split()[0])
        return _cpu_of(self.server.pid), _cpu_of(postmaster)


@contextmanager
def stage(workers: int = 2, threads: int = 4) -> Iterator[Stage]:
    """The demonstration district without its year, and a server of `workers` × `threads`."""
    folder = Path(tempfile.mkdtemp(prefix="hy-bench-"))
    for name in [name for name in os.environ if name.startswith("HUYING_")]:
        del os.environ[name]
    (folder / "huying.toml").touch()
    os.environ |= {
        "HUYING_DATA": str(folder / "data"),
        "HUYING_SETTINGS": str(folder / "huying.toml"),
        "DJANGO_SETTINGS_MODULE": "huying.settings",
    }
    try:
        from huying import installation

        with installation.opened():
            from huying.engine import districts, packs, places, prepare, tokens

            prepare.migrate()
            districts.load(ROOT / "districts" / "tianhe", lambda *_: None, True)
            district = packs.current(packs.districts()[0]["id"])
            tree = places.tree(district.id, district.today())
            made = {
                login: tokens.make(district, districts.actor_of(district, tree, login), "bench", tokens.SCOPES, 30)[1]
                for login in ("diaodu", "diaodu2", "longdong", "hecha")
            }
            with _served(folder, workers, threads) as (port, server):
                yield Stage(folder, port, district.id, made, server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _served(folder: Path, workers: int, threads: int) -> Iterator[tuple[int, subprocess.Popen]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code = SERVE.format(port=port, workers=workers, threads=threads)
    server = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=os.environ | {"HUYING_SERVING": "1"})
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        time.sleep(1)
        yield port, server
    finally:
        server.terminate()
        server.wait(timeout=30)


def _cpu_of(pid: int) -> float:
    """Seconds of processor that a process, its children and those it has waited for have used."""
    total, todo = 0.0, [pid]
    while todo:
        here = todo.pop()
        try:
            fields = Path(f"/proc/{here}/stat").read_text().rpartition(")")[2].split()
            children = [
                int(c) for task in Path(f"/proc/{here}/task").iterdir() for c in (task / "children").read_text().split()
            ]
        except OSError:
            continue
        total += sum(int(fields[n]) for n in (11, 12, 13, 14)) / os.sysconf("SC_CLK_TCK")
        todo += children
    return total


def report(name: str, found: dict[str, Any]) -> float:
    """Print one line; the rate a second."""
    times = sorted(found["milliseconds"])
    count, rate = len(times), len(times) / found["seconds"]
    cpu = {
        word: found.get(key, 0.0) / count * 1000
        for word, key in (("server", "server_cpu"), ("database", "database_cpu"), ("client", "cpu"))
    }
    print(
        f"{name:<28} {rate:7,.0f}/s  p50 {times[count // 2]:5.1f}  p95 {times[count * 95 // 100]:5.1f}  p99 {times[count * 99 // 100]:5.1f} ms"
        f"  cpu ms each: {', '.join(f'{word} {ms:.2f}' for word, ms in cpu.items())}  {dict(found['statuses'])}",
        flush=True,
    )
    return rate
