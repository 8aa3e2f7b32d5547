"""Everything an administrator may set, read once: environment over `huying.toml` over default.

Plain Python: the command line, the embedded database and Django's settings all start from here. The keys are
described for people in docs/settings.md; a house test holds the two equal.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from huying.trouble import Trouble

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("zh-hans", "en")
HASHES = ("sha256", "sm3")


@dataclass(frozen=True)
class Options:
    """One value per key. Paths are absolute; a relative one is taken from the settings file's folder."""

    data: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = 8311
    database_url: str = ""
    app_database_url: str = ""
    secret_file: Path = Path("data.keys")
    erasures_file: Path = Path("data.erasures.log")
    seals_file: Path = Path("data.seals.log")
    backups: Path = Path("data.backups")
    packs: Path = ROOT / "packs"
    districts: Path = ROOT / "districts"
    language: str = "zh-hans"
    hash: str = "sha256"
    workers: int = 2
    threads: int = 4
    allowed_hosts: tuple[str, ...] = ("*",)
    secure: bool = False
    idle_minutes: int = 60
    pg_bin: str = ""
    sql_listen: str = ""
    debug: bool = False
    source: Path | None = field(default=None, metadata={"internal": True})

    @property
    def embedded(self) -> bool:
        """Whether the database is our own, in the data folder."""
        return not self.database_url


def keys() -> list[str]:
    """The names an administrator may use, in the order of the documentation."""
    return [f.name for f in fields(Options) if not f.metadata.get("internal")]


def load(environ: Mapping[str, str] | None = None, folder: Path | None = None) -> Options:
    """The options in force.

    environ  HUYING_DATA, HUYING_PORT, …; HUYING_SETTINGS names another settings file
    folder   where `huying.toml` is looked for; default: the current folder, then the program's own

    Raises Trouble for a file that cannot be read, an unknown key, or a value of the wrong kind.
    """
    environ = os.environ if environ is None else environ
    source = _settings_file(environ, folder)
    base = source.parent if source else (folder or ROOT)
    given = _from_file(source) if source else {}
    for name in keys():
        if value := environ.get(f"HUYING_{name.upper()}"):
            given[name] = value
    defaults = {f.name: f.default for f in fields(Options)}
    values = {name: _as_kind(name, given.get(name, defaults[name]), defaults[name], base) for name in keys()}
    for name, allowed in (("language", LANGUAGES), ("hash", HASHES)):
        if values[name] not in allowed:
            raise _bad(name, values[name], " / ".join(allowed))
    if values["sql_listen"] and not re.fullmatch(r"[\w.*:-]+:\d{4,5}", str(values["sql_listen"])):
        raise _bad("sql_listen", values["sql_listen"], "127.0.0.1:5433, 0.0.0.0:5433")
    if "data" in given:  # what lies beside the data folder moves with it, unless it was placed by hand
        for name, ending in (
            ("secret_file", "keys"),
            ("erasures_file", "erasures.log"),
            ("seals_file", "seals.log"),
            ("backups", "backups"),
        ):
            if name not in given:
                values[name] = values["data"].with_name(f"{values['data'].name}.{ending}")
    return Options(**values, source=source)


def _settings_file(environ: Mapping[str, str], folder: Path | None) -> Path | None:
    if named := environ.get("HUYING_SETTINGS"):
        path = Path(named).absolute()
        if not path.is_file():
            raise Trouble(
                "settings-missing",
                f"找不到设置文件 {path}。",
                f"The settings file {path} does not exist.",
                "检查 HUYING_SETTINGS，或去掉它。",
                "Correct HUYING_SETTINGS, or unset it.",
            )
        return path
    for place in [folder] if folder else [Path.cwd(), ROOT]:
        if (place / "huying.toml").is_file():
            return (place / "huying.toml").absolute()
    return None


def _from_file(path: Path) -> dict:
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Trouble(
            "settings-unreadable",
            f"设置文件 {path} 读不懂：{error}。",
            f"Cannot read {path}: {error}.",
            "按 docs/settings.md 的样子改正这一行（UTF-8 编码）。",
            "Correct that line as shown in docs/settings.md (UTF-8).",
        ) from None
    if unknown := sorted(set(given) - set(keys())):
        raise Trouble(
            "settings-unknown-key",
            f"设置文件 {path} 里有不认识的项：{'、'.join(unknown)}。",
            f"{path} has keys that nothing reads: {', '.join(unknown)}.",
            f"可用的项：{'、'.join(keys())}。",
            f"Known keys: {', '.join(keys())}.",
        )
    return given


def _as_kind(name: str, value: object, default: object, base: Path) -> object:
    """`value` as the kind of its default; a string from the environment is read as that kind."""
    if isinstance(default, bool):
        if isinstance(value, str) and value.lower() in ("1", "true", "yes", "0", "false", "no"):
            return value.lower() in ("1", "true", "yes")
        if isinstance(value, bool):
            return value
        raise _bad(name, value, "true / false")
    if isinstance(default, int):
        try:
            number = int(value) if not isinstance(value, bool) else -1
        except (TypeError, ValueError):
            number = -1
        if not 0 < number < 65536:
            raise _bad(name, value, "1–65535")
        return number
    if isinstance(default, tuple):
        parts = value.split(",") if isinstance(value, str) else value
        return tuple(str(part).strip() for part in parts if str(part).strip())
    if isinstance(default, Path):
        return (base / Path(str(value)).expanduser()).absolute()
    return str(value)


def _bad(name: str, value: object, allowed: str) -> Trouble:
    return Trouble(
        "settings-bad-value",
        f"设置项 {name} 的值“{value}”不行。",
        f"{name} cannot be “{value}”.",
        f"可以是：{allowed}。见 docs/settings.md。",
        f"It may be: {allowed}. See docs/settings.md.",
    )
