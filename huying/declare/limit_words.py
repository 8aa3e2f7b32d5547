"""How a limit is written in a declaration. The engine counts with it; here only its form is known."""

from __future__ import annotations

import re

from huying.declare.problems import both

UNITS = "urgent_hours?|work_hours?|workdays?|natural_days?"
_ENGLISH = re.compile(rf"[1-9][0-9]{{0,3}} ({UNITS})( from (act|next day))?")
_CHINESE = re.compile(r"(自?次日起)?\s*[1-9][0-9]{0,3}\s*个?(紧急工时|工作小时|工作时|工时|工作日|自然日)内?")
UNTIL = re.compile(r"until ([a-z][a-z0-9_]{0,39})")
STAGE = re.compile(r"limit:([a-z][a-z0-9_]{0,39})")
CLOCK = "clock"

HINT = both(
    "时限写作：4 urgent_hours、2 work_hours、5 workdays、5 workdays from next day、7 natural_days。",
    "A limit is written 4 urgent_hours, 2 work_hours, 5 workdays, 5 workdays from next day, 7 natural_days.",
)


def is_limit(text: str) -> bool:
    """Whether `text` says how long, in which kind of time.

    >>> is_limit("5 workdays from next day"), is_limit("3 days")
    (True, False)
    """
    text = " ".join(text.split())
    return bool(_ENGLISH.fullmatch(text) or _CHINESE.fullmatch(text))


def until_of(text: str) -> str:
    """The date field of `until <field>`; "" for any other text."""
    found = UNTIL.fullmatch(text)
    return found[1] if found else ""


def stage_of(text: str) -> str:
    """The stage of `limit:<stage>`; "" for any other text."""
    found = STAGE.fullmatch(text)
    return found[1] if found else ""
