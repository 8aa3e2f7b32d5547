"""`make test`: obtain a browser, then linters, import contracts and all tests; say plainly what was left out."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

from huying.bootstrap.environment import VENV
from huying.bootstrap.stage import ROOT, Stage, run
from huying.trouble import Trouble

SHELL = "chromium-headless-shell"  # without the windows that nobody sees: a third of the work of the whole browser
BROWSERS = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BESIDE = ("fonts-wqy-zenhei", "libatomic1")  # Debian's packages: Chinese signs; what Playwright's own Node needs


def run_all(python: Path, argv: list[str]) -> int:
    """Everything, even when an early part fails; the exit code is not 0 when any did. argv goes to pytest."""
    began, chromium = time.monotonic(), _chromium(python)
    env = {name: value for name, value in os.environ.items() if not name.startswith("HUYING_")}
    env |= {"PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    if chromium:
        env["HUYING_TEST_CHROMIUM"] = chromium
    parts = {
        "ruff": [VENV / "bin" / "ruff", "check", "huying", "tests", *(["bench"] if (ROOT / "bench").exists() else [])],
        "imports": [VENV / "bin" / "lint-imports"],
        "tests": [python, "-m", "pytest", *argv],
    }
    failed = []
    for name, command in parts.items():
        print(f"\n── {name} ", flush=True)
        if subprocess.run([str(word) for word in command], cwd=ROOT, env=env).returncode:
            failed.append(name)
    if not chromium:
        print("没有浏览器，浏览器测试都跳过了。 No browser: every browser test was skipped.")
    print(
        f"{'未通过 failed: ' + ', '.join(failed) if failed else '全部通过 all passed'}"
        f"  ({time.monotonic() - began:.0f} s)",
        flush=True,
    )
    return 1 if failed else 0


def _chromium(python: Path) -> str | None:
    """Path of a Chromium with a Chinese font: the machine's, Debian's where we may install it, or Playwright's."""
    if named := os.environ.get("HUYING_TEST_CHROMIUM"):
        return named
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    may_install = os.geteuid() == 0 and shutil.which("apt-get") is not None
    missing = [package for package in (SHELL, *BESIDE) if _lacks(package)] if may_install else []
    try:
        if missing:
            with Stage("装浏览器 browser for the tests"):
                _install(missing, "chromium" if not found else None)
                found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
        elif not found:
            with Stage("装浏览器 browser for the tests"):
                run([python, "-m", "playwright", "install", "chromium"], log="playwright.log")
                found = (
                    subprocess.run(
                        [
                            python,
                            "-c",
                            "from playwright.sync_api import sync_playwright as s\n"
                            "with s() as p: print(p.chromium.executable_path)",
                        ],
                        capture_output=True,
                        text=True,
                    ).stdout.strip()
                    or None
                )
    except Trouble as trouble:
        print(trouble.text())
    driven = subprocess.run([python, "-m", "playwright", "--version"], capture_output=True, text=True)
    if driven.returncode:
        print(f"Playwright 不能运行 does not run: {driven.stderr.strip().splitlines()[-1:]}")
        return None
    return found


def _install(packages: list[str], instead: str | None) -> None:
    """Debian's packages; where it has no shell of Chromium alone, `instead`. Raises Trouble."""
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update"], log="apt.log", env=env)
    install = ["apt-get", "install", "-y", "--no-install-recommends"]
    try:
        run([*install, *packages], log="apt.log", env=env)
    except Trouble:
        others = [name for name in packages if name != SHELL] + ([instead] if instead else [])
        if SHELL not in packages or not others:
            raise
        run([*install, *others], log="apt.log", env=env)


def _lacks(package: str) -> bool:
    """Whether Debian's package is not installed."""
    return subprocess.run(["dpkg", "-s", package], capture_output=True).returncode != 0
