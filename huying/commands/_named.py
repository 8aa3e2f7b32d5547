"""Whom and which a command means: a district by its name, a person by the login."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huying.trouble import Trouble

if TYPE_CHECKING:
    from huying.engine.models import Person
    from huying.engine.packs import District


def district_named(name: str | None, *, only: bool = False) -> District:
    """The district of that name or number. Where none is named: the first, or, with `only`, the only one there is (what a
    command takes away or changes is never taken from whichever stands first). Raises Trouble with the names there are."""
    from huying.engine import packs

    known = packs.districts()
    found = [row for row in known if name in (None, row["name"], str(row["id"]))]
    if found and (len(found) == 1 or not only):
        return packs.current(found[0]["id"])
    names = "、".join(row["name"] for row in known) or "—"
    if found:
        raise Trouble("district-unknown", f"请用 --district 指明辖区：{names}。", f"Name the district: {names}.",
                      f"例如 --district {known[0]['name']}。", f"For example --district {known[0]['name']}.")  # fmt: skip
    raise Trouble("district-unknown", f"没有“{name or '任何'}”区。", f"There is no district “{name or 'at all'}”.",
                  f"已有：{names}；先用 huying serve 装入一个区。",
                  f"There are: {names}; huying serve loads one.")  # fmt: skip


def person_named(login: str) -> Person:
    """The person who signs in as `login`. Raises Trouble."""
    from huying.engine.models import Person

    person = Person.objects.filter(login=login).first()
    if person is None:
        raise Trouble("no-person", f"没有账号 {login}。", f"There is no account {login}.",
                      "检查拼写。", "Check its spelling.")  # fmt: skip
    return person
