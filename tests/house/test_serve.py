"""`huying serve` as a person starts it: refused with a sentence, or there, whatever is killed."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from huying.options import ROOT


def command(folder: Path, port: int, *more: str) -> tuple[list[str], dict[str, str]]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("HUYING_", "DJANGO_"))}
    env |= {"HUYING_DATA": str(folder), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    return [sys.executable, "-m", "huying", "serve", "--port", str(port), *more], env


def refused(folder: Path, port: int, *more: str) -> subprocess.CompletedProcess:
    words, env = command(folder, port, *more)
    return subprocess.run(words, env=env, capture_output=True, text=True, cwd=folder.parent, timeout=60)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition: Callable[[], bool], seconds: float = 40) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.2)
    return False


def answers(port: int) -> bool:
    """Whether the sign-in page, which asks the database for a session's language, comes."""
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
        return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


def children(parent: int) -> dict[int, str]:
    """Process id -> command line of the processes that `parent` started."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int(re.search(r"\nPPid:\s+(\d+)", (folder / "status").read_text())[1]) == parent:
                found[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ")
        except (OSError, TypeError):
            continue
    return found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen, Path, int]]:
    """A running server, its data folder and its port."""
    folder, port = tmp_path_factory.mktemp("served") / "data", free_port()
    words, env = command(folder, port)
    log = folder.with_name("log").open("w")
    process = subprocess.Popen(words, env=env, stdout=log, stderr=subprocess.STDOUT, cwd=folder.parent)
    up = until(lambda: process.poll() is not None or answers(port), 120) and process.poll() is None
    assert up, folder.with_name("log").read_text()
    yield process, folder, port
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=40)
    finally:
        process.kill()
        log.close()


def test_a_port_in_use_is_a_sentence_with_the_next_port(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = refused(tmp_path / "data", port)
    assert done.returncode == 2 and "[port-in-use]" in done.stderr and f"PORT={port + 1}" in done.stderr
    assert "Traceback" not in done.stderr and not (tmp_path / "data" / "postgres").exists()


def test_an_address_that_is_not_ours_is_a_sentence(tmp_path: Path):
    done = refused(tmp_path / "data", free_port(), "--host", "203.0.113.7")
    assert done.returncode == 2 and "[host-unknown]" in done.stderr and "Traceback" not in done.stderr


def test_a_database_that_does_not_answer_is_a_sentence(tmp_path: Path):
    words, env = command(tmp_path / "data", free_port())
    env["HUYING_DATABASE_URL"] = f"postgresql://nobody:secret@127.0.0.1:{free_port()}/none"
    done = subprocess.run(words, env=env, capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert done.returncode == 2 and "[database-unreachable]" in done.stderr
    assert "secret" not in done.stderr and "Traceback" not in done.stderr


@pytest.mark.xdist_group("serve")
def test_a_second_server_of_the_same_data_says_where_the_first_one_is(served):
    process, folder, port = served
    done = refused(folder, free_port())
    assert done.returncode == 2 and "[already-serving]" in done.stderr and str(port) in done.stderr
    assert f"kill {process.pid}" in done.stderr


@pytest.mark.xdist_group("serve")
def test_every_answer_carries_a_policy_that_lets_no_foreign_script_run(served):
    _process, _folder, port = served
    try:
        headers = urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10).headers
    except urllib.error.HTTPError as error:
        headers = error.headers
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy and "object-src 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.xdist_group("serve")
def test_front_end_files_come_gzipped_with_their_types(served):
    _process, _folder, port = served
    if not (ROOT / "huying" / "web" / "static" / "build" / "stamp").exists():
        pytest.skip("front-end files are not built: make assets")
    for name, kind in (("app.js", "text/javascript"), ("maplibre-gl.mjs", "text/javascript"), ("app.css", "text/css")):
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/static/build/{name}", headers={"Accept-Encoding": "gzip"}
        )
        answer = urllib.request.urlopen(request, timeout=10)
        assert answer.headers["Content-Type"].split(";")[0] == kind
        assert answer.headers["Content-Encoding"] == "gzip"


@pytest.mark.xdist_group("serve")
def test_a_web_worker_the_background_worker_and_the_database_come_back_when_killed(served):
    process, folder, port = served
    started = children(process.pid)
    web = [pid for pid, words in started.items() if "serve" in words]
    background = [pid for pid, words in started.items() if " work " in words]
    assert len(web) >= 2 and len(background) == 1
    database = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
    for pid in (web[0], background[0], database):
        os.kill(pid, signal.SIGKILL)

    def all_back() -> bool:
        now = children(process.pid)
        return (
            len([pid for pid, words in now.items() if "serve" in words]) >= 2
            and any(" work " in words and pid != background[0] for pid, words in now.items())
            and answers(port)
        )

    assert until(all_back), folder.with_name("log").read_text()
    assert process.poll() is None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux ends orphans")
def test_no_worker_outlives_a_killed_server(tmp_path: Path):
    folder, port = tmp_path / "data", free_port()
    words, env = command(folder, port)
    process = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=tmp_path)
    try:
        assert until(lambda: answers(port), 120)
        orphans = list(children(process.pid))
    finally:
        process.kill()
        process.wait()
    assert until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in orphans), 15)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
    os.kill(int((folder / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
