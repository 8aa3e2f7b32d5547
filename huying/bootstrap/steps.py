"""The commands of `make`: which stages each needs, in which order."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from huying.bootstrap import assets, environment, locks, testing
from huying.bootstrap.stage import BUILD, ROOT, Stage
from huying.trouble import Trouble


def main(argv: list[str]) -> int:
    """Run one of the commands; everything after `run` goes to `huying serve`."""
    commands = {"run": run, "test": test, "words": words, "assets": front_end, "lock": locks.resolve}
    if not argv or argv[0] not in commands:
        print(f"python3 -m huying.bootstrap {' | '.join(commands)}", file=sys.stderr)
        return 2
    os.chdir(ROOT)
    try:
        return commands[argv[0]](argv[1:])
    except Trouble as trouble:
        print(trouble.text(), file=sys.stderr)
        return trouble.exit_code
    except KeyboardInterrupt:
        return 130


def run(argv: list[str]) -> int:
    """Make what is missing, then become the server."""
    with _alone():
        python = environment.ensure()
        assets.ensure()
        _words(python)
    sys.stdout.flush()
    os.execv(python, [str(python), "-m", "huying", "serve", "--demo", *argv])


def test(argv: list[str]) -> int:
    """Make what is missing, then run every test."""
    with _alone():
        python = environment.ensure(environment.TEST)
        assets.ensure()
        _words(python)
    return testing.run_all(python, argv)


def words(_argv: list[str]) -> int:
    """Gather the English words."""
    with _alone():
        _words(environment.ensure(), always=True)
    return 0


def front_end(_argv: list[str]) -> int:
    """Build the front-end files."""
    with _alone():
        environment.ensure()
        assets.ensure()
    return 0


@contextmanager
def _alone() -> Iterator[None]:
    """Two set-ups at once wait for one another."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _words(python: os.PathLike, always: bool = False) -> None:
    folder = ROOT / "huying" / "locale" / "en"
    made = folder / "LC_MESSAGES" / "django.mo"
    sources = list(folder.glob("*.po"))
    if always or not made.exists() or any(source.stat().st_mtime > made.stat().st_mtime for source in sources):
        with Stage("合词条 words") as stage:
            done = subprocess.run([python, "-m", "huying", "words"], cwd=ROOT, capture_output=True, text=True)
            if done.returncode:
                sys.stderr.write(done.stderr)
                raise SystemExit(done.returncode)
            stage.at(done.stdout.strip())
