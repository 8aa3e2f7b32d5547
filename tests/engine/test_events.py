"""What the chain of events is made of."""

from __future__ import annotations

import hmac

from hypothesis import given
from hypothesis import strategies as st

from huying.engine import events


@given(st.binary(max_size=200), st.binary(max_size=300), st.sampled_from(["sha256", "sm3"]))
def test_a_keyed_digest_is_the_standards_hmac(key, data, algorithm):
    assert events.keyed(key, data, algorithm) == hmac.digest(key, data, algorithm)


def test_no_random_byte_is_given_twice():
    take = events.dice(64)
    given = [take(size) for size in (16, 48, 1, 200, 16, 64)]
    assert [len(one) for one in given] == [16, 48, 1, 200, 16, 64]
    assert len({one for one in given if len(one) >= 16}) == 5
