"""As whom PostgreSQL runs: itself refuses root, so root hands the data folder's programs to someone else.

Three cases, chosen by who owns the folder:
  an ordinary person          runs it as herself
  root, folder owned by root  in a user namespace where root's files look like nobody's: nothing changes hands
  root, folder of another     as that other; where namespaces are forbidden, as `nobody`, who then gets the folder
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from huying.trouble import Trouble

NOBODY = 65534


@dataclass(frozen=True)
class Identity:
    """How to run a program: words put before it, and arguments for subprocess."""

    prefix: list[str] = field(default_factory=list)
    popen: dict = field(default_factory=dict)
    uid: int = -1            # who must own the folders; -1: whoever runs the command

    def run(self, command: list[str], *, timeout: float) -> subprocess.CompletedProcess:
        """Run to the end with output caught. Raises subprocess.TimeoutExpired."""
        return subprocess.run([*self.prefix, *command], capture_output=True, text=True, errors="replace", cwd="/",
                              timeout=timeout, stdin=subprocess.DEVNULL, **self.popen)


def for_folder(folder: Path) -> Identity:
    """Who runs the server of `folder`. Raises Trouble when the folder is another person's."""
    me = os.geteuid()
    owner = folder.stat().st_uid if folder.exists() else me
    if me != 0:
        if owner != me:
            raise Trouble("data-owner", f"数据文件夹 {folder} 属于别的用户（编号 {owner}，您是 {me}）。",
                          f"The data folder {folder} belongs to another user (uid {owner}, not {me}).",
                          f"用那个用户运行，或请管理员执行：chown -R {me} {folder}；"
                          "也可用 HUYING_DATA 另选一个文件夹。",
                          f"Run as that user, or have root run: chown -R {me} {folder}; "
                          "or name another in HUYING_DATA.")
        return Identity()
    if owner == 0 and _namespaces_allowed():
        return Identity(prefix=_namespace())
    uid = owner or NOBODY
    group = folder.stat().st_gid if owner else NOBODY
    return Identity(popen={"user": uid, "group": group, "extra_groups": []}, uid=uid)


def _namespace() -> list[str]:
    return [shutil.which("unshare") or "unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--"]


@lru_cache
def _namespaces_allowed() -> bool:
    if not shutil.which("unshare"):
        return False
    return subprocess.run([*_namespace(), "true"], capture_output=True, cwd="/").returncode == 0
