"""What people make of readings: accept, mend, set aside, adopt, merge, split, and take back. Nothing is lost by any.

Each act is a step of the flow, so that the history says who did it and when. Where several records change together
(merge, split, their undoing) all do or none does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from huying.engine import documents, readings, records, rereading, tasks
from huying.engine.acts import Act, Outcome
from huying.engine.clock import new_id
from huying.engine.decide import StepRefused
from huying.engine.flows import take_all, take_step
from huying.engine.packs import District
from huying.engine.people import Actor, system
from huying.engine.readings import BECAME, OPEN, Line
from huying.engine.records import Entry, Record
from huying.reading import Figure

LONGEST = 2000  # characters of a reading's words
APART = 300  # characters between readings that may still be one
ON = "，。；、,;：:！!？? \t\n　"  # signs at which words may be cut; none of them begins or ends a piece
MENDED = ("short_title", "measurable", "value", "value_unit", "comparator", "deadline", "quote", "starts", "ends")
Seen = int | None


def accept(district: District, actor: Actor, line: Line, seen: Seen = None, act: UUID | None = None) -> Outcome:
    """It is as it was read. Raises StepRefused."""
    return take_step(district, _act(district, "accept", actor, {}, line, seen, act))


def drop(
    district: District, actor: Actor, line: Line, reason: str | None, seen: Seen = None, act: UUID | None = None
) -> Outcome:
    """It makes no task, for a reason. Raises StepRefused."""
    answers = _clean(district, {"reason": reason}, {"reason"})
    return take_step(district, _act(district, "drop", actor, answers, line, seen, act))


def adopt(
    district: District, actor: Actor, line: Line, task: str | None, seen: Seen = None, act: UUID | None = None
) -> Outcome:
    """It belongs to a task (by its code), which may gather several. Raises StepRefused."""
    answers = (
        {"task": found.id}
        if task and (found := tasks.one(district, task))
        else _clean(district, {"task": None}, {"task"})
    )
    if task and (found is None or found.state not in (*tasks.DRAFTED, *tasks.OPEN)):
        raise _refused(
            "没有这项任务，或已了结；请从名单里选一项 | There is no such task, or it is over; choose one from the list",
            "reading.no-task",
            "task",
        )
    return take_step(district, _act(district, "adopt", actor, answers, line, seen, act))


def mend(
    district: District,
    actor: Actor,
    document: Record,
    line: Line,
    given: Mapping[str, Any],
    seen: Seen = None,
    act: UUID | None = None,
) -> Outcome:
    """Say what it really says; that settles it. given: those of short_title, measurable, value, value_unit, comparator
    and deadline that change, as typed, and quote, which must stand in the text. Raises StepRefused."""
    doer = documents.acting(district, actor)
    asked = {name: given[name] for name in MENDED if name in given and name not in ("quote", "starts", "ends")}
    answers = _clean(district, asked, set(asked))
    if "short_title" in answers and not answers["short_title"]:
        raise _refused("请填写标题 | A title is needed", "step.asks", "short_title")
    if answers.get("measurable", line.measurable) == "numeric" and answers.get("value", line.value) is None:
        raise _refused("有数值的要填数值 | Give the value of what is numeric", "step.asks", "value")
    words = str(given.get("quote") or line.quote).replace("\r\n", "\n").strip()
    text = documents.report_in(district, document).text
    start = rereading.find(text, words, line.starts) if len(words) <= LONGEST else None
    if start is None:
        sentence = (
            "这几个字不在原文里；请照原文摘，不要改字 | These words do not stand in the text; copy them as they are"
        )
        raise _refused(sentence, "reading.not-in-text", "quote")
    answers |= {"quote": words, "starts": start, "ends": start + len(words), "reworded": None}
    step = "correct" if line.state == "accepted" else "mend"
    return take_step(district, _act(district, step, doer, answers, line, seen, act))


def merge(
    district: District,
    actor: Actor,
    document: Record,
    chosen: Sequence[tuple[Line, Seen]],
    act: UUID | None = None,
) -> UUID:
    """One reading out of several neighbours of one document; they stay, each with the link to it. Its id.

    Raises StepRefused: fewer than two, of another document (not among its lines), settled for good, or too far apart.
    """
    doer, act = documents.acting(district, actor), act or new_id()
    made = uuid5(act, "merged")
    own = {line.id for line in readings.lines(district, actor, document.id)}
    if any(line.id not in own for line, _ in chosen):
        raise _refused(
            "只能合并同一份文件里的条目 | Only readings of one document can be merged", "reading.elsewhere", "with"
        )
    some = sorted(
        {line.id: (line, seen) for line, seen in chosen}.values(), key=lambda one: (one[0].starts, one[0].code)
    )
    if len(some) < 2:
        raise _refused("合并至少要选两条 | Choose two at least to merge", "reading.merge-one", "with")
    lines = [line for line, _ in some]
    _all_open(lines)
    if any(b.starts - max(a.ends for a in lines[: n + 1]) > APART for n, b in enumerate(lines[1:])):
        raise _refused(
            "相隔太远，不能合成一条；同一件事请归入同一个任务 | They stand too far apart to be one; adopt both into one task",
            "reading.too-far",
            "with",
        )
    text = documents.report_in(district, document).text
    start, end = lines[0].starts, max(line.ends for line in lines)
    numbered = next((line for line in lines if line.value is not None), lines[0])
    titles = list(dict.fromkeys(line.title for line in lines if line.title))
    answers = {
        **_inherited(document, numbered),
        "section": lines[0].section or None,
        "starts": start,
        "ends": end,
        "quote": text[start:end][:LONGEST],
        "short_title": "；".join(titles)[:200] or None,
        "confidence": min(line.confidence for line in lines),
    }
    acts = [_new(district, doer, answers, act, made)]
    acts += [
        _act(district, "merge", doer, {"became": made}, line, seen, uuid5(act, str(line.id))) for line, seen in some
    ]
    take_all(district, acts)
    return made


def part(
    district: District,
    actor: Actor,
    document: Record,
    line: Line,
    cuts: Sequence[int],
    seen: Seen = None,
    act: UUID | None = None,
) -> list[UUID]:
    """Several readings out of one, cut at places of the text; it stays, and each piece has the link to it. Their ids.

    Raises StepRefused: no place, one outside its words, or a piece without words.
    """
    doer, act = documents.acting(district, actor), act or new_id()
    _all_open([line])
    places = sorted(set(cuts))
    if not places:
        raise _refused("请选在哪里断开 | Choose where to cut", "reading.no-cut", "cut")
    if any(not line.starts < place < line.ends for place in places):
        raise _refused("断开处不在这条的文字里 | A cut lies outside the words", "reading.cut-outside", "cut")
    report = documents.report_in(district, document)
    pieces = [
        _bare(report.text, start, end) for start, end in zip([line.starts, *places], [*places, line.ends], strict=True)
    ]
    if any(end - start < 2 for start, end in pieces):
        raise _refused("有一段没有字，请换个断开处 | A piece has no words; cut elsewhere", "reading.cut-outside", "cut")
    made, acts = [], [_act(district, "part", doer, {}, line, seen, act)]
    for n, (start, end) in enumerate(pieces):
        made.append(uuid5(act, f"piece {n}"))
        answers = _piece(document, line, report.text[start:end], start, end, report.figures)
        acts.append(_new(district, doer, answers, uuid5(act, f"act {n}"), made[-1]))
    take_all(district, acts)
    return made


def undo(
    district: District, actor: Actor, document: Record, line: Line, seen: Seen = None, act: UUID | None = None
) -> UUID:
    """Take back what a person last did to a reading, whoever it was; it waits to be settled again. The id of the reading
    that stands then.

    Raises StepRefused where nothing was done, or something was built on it since.
    """
    doer, act = documents.acting(district, actor), act or new_id()
    _, name = documents.ledgers(district)
    found = readings.lines(district, system(district.id), document.id)
    if line.state == "merged" or line.state == "parted" or (line.live and any(one.became == line.id for one in found)):
        return _unmake(district, doer, line, found, seen, act)
    if line.made_from and line.state in OPEN:
        origin = next((one for one in found if one.id == line.made_from and one.state == "parted"), None)
        if origin and line.state == "draft":
            return _unmake(district, doer, origin, found, None, act)
    if line.state not in readings.SETTLED:
        raise _refused(
            "这条还没有定，没有可撤销的 | It is not settled yet; there is nothing to undo", "reading.not-settled"
        )
    record = next(iter(records.many(district, system(district.id), name, [line.id])))
    before = _before(records.history(district, record))
    given = {**before, "task": None, "reason": None, "reworded": None}
    answers = _clean(district, given, set(given))
    take_step(district, _act(district, "reopen", doer, answers, line, seen, act))
    return line.id


def remove(district: District, actor: Actor, document: Record, reason: str | None, seen: Seen = None) -> int:
    """Take a document that was entered by mistake away again, its open readings with it. How many there were.

    Raises StepRefused when readings of it belong to tasks already, and access.Refused.
    """
    doer = documents.acting(district, actor)
    found = readings.lines(district, system(district.id), document.id)
    if any(line.state == "adopted" for line in found):
        raise _refused(
            "已有读出的条目归入任务，不能撤除 | Readings of it belong to tasks already; it cannot be removed",
            "document.adopted",
        )
    ledger = district.rules.ledgers[document.ledger.name]
    clean, problems = documents.cleaned(district, ledger, {"reason": reason})
    if problems:
        raise StepRefused("step.asks", documents.say_first(problems), problems)
    acts = [_act(district, "withdraw", doer, {}, line, None, None) for line in found if line.state in OPEN]
    answers = {name: value for name, value in clean.items() if value is not None}
    take_all(district, [Act(ledger.name, "remove", doer, answers, document.id, seen=seen), *acts])
    return len(acts)


def cuts_of(text: str, line: Line) -> list[tuple[int, str, str]]:
    """Where a reading may be cut: [(place in the text, the words before it, the words after it)]."""
    found, begun = [], line.starts
    for place in range(line.starts + 1, line.ends):
        if text[place - 1] in ON and text[place] not in ON:
            found.append((place, text[begun:place], ""))
            begun = place
    ends = [*(place for place, _, _ in found[1:]), line.ends][: len(found)]
    return [(place, before, text[place:end]) for (place, before, _), end in zip(found, ends, strict=True)]


def neighbours(found: Sequence[Line], line: Line, most: int = 3) -> list[Line]:
    """Open readings beside one, near enough to be merged with it, in the order of the text."""
    live = [one for one in found if one.state in OPEN]
    at = next((n for n, one in enumerate(live) if one.id == line.id), None)
    if at is None:
        return []
    near = live[max(at - most, 0) : at] + live[at + 1 : at + 1 + most]
    return [one for one in near if one.starts - line.ends <= APART and line.starts - one.ends <= APART]


def _unmake(district: District, doer: Actor, line: Line, found: Sequence[Line], seen: Seen, act: UUID) -> UUID:
    """Put the originals of a merge or a split in place of what was made of them."""
    if line.state == "parted":
        originals, made = [line], [one for one in found if one.made_from == line.id]
    else:
        target = line.became or line.id
        originals = [one for one in found if one.became == target and one.state == "merged"]
        made = [one for one in found if one.id == target]
    if any(one.state not in OPEN for one in made):
        raise _refused(
            "由它而来的那条已经另行处理，请先撤销那一条 | What was made of it has been settled since; undo that first",
            "reading.built-upon",
        )
    acts = [
        _act(district, "withdraw", doer, {}, one, seen if one.id == line.id else None, uuid5(act, str(one.id)))
        for one in made
    ]
    acts += [
        _act(
            district,
            "unmake",
            doer,
            {"became": None},
            one,
            seen if one.id == line.id else None,
            uuid5(act, str(one.id)),
        )
        for one in originals
    ]
    take_all(district, acts)
    return originals[0].id


def _before(history: Sequence[Entry]) -> dict[str, Any]:
    """What the fields that people mend held before people mended them; empty where they did not."""
    mended = [n for n, entry in enumerate(history) if entry.step in ("mend", "correct")]
    if not mended:
        return {}
    reopened = max((n for n, entry in enumerate(history) if entry.step == "reopen"), default=-1)
    first = next((n for n in mended if n > reopened), None)
    if first is None:
        return {}
    held: dict[str, Any] = {}
    for entry in history[:first]:
        held |= {name: value for name, value in entry.values.items() if name in MENDED}
    moved = any(entry.step == "place" for entry in history[first:])  # the old places are of another text
    return {name: held.get(name) for name in MENDED if not (moved and name in ("quote", "starts", "ends"))}


def _piece(document: Record, line: Line, words: str, start: int, end: int, figures: Sequence[Figure]) -> dict[str, Any]:
    """A piece of a reading says what the figures inside it say."""
    inside = next((f for f in figures if start <= f.start and f.end <= end and f.kind == "target"), None)
    return {
        **_inherited(document, line),
        "section": line.section or None,
        "starts": start,
        "ends": end,
        "quote": words[:LONGEST],
        "short_title": words[:200],
        "measurable": "numeric"
        if inside
        else "qualitative"
        if line.measurable == "numeric"
        else line.measurable or None,
        "value": inside.value if inside else None,
        "value_unit": inside.unit[:20] or None if inside else None,
        "comparator": inside.comparator if inside and inside.comparator != "none" else None,
        "made_from": line.id,
    }


def _inherited(document: Record, line: Line) -> dict[str, Any]:
    return {
        "document": document.id,
        "measurable": line.measurable or None,
        "value": line.value,
        "value_unit": line.value_unit or None,
        "comparator": line.comparator or None,
        "lead": line.lead or None,
        "deadline": line.deadline,
        "confidence": line.confidence,
        "of_text": document.values["text_sha256"],
    }


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch without the signs at its ends."""
    while start < end and text[start] in ON:
        start += 1
    while end > start and text[end - 1] in ON:
        end -= 1
    return start, end


def _all_open(lines: Sequence[Line]) -> None:
    for line in lines:
        if line.state not in OPEN:
            what = "已经并入或拆成别的" if line.state in BECAME else "已经定了，要先撤销"
            said = "has become another already" if line.state in BECAME else "is settled; undo that first"
            raise _refused(f"{line.code} {what} | {line.code} {said}", "step.not-open", "with")


def _clean(district: District, given: Mapping[str, Any], wanted: set[str]) -> dict[str, Any]:
    """Typed answers; an empty one empties its field. Raises StepRefused with what is wrong at each field."""
    _, name = documents.ledgers(district)
    clean, problems = documents.cleaned(
        district, district.rules.ledgers[name], {n: v for n, v in given.items() if n in wanted}
    )
    if problems:
        raise StepRefused("step.asks", documents.say_first(problems), problems)
    return clean


def _act(
    district: District,
    step: str,
    actor: Actor,
    answers: Mapping[str, Any],
    line: Line,
    seen: Seen,
    act: UUID | None,
) -> Act:
    _, name = documents.ledgers(district)
    return Act(name, step, actor, answers, line.id, act or new_id(), seen)


def _new(district: District, actor: Actor, answers: Mapping[str, Any], act: UUID, makes: UUID) -> Act:
    _, name = documents.ledgers(district)
    return Act(name, "compose", actor, {n: v for n, v in answers.items() if v is not None}, act=act, makes=makes)


def _refused(sentence: str, code: str, field: str = "") -> StepRefused:
    return StepRefused(code, sentence, {field: sentence} if field else {})
