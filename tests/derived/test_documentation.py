"""What docs/derived.md shows is what the packs say."""

from __future__ import annotations

import re
from typing import Any

import yaml

from huying.options import ROOT

PAGE = (ROOT / "docs" / "derived.md").read_text("utf-8")


def within(part: Any, whole: Any) -> bool:
    """Whether everything in `part` stands in `whole`: a shortened mapping or list, values as they are."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(
            key in whole and within(value, whole[key]) for key, value in part.items()
        )
    if isinstance(part, list):
        return isinstance(whole, list) and all(any(within(one, other) for other in whole) for one in part)
    return part == whole


def test_the_example_is_the_file_that_it_names():
    [shown] = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)
    file = ROOT / "packs" / "epidemic" / "derived" / "key_person.yaml"
    assert within(yaml.safe_load(shown), yaml.safe_load(file.read_text("utf-8")))


def test_every_file_that_it_names_is_there():
    named = re.findall(r"`(packs/[\w/.]+)`", PAGE)
    assert len(named) >= 3
    for name in named:
        assert (ROOT / name).is_file(), name
