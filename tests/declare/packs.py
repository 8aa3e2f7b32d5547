"""Copies of the pack `trees` with something changed, for tests of what is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

TREES = Path(__file__).with_name("trees")


def trees(folder: Path) -> Path:
    """A copy of the pack in `folder`, where nothing is wrong."""
    return Path(shutil.copytree(TREES, folder / "trees"))


def change(pack: Path, file: str, old: str, new: str) -> None:
    """Put `new` for `old` in one file of the pack; `old` stands there once. An empty `old` writes the file anew."""
    path = pack / file
    if not old:
        path.parent.mkdir(exist_ok=True)
        path.write_text(new, encoding="utf-8")
        return
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new), encoding="utf-8")
