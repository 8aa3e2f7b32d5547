"""Serve Huying: the database, the web server and the background work, as one.

Stops with Ctrl-C. With --demo the demonstration district and its year are made first (once).
"""

from __future__ import annotations

import argparse
import errno
import fcntl
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from huying import installation
from huying.bootstrap.stage import Stage
from huying.options import Options
from huying.trouble import Trouble


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--port, --host, --demo."""
    parser.add_argument("--port", type=int, help="default 8311")
    parser.add_argument("--host", help="default 127.0.0.1: this machine only; 0.0.0.0 for the network")
    parser.add_argument("--demo", action="store_true", help="make the demonstration district first")


def run(args: argparse.Namespace) -> int:
    """Start everything, print the address, serve until told to stop."""
    for name in ("port", "host"):
        if (value := getattr(args, name)) is not None:
            os.environ[f"HUYING_{name.upper()}"] = str(value)  # the web workers read it too
    options = installation.current_options()
    if options.embedded:
        installation.cluster(options).check_folder()
    else:
        options.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _only_one(options):
        _check_port(options.host, options.port)
        with _Progress() as progress:
            progress("开数据库 database")
            installation.ensure_login()
            with installation.opened():
                from huying.engine import prepare

                prepare.prepare(options, progress, demonstration=args.demo)
                progress.end()
                _serve(options, prepare.sign_in_lines())
    return 0


def _serve(options: Options, sign_in: list[str]) -> None:
    from django.db import connections
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    connections.close_all()
    os.environ["HUYING_SERVING"] = "1"  # threads of web workers keep their connections
    server = Granian(
        "huying.wsgi:application",
        address=options.host,
        port=options.port,
        interface=Interfaces.WSGI,
        workers=options.workers,
        blocking_threads=options.threads,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=15,
        log_access=False,
        log_level=LogLevels.warning,
    )
    stop = threading.Event()
    helpers = [
        threading.Thread(target=watch, args=(options, stop), daemon=True),
        threading.Thread(target=_announce, args=(options, sign_in, stop), daemon=True),
    ]
    for helper in helpers:
        helper.start()
    try:
        server.serve()
    finally:
        stop.set()
        helpers[0].join(timeout=20)
        print("已停 stopped", flush=True)


def watch(options: Options, stop: threading.Event) -> None:
    """Keep the background worker and the embedded database running; both may be killed, neither stays away."""
    environment = {name: value for name, value in os.environ.items() if name != "HUYING_SERVING"}
    worker: subprocess.Popen | None = None
    born, pause = 0.0, 1.0
    while not stop.is_set():
        if worker is None or worker.poll() is not None:
            if worker is not None:
                pause = 1.0 if time.monotonic() - born > 60 else min(pause * 2, 30)
                print(
                    f"后台进程停了，{pause:.0f} 秒后重开。 The background worker ended; again in {pause:.0f} s.",
                    file=sys.stderr,
                    flush=True,
                )
                if stop.wait(pause):
                    break
            born = time.monotonic()
            worker = subprocess.Popen([sys.executable, "-m", "huying", "work", "--with-parent"], env=environment)
        if options.embedded:
            _revive(options)
        stop.wait(1)
    if worker is not None and worker.poll() is None:
        worker.terminate()
        try:
            worker.wait(timeout=10)
        except subprocess.TimeoutExpired:
            worker.kill()


def _revive(options: Options) -> None:
    """Start the embedded database again when its process is gone."""
    cluster = installation.cluster(options)
    try:
        os.kill(int((cluster.files / "postmaster.pid").read_text().split()[0]), 0)
        return
    except PermissionError:
        return
    except (OSError, ValueError, IndexError):
        pass
    from huying.cluster.lease import locked

    print("数据库停了，重新打开。 The database ended; starting it again.", file=sys.stderr, flush=True)
    try:
        with locked(cluster.folder / "start.lock"):
            cluster.start()
    except Trouble as trouble:
        print(trouble.text(), file=sys.stderr, flush=True)


def _announce(options: Options, sign_in: list[str], stop: threading.Event) -> None:
    """Print the address once the server answers there."""
    shown = "127.0.0.1" if options.host in ("0.0.0.0", "::") else options.host
    while not stop.is_set():
        try:
            socket.create_connection((shown, options.port), timeout=1).close()
            break
        except OSError:
            stop.wait(0.1)
    else:
        return
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{options.port}"
    print("\n".join(["", f"呼应 Huying  {address}", *sign_in, "停止 stop: Ctrl-C"]), flush=True)


class _Progress:
    """Stages as one line each: called with a new title it ends the one before."""

    def __init__(self) -> None:
        self.stage: Stage | None = None

    def __call__(self, title: str, done: int = 0, total: int = 0) -> None:
        if self.stage is None or self.stage.title != title:
            self.end()
            self.stage = Stage(title)
            self.stage.__enter__()
        if total:
            self.stage.at(f"{done:,}/{total:,}")
        elif done:
            self.stage.at(f"{done:,}")

    def end(self, *error: object) -> None:
        """Close the open stage, if any."""
        if self.stage:
            self.stage.__exit__(*(error or (None, None, None)))
            self.stage = None

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *error: object) -> None:
        self.end(*error)


class _only_one:
    """One server a data folder: a second one would do the background work twice."""

    def __init__(self, options: Options):
        self.options, self.path = options, Path(options.data) / "serve.lock"

    def __enter__(self) -> None:
        self.descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            where, _, process = os.pread(self.descriptor, 200, 0).decode(errors="replace").partition(" ")
            os.close(self.descriptor)
            raise Trouble(
                "already-serving",
                f"呼应已在为 {self.options.data} 服务：{where}。",
                f"Huying already serves {self.options.data}: {where}.",
                f"打开那个地址；要重开，先在那个窗口按 Ctrl-C；窗口已关就用 kill {process}。",
                "Open that address; to start anew, press Ctrl-C in its window first, "
                f"or kill {process} where the window is gone.",
            ) from None
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, f"http://{self.options.host}:{self.options.port} {os.getpid()}".encode(), 0)

    def __exit__(self, *_error: object) -> None:
        os.close(self.descriptor)


def _check_port(host: str, port: int) -> None:
    """Raises Trouble when nothing can listen there, before minutes of preparing."""
    reasons: dict[int, Callable[[], Trouble]] = {
        errno.EADDRINUSE: lambda: Trouble(
            "port-in-use",
            f"端口 {port} 被别的程序占着（{host}）。",
            f"Port {port} on {host} is taken by another program.",
            f"换一个：make run PORT={port + 1}，或在 huying.toml 写 port = {port + 1}。",
            f"Take another: make run PORT={port + 1}, or port = {port + 1} in huying.toml.",
        ),
        errno.EACCES: lambda: Trouble(
            "port-forbidden",
            f"普通用户不能用端口 {port}。",
            f"Port {port} is closed to ordinary users.",
            "用 1024 以上的端口，前面放反向代理。",
            "Take one above 1024, behind a reverse proxy.",
        ),
    }
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, proto) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        known = reasons.get(error.errno or 0)
        raise (
            known()
            if known
            else Trouble(
                "host-unknown",
                f"本机没有地址 {host}。",
                f"This machine has no address {host}.",
                "用 127.0.0.1（只本机）或 0.0.0.0（全网）。",
                "Use 127.0.0.1 (this machine) or 0.0.0.0 (network).",
            )
        ) from None
