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

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FONT = "fonts-wqy-zenhei"


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
    print(f"{'未通过 failed: ' + ', '.join(failed) if failed else '全部通过 all passed'}"
          f"  ({time.monotonic() - began:.0f} s)", flush=True)
    return 1 if failed else 0


def _chromium(python: Path) -> str | None:
    """Path of a Chromium with a Chinese font: the machine's, Debian's where we may install it, or Playwright's."""
    if named := os.environ.get("HUYING_TEST_CHROMIUM"):
        return named
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    may_install = os.geteuid() == 0 and shutil.which("apt-get") is not None
    if found and (not may_install or _has_font()):
        return found
    try:
        with Stage("装浏览器 browser for the tests"):
            if may_install:
                env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
                run(["apt-get", "update"], log="apt.log", env=env)
                run(["apt-get", "install", "-y", "--no-install-recommends", FONT, *([] if found else ["chromium"])],
                    log="apt.log", env=env)
                return found or shutil.which("chromium")
            run([python, "-m", "playwright", "install", "chromium"], log="playwright.log")
            said = subprocess.run([python, "-c", "from playwright.sync_api import sync_playwright as s\nwith s() as p: "
                                   "print(p.chromium.executable_path)"], capture_output=True, text=True)
            return said.stdout.strip() or None
    except Trouble as trouble:
        print(trouble.text())
        return found


def _has_font() -> bool:
    said = subprocess.run(["dpkg", "-s", FONT], capture_output=True).returncode if shutil.which("dpkg") else 0
    return said == 0
