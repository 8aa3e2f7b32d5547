"""What must be right about a supervision letter before it is written, by whichever door: the matter that it is about exists."""

from __future__ import annotations

from collections.abc import Iterable

from huying.engine import database
from huying.engine.schema import Table


def faults(district: int, tables: Iterable[Table], about: str) -> dict[str, str]:
    """field -> what is wrong, `中文 | English`; empty when a record of one of these ledgers bears the code `about`."""
    likely = [table for table in tables if about.startswith(table.ledger.code.partition("{")[0])]
    if likely and "\0" not in about:
        found = " union all ".join(
            f"select 1 from {table.name} where district = %s and code = %s and not hidden" for table in likely
        )
        with database.writing(district) as query:
            if query.value(f"select exists ({found})", [district, about] * len(likely)):
                return {}
    return {
        "about": "没有这个编号的任务或记录；请照编号填写 | There is no task or $record with this code; write it as it stands"
    }
