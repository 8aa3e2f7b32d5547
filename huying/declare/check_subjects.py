"""Kinds of subject, and the ledgers that speak of them: what is compared is known, comparable, and says something."""

from __future__ import annotations

from collections.abc import Iterator

from huying.declare.build_ledger import IDENTITY as IDENTITY_PATTERN
from huying.declare.building import Building
from huying.declare.declarations import Declaration
from huying.declare.kinds import Ledger
from huying.declare.likeness import VERDICTS
from huying.declare.problems import Problem, both, did_you_mean, quoted
from huying.declare.subjects import DATE, IDENTITY, NAME, TYPES, Subject

TWO = ("one", "other")  # of a case


def check_subjects(building: Building) -> list[Problem]:
    problems = []
    for declaration in building.of("subject"):
        problems += _subject(declaration, building.subjects[declaration.name])
    for declaration in building.of("ledger"):
        if declaration.data.get("speaks_of") and declaration.name in building.ledgers:
            problems += _ledger(building, declaration, building.ledgers[declaration.name])
    return problems


def _subject(declaration: Declaration, subject: Subject) -> Iterator[Problem]:
    named = [(("same", place), part) for place, part in enumerate(subject.same)]
    named += [
        (("likely", at, place), part) for at, parts in enumerate(subject.likely) for place, part in enumerate(parts)
    ]
    for path, part in named:
        if part not in subject.known_by:
            message = both(f"known_by 里没有 {quoted(part)}", f"known_by has no part {quoted(part)}")
            hint = did_you_mean(part, subject.known_by, "可用", "Parts")
            yield declaration.problem("subject.unknown-part", message, hint, path)
    for place, part in enumerate(subject.same):
        if part in subject.known_by and subject.known_by[part].form in (NAME, DATE):
            message = both(
                f"{part} 相同的人和物很多，不能单凭它认定", f"many bear the same {part}: it alone says nothing"
            )
            hint = both("请写进 likely，和别的一起看。", "Put it in likely, beside other parts.")
            yield declaration.problem("subject.same", message, hint, ("same", place))
    for place, parts in enumerate(subject.likely):
        if pointless := [part for part in parts if part in subject.same]:
            message = both(f"{pointless[0]} 单凭自己就能认定", f"{pointless[0]} says by itself that it is the same")
            hint = both("请从这条 likely 里去掉它。", "Take it out of this list of likely.")
            yield declaration.problem("subject.likely", message, hint, ("likely", place, parts.index(pointless[0])))
    if not subject.rules:
        message = both("没有 same 也没有 likely，什么也认不出", "without same and likely nothing is ever found")
        hint = both("请至少写一个。", "Give one of them at least.")
        yield declaration.problem("subject.no-rule", message, hint, ("known_by",), key=True)


def _ledger(building: Building, declaration: Declaration, ledger: Ledger) -> Iterator[Problem]:
    for name in declaration.data["speaks_of"]:
        found = building.names.resolve("subject", name, declaration.pack)
        subject = building.subjects.get(found.name) if found else None
        if subject is None:
            continue
        fields = ledger.speaks_of[subject.name]
        for part, field in fields.items():
            if wrong := _wrong(subject, ledger, part, field):
                yield declaration.problem(*wrong, ("speaks_of", name, part), key=part not in subject.known_by)
        if subject.rules and not subject.rules_for(fields):
            said = "; ".join(rule.name for rule in subject.rules)
            message = both("这些字段不够认人认物", "these fields are not enough to tell anyone by")
            hint = both(f"至少要凑齐一组：{said}。", f"Fill one of these whole: {said}.")
            yield declaration.problem("ledger.speaks-none", message, hint, ("speaks_of", name), key=True)


def _wrong(subject: Subject, ledger: Ledger, part: str, name: str) -> tuple[str, str, str] | None:
    """(code, message, hint) of one line of `speaks_of`."""
    if part not in subject.known_by:
        message = both(f"{subject.name} 没有 {quoted(part)}", f"{subject.name} is not known by {quoted(part)}")
        return "ledger.speaks-part", message, did_you_mean(part, subject.known_by, "可用", "Parts")
    field, form = ledger.fields.get(name), subject.known_by[part].form
    if field is None:
        message = both(f"台账没有字段 {quoted(name)}", f"the ledger has no field {quoted(name)}")
        return "ledger.unknown-field", message, did_you_mean(name, ledger.fields, "字段", "Fields")
    if field.type not in TYPES[form]:
        message = both(f"{name} 这种字段写不了 {form}", f"a field such as {name} holds no {form}")
        return (
            "ledger.speaks-form",
            message,
            both(f"可用：{', '.join(TYPES[form])}。", f"It may be {', '.join(TYPES[form])}."),
        )
    if name in ledger.secret and (form == NAME or form == IDENTITY and field.schema.get("pattern") != IDENTITY_PATTERN):
        message = both(
            f"{name} 加密后只能原样比对，写法不同就认不出",
            f"{name} is secret: only what is written alike would be found",
        )
        hint = both(
            "证件号用 $ref: huying:identity；姓名列为 private。",
            "An identity number takes $ref: huying:identity; a name is private.",
        )
        return "ledger.speaks-secret", message, hint
    return None


def check_case(subject: Subject, declaration: Declaration, path: tuple[str | int, ...]) -> Iterator[Problem]:
    """What a case of a subject names is there: one and other, parts of the subject, what they then are."""
    case = declaration.data["cases"][path[-1]]
    given, then = case.get("given", {}), case["then"]
    wanted = [(name, TWO, (*path, "given", name)) for name in given]
    wanted += [(part, subject.known_by, (*path, "given", name, part)) for name, parts in given.items() if isinstance(parts, dict)
               for part in parts]  # fmt: skip
    wanted += [(name, ("they_are",), (*path, "then", name)) for name in then]
    for name, names, at in wanted:
        if name not in names:
            message = both(f"这里没有 {quoted(name)}", f"there is no {quoted(name)} here")
            yield declaration.problem(
                "case.unknown-name", message, did_you_mean(name, names, "可写", "Names"), at, key=True
            )
    for name in TWO:
        if not isinstance(given.get(name), dict):
            message = both(f"given 缺少 {name}", f"given lacks {name}")
            hint = both("写 one 和 other，各是一组“项: 值”。", "Give one and other, each with part: value.")
            yield declaration.problem("shape.missing-key", message, hint, (*path, "given"), key=True)
    if "they_are" in then and then["they_are"] not in VERDICTS:
        message = both(f"they_are 不能是 {quoted(then['they_are'])}", f"they_are cannot be {quoted(then['they_are'])}")
        hint = did_you_mean(str(then["they_are"]), VERDICTS, "可写", "Values")
        yield declaration.problem("case.unknown-name", message, hint, (*path, "then", "they_are"))
