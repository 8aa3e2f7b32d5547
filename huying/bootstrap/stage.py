"""One line a stage: what is being made, how far it is, how long it took."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from huying.trouble import Trouble

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / ".build"


class Stage:
    """`with Stage("装环境 environment") as stage:` and stage.at("12/60 packages") as it goes on."""

    def __init__(self, title: str):
        self.title, self.detail, self.began = title, "", time.monotonic()
        self.live = sys.stdout.isatty()
        self._shown = 0.0

    def __enter__(self) -> Stage:
        self.at("")
        return self

    def at(self, detail: str) -> None:
        """How far it is; drawn over the same line on a terminal, kept for the last line elsewhere."""
        self.detail = detail
        if self.live and time.monotonic() - self._shown > 0.1:
            self._shown = time.monotonic()
            print(f"\r\033[K  {self._line()}", end="", flush=True)

    def __exit__(self, kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        mark = "✓" if kind is None else "✗"
        print(f"{chr(13)}\033[K" if self.live else "", end="")
        print(f"{mark} {self._line()}", flush=True)

    def _line(self) -> str:
        return f"{self.title}  {self.detail}  {time.monotonic() - self.began:.1f} s".replace("    ", "  ")


def run(
    command: list[str | Path],
    *,
    log: str,
    seen: Callable[[str], None] = lambda line: None,
    env: dict[str, str] | None = None,
    cwd: Path = ROOT,
) -> None:
    """Run `command`, giving each line of its output to `seen` and keeping all of it in .build/<log>.

    Raises Trouble with its last lines when it fails.
    """
    BUILD.mkdir(exist_ok=True)
    kept = BUILD / log
    last: list[str] = []
    with (
        kept.open("w", encoding="utf-8") as file,
        subprocess.Popen(
            [str(word) for word in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            file.write(line)
            last = [*last[-11:], line.rstrip()]
            seen(line)
    if process.returncode:
        name = Path(str(command[0])).name
        tail = "\n      ".join(line for line in last if line)
        raise Trouble(
            "setup-failed",
            f"“{name}”没有成功，最后几行见下。",
            f"{name} failed; its last lines:\n      {tail}",
            f"若说的是网络、软件源或磁盘，改好后再运行同一命令。全部输出在 {kept}。",
            f"If they speak of network, package source or disk, mend that and run the same command again. "
            f"All output is in {kept}.",
        )
