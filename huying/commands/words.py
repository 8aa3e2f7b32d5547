"""Gather the English words of all areas into the catalogue that Django reads.

huying/locale/en/*.po, one file an area, become huying/locale/en/LC_MESSAGES/django.mo.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from huying.trouble import Trouble

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(_args: argparse.Namespace) -> int:
    """Write the catalogue and say how many words it holds."""
    print(f"{gather(LOCALE / 'en')} English")
    return 0


def gather(folder: Path) -> int:
    """Merge every .po of `folder` into LC_MESSAGES/django.mo; returns how many messages.

    Raises Trouble when two areas translate one msgid differently, or a file is not a catalogue.
    """
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    merged, origin = Catalog(locale="en"), {}
    for path in sorted(folder.glob("*.po")):
        try:
            with path.open("rb") as file:
                area = read_po(file, locale="en", abort_invalid=True)
        except (PoFileError, UnicodeDecodeError) as error:
            raise _bad(path, str(error)) from None
        for message in area:
            if not message.id or not message.string:
                continue
            key = (message.context, message.id)
            known = merged.get(message.id, message.context)
            if known and known.string != message.string:
                raise _bad(path, f"“{message.id}” = “{message.string}” ≠ “{known.string}” ({origin[key].name})")
            merged.add(message.id, message.string, context=message.context)
            origin[key] = path
    target = folder / "LC_MESSAGES" / "django.mo"
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_suffix(".new")
    with beside.open("wb") as file:
        write_mo(file, merged)
    beside.replace(target)
    return len(merged)


def _bad(path: Path, what: str) -> Trouble:
    return Trouble(
        "words",
        f"词条文件 {path} 有错：{what}。",
        f"Wrong catalogue {path}: {what}.",
        "改正后运行 make words。",
        "Mend it and run make words.",
    )
