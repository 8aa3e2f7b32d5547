"""Files that commands write."""

from __future__ import annotations

from pathlib import Path

from huying.trouble import Trouble


def write_whole(path: Path, data: bytes) -> None:
    """A file written whole, or not at all. Raises Trouble."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        raise Trouble("paper-unwritable", f"写不进 {path}：{error.strerror}。", f"Cannot write {path}: {error.strerror}.",
                      "换一个地方。", "Choose another place.") from None  # fmt: skip
    finally:
        beside.unlink(missing_ok=True)
