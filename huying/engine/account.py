"""A record's account in words, for the administrator: what happened, under which rule, and whether its chain holds."""

from __future__ import annotations

from huying.declare.kinds import say
from huying.engine import database, events, packs, places


def of_record(code: str) -> list[str]:
    """Lines on every record that bears the code, in any district; empty when none does. Private values are not read."""
    lines: list[str] = []
    for row in packs.districts():
        district = packs.current(row["id"])
        tree = places.tree(district.id, district.today())
        for name, table in district.tables.items():
            with database.writing(district.id) as query:
                found = query.row(
                    f"select id, state, unit, due_at from {table.name} where district = %s and code = %s",
                    [district.id, code],
                )
                if found is None:
                    continue
                history = query.rows(
                    "select * from hy.event where district = %s and record = %s order by seq",
                    [district.id, found["id"]],
                )
            flow, unit = district.rules.flows[name], tree.get(found["unit"])
            state = flow.states.get(found["state"])
            lines.append(
                f"{district.name}  {say(table.ledger.title)}  {code}  {say(state.title) if state else found['state']}  "
                f"{unit.name() if unit else ''}  {found['id']}"
            )
            prev = events.GENESIS
            for event in history:
                step = flow.steps.get(event["step"])
                at = event["at"].astimezone(district.calendar.tz)
                wrong = events.faults(event, prev)
                lines.append(
                    f"  {event['seq']:>3}  {at:%Y-%m-%d %H:%M}  {say(step.title) if step else event['step']} → {event['to_state']}  "
                    f"person {event['person']} post {event['post']} via {event['via']}  rule {bytes(event['rule']).hex()[:12]}  "
                    f"{'✗ ' + ','.join(wrong) if wrong else '✓'}"
                )
                prev = bytes(event["hash"])
    return lines
