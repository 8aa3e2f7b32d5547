"""The virtual environment `.venv`: built beside, then renamed, so that there is never half of one."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from huying.bootstrap.stage import ROOT, Stage, run
from huying.trouble import Trouble

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RUN, TEST, NODE = (ROOT / f"requirements{part}.txt" for part in ("", "-test", "-node"))


def ensure(*extra: Path) -> Path:
    """The environment's python, with requirements.txt and `extra` lock files installed as locked."""
    if not _fresh(VENV, RUN):
        _build()
    for lock in extra:
        if not _fresh(VENV, lock):
            with Stage(f"装软件包 packages ({lock.name})") as stage:
                _install(VENV, lock, stage)
    return PYTHON


def _build() -> None:
    beside = VENV.with_name(f".venv.{os.getpid()}")
    with Stage("装环境 Python environment") as stage:
        for old in ROOT.glob(".venv.*"):
            shutil.rmtree(old, ignore_errors=True)
        try:
            venv.EnvBuilder(symlinks=True, with_pip=False).create(beside)
            _install(beside, RUN, stage)
            _command(beside)
            _settle(beside)
            if VENV.exists():
                VENV.rename(VENV.with_name(f".venv.old.{os.getpid()}"))
            beside.rename(VENV)
        finally:
            for old in ROOT.glob(".venv.*"):
                shutil.rmtree(old, ignore_errors=True)


def _install(place: Path, lock: Path, stage: Stage) -> None:
    wanted = sum("==" in line for line in lock.read_text().splitlines())
    got = 0

    def seen(line: str) -> None:
        nonlocal got
        got += line.startswith("Collecting ")
        stage.at(f"{min(got, wanted)}/{wanted} packages" if not line.startswith("Installing") else "installing")

    run(
        [
            *_pip(place),
            "install",
            "--require-hashes",
            "--no-deps",
            "--no-input",
            "--progress-bar",
            "off",
            "--disable-pip-version-check",
            "--no-warn-script-location",
            "-r",
            lock,
        ],
        log=f"{lock.stem}.log",
        seen=seen,
        env=os.environ | {"PIP_REQUIRE_VIRTUALENV": "0"} | _pip_env(place),
    )
    stage.at(f"{wanted} packages")
    _stamp(place, lock).write_text(_digest(lock))


def _pip(place: Path) -> list[str | Path]:
    """A pip that installs into `place`: the environment's own, the system's, or Debian's wheel of it."""
    python = place / "bin" / "python"
    if subprocess.run([python, "-c", "import pip"], capture_output=True).returncode == 0:
        return [python, "-m", "pip"]
    if importlib.util.find_spec("ensurepip"):
        made = subprocess.run([python, "-m", "ensurepip", "--default-pip"], capture_output=True, text=True)
        if made.returncode == 0:
            return [python, "-m", "pip"]
    if _debian_wheel():
        return [python, "-m", "pip"]  # found through PYTHONPATH
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "--python", python]
    raise Trouble(
        "pip-missing",
        "这个 Python 没有 pip，装不了软件包。",
        "This Python has no pip to install packages with.",
        "请管理员装一个包：apt install python3-venv（或您系统里同样的包），再运行 make run。",
        "Have an administrator install one package: apt install python3-venv (or your system's), then make run again.",
    )


def _pip_env(place: Path) -> dict[str, str]:
    own = list((place / "lib").glob("python*/site-packages/pip"))
    return {} if own or not (wheel := _debian_wheel()) else {"PYTHONPATH": str(wheel)}


def _debian_wheel() -> Path | None:
    return next(iter(sorted(Path("/usr/share/python-wheels").glob("pip-*.whl"))), None)


def _command(place: Path) -> None:
    """Make `huying` importable from anywhere and a command of the environment."""
    for packages in (place / "lib").glob("python*/site-packages"):
        (packages / "huying-here.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    command = place / "bin" / "huying"
    command.write_text(f"#!{place}/bin/python\nfrom huying.cli import main\n\nraise SystemExit(main())\n")
    command.chmod(0o755)


def _settle(beside: Path) -> None:
    """Commands name the folder they were made in; let them name the one they will lie in."""
    before, after = os.fsencode(beside), os.fsencode(VENV)
    for path in (beside / "bin").iterdir():
        if path.is_file() and not path.is_symlink() and before in (content := path.read_bytes()):
            path.write_bytes(content.replace(before, after))
    config = beside / "pyvenv.cfg"
    config.write_bytes(config.read_bytes().replace(before, after))


def _stamp(place: Path, lock: Path) -> Path:
    return place / f".{lock.stem}.stamp"


def _fresh(place: Path, lock: Path) -> bool:
    try:
        return _stamp(place, lock).read_text() == _digest(lock) and (place / "bin" / "python").exists()
    except OSError:
        return False


def _digest(lock: Path) -> str:
    """Changes with the lock file, the Python and the folder."""
    parts = (lock.read_bytes(), sys.version.encode(), os.fsencode(VENV))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
