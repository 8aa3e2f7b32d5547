"""Every string that a person may see has its English."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from babel.messages.extract import extract_python
from babel.messages.mofile import read_mo

from huying.commands.words import gather
from huying.options import ROOT
from huying.trouble import Trouble

PROGRAM = ROOT / "huying"
FUNCTIONS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def used_words() -> dict[str, str]:
    """msgid -> a place where it is used, of all Python and templates."""
    from django.utils.translation.template import templatize

    used = {}
    for path in [*PROGRAM.rglob("*.py"), *PROGRAM.rglob("*.html")]:
        if "build" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        source = templatize(text, origin=str(path)) if path.suffix == ".html" else text
        for line, _function, message, _comments in extract_python(io.BytesIO(source.encode()), FUNCTIONS, [], {}):
            first = message if isinstance(message, str) else next((part for part in message if part), "")
            if first:
                used.setdefault(first, f"{path.relative_to(ROOT)}:{line}")
    return used


def test_every_string_of_program_and_pages_has_english(tmp_path: Path):
    known = set()
    folder = PROGRAM / "locale" / "en"
    if folder.exists():
        work = tmp_path / "en"
        work.mkdir()
        for path in folder.glob("*.po"):
            (work / path.name).write_bytes(path.read_bytes())
        gather(work)
        with (work / "LC_MESSAGES" / "django.mo").open("rb") as file:
            for message in read_mo(file):
                known.add(message.id if isinstance(message.id, str) else message.id[0])
    missing = {
        text: place
        for text, place in used_words().items()
        if text not in known and any("\u3400" <= letter <= "\u9fff" for letter in text)
    }
    assert not missing, f"{len(missing)} strings without English"


PO = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "{}"\nmsgstr "{}"\n'


def test_catalogues_of_all_areas_become_one(tmp_path: Path):
    (tmp_path / "a.po").write_text(PO.format("台账", "ledger"), encoding="utf-8")
    (tmp_path / "b.po").write_text(PO.format("流程", "flow"), encoding="utf-8")
    assert gather(tmp_path) == 2
    with (tmp_path / "LC_MESSAGES" / "django.mo").open("rb") as file:
        assert {m.id: m.string for m in read_mo(file) if m.id} == {"台账": "ledger", "流程": "flow"}


def test_two_areas_may_not_give_one_word_two_meanings(tmp_path: Path):
    (tmp_path / "a.po").write_text(PO.format("台账", "ledger"), encoding="utf-8")
    (tmp_path / "b.po").write_text(PO.format("台账", "register"), encoding="utf-8")
    with pytest.raises(Trouble, match=r"register.*ledger.*a\.po"):
        gather(tmp_path)


def test_a_broken_catalogue_is_named(tmp_path: Path):
    (tmp_path / "a.po").write_bytes(PO.format("台账", "ledger").encode("gbk"))
    with pytest.raises(Trouble, match="words"):
        gather(tmp_path)
