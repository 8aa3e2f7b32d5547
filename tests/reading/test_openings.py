"""What words begin with: the quick way gives what the slow way gives."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.reading.openings import Openings, Words, first_signs
from huying.reading.verbs import ACTION, action_end, past_adverbs


@given(st.lists(st.text("甲乙丙", min_size=1, max_size=4), min_size=1), st.text("甲乙丙丁", max_size=6))
def test_the_longest_word_at_a_place_is_found(words, text):
    known = Words(words)
    longest = max((len(word) for word in words if text.startswith(word)), default=0)
    assert known.end(text, 0) == longest
    assert sorted({*known.ends(text, 0)}) == sorted({len(word) for word in words if text.startswith(word)})


@pytest.mark.parametrize(
    "pattern", ["开工", "(?:全面)?开工", "[省市]级?公路", "(?:尽快|[早提]前)*完工", r"\d{4}年", '[“"]?三名[”"]?工程']
)
def test_the_first_signs_of_a_pattern_are_those_it_can_begin_with(pattern):
    signs = first_signs(pattern)
    found = Openings(pattern)
    for text in (
        "开工",
        "全面开工",
        "省公路",
        "市级公路",
        "完工",
        "提前尽快完工",
        "2021年",
        "“三名”工程",
        "三名工程",
        "公路",
    ):
        assert bool(found.match(text)) == bool(re.match(pattern, text)), text
        assert not re.match(pattern, text) or text[0] in signs


def test_a_pattern_whose_first_signs_are_not_known_is_refused():
    with pytest.raises(ValueError, match="first signs"):
        first_signs(".*开工")


def test_the_verb_of_a_clause_stands_behind_its_adverbs():
    assert action_end("进一步加快、有序推进旧城改造") == len("进一步加快")
    assert action_end("“两河”全面整治工程") == len("“两河”全面整治")
    assert action_end("老城区的道路") == 0
    assert past_adverbs("切实、全面做到") == "做到"


def test_a_long_run_of_adverbs_is_read_once_however_it_may_be_parted():
    assert action_end("从严从快" * 400) == 0
    assert action_end("从严从快" * 400 + "整治") == 1602
    assert "整治" in ACTION
