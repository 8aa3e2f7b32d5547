"""Asking an address as a person, and what of the world stands in the answer."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import polars

from huying.engine import photo_files
from tests.access.walls import LEDGERS
from tests.access.world import Made, World, canaries, canary
from tests.access.world_table import KINDS

TRIED = ("grid", "other_street")  # levels whose canaries are put into addresses
NOWHERE = {"walls.matter": "BJ-9999", "walls.item": "WP-9999"}


def body(answer: Any) -> bytes:
    """An answer's bytes; of a workbook those of its parts."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content[:4] == b"PAR1":
        return b"\n".join(str(row).encode() for row in polars.read_parquet(io.BytesIO(content)).rows())
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return b"\n".join(archive.read(name) for name in archive.namelist())
    return content


def found(content: bytes, echoed: str = "") -> dict[str, set[tuple[str, str]]]:
    """Kind -> (ledger, level) of the records of which a value of that kind stands in the text, what was asked apart."""
    return {
        kind: {where for text, where in canaries(kind).items() if text.encode() in content and text not in echoed}
        for kind in KINDS
    }


def codes(world: World, content: bytes, echoed: str = "") -> set[tuple[str, str]]:
    """The records whose codes stand in the text, what was asked apart."""
    return {(one.ledger, one.level) for one in world.records if one.code.encode() in content and one.code not in echoed}


def photos(world: World, content: bytes, echoed: str = "") -> set[str]:
    """The levels at which lie the records whose photos an answer gives out, by an address that opens or by their names."""
    passes = {match.decode() for match in re.findall(rb"/photos/([A-Za-z0-9_.:=-]+)", content)}
    opened = {name for one in passes if (name := photo_files.opened(one, world.district))}
    return {
        level
        for level, name in world.photos.items()
        if name in opened or name.encode() in content and name not in echoed
    }


def addresses(world: World, url: str) -> Iterator[tuple[str, Made | None]]:
    """The address with every record, ledger or canary in its place, and the record it is about."""
    town = world.district
    url = url.replace("{now}", town.now().strftime("%Y-%m-%dT%H:%M:%SZ")).replace(
        "{uuid}", "01930000-0000-7000-8000-00000000000f"
    )
    for name, kept in world.kept.items():
        url = url.replace(f"{{{name}}}", kept)
    if "{photo}" in url:
        for made in world.records:
            yield url.replace("{photo}", world.photos[made.level]), made
    elif "{code}" in url or "{id}" in url:
        for made in world.records:
            yield url.replace("{ledger}", made.ledger).replace("{code}", made.code).replace("{id}", str(made.id)), made
    elif "{canary}" in url:
        for ledger in LEDGERS if "{ledger}" in url else LEDGERS[:1]:
            for kind in KINDS:
                for level in TRIED:
                    yield url.replace("{ledger}", ledger).replace("{canary}", canary(ledger, level, kind)), None
    elif "{ledger}" in url:
        for ledger in LEDGERS:
            yield url.replace("{ledger}", ledger), None
    else:
        yield url, None


def unknown(url: str, made: Made) -> str:
    """The same address of a record that there is not."""
    return url.replace(made.code, NOWHERE[made.ledger]).replace(str(made.id), "01930000-0000-7000-8000-00000000000f")
