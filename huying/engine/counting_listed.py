"""An indicator of a derived ledger: how many rows are listed on the last day of each period."""

from __future__ import annotations

from typing import Any

from huying.engine import counting_days
from huying.engine.counting import Question, areas


def figures_sql(question: Question) -> tuple[str, list[Any]]:
    """As counting.figures_sql gives them. A row that several areas share counts in the first of them."""
    unit = ", unit" if question.by_unit else ""
    ends = ", ".join(f"(date '{first}', date '{last}')" for first, last in counting_days.ends_of(question))
    rows = f"(values {ends})" if ends else "(select null::date, null::date where false)"
    known, params = "d.until = 'infinity'", [question.district.id, question.indicator.listed]
    if question.as_of is not None:
        known = "d.known_at <= %s and d.until > %s"
        params += [question.as_of, question.as_of]
    only = ""
    for name, wanted in question.only.items():
        tests = []
        for units, since, until in areas(question, name, wanted):
            test = "(d.units)[1] = any(%s)" if wanted else "not coalesce((d.units)[1] = any(%s), false)"
            tests.append(test if since is None else f"(p.first between %s and %s and {test})")
            params += [units] if since is None else [since, until, units]
        only += f" and ({' or '.join(tests)})"
    return (
        f"select period{unit}, count(*)::numeric as num, count(*)::numeric as den, count(*) as rows, 0 as left_out\n"
        "from (select p.first as period, (d.units)[1] as unit from hy.derived_row d\n"
        f"join {rows} p(first, last) on d.from_day <= p.last and d.to_day >= p.last\n"
        f"where d.district = %s and d.derived = %s and {known}{only}) r\ngroup by period{unit}\norder by period{unit}",
        params,
    )
