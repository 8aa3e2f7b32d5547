"""The form of declarations: the JSON Schemas that editors use, and their verdicts in our words."""

from __future__ import annotations

import json
from collections.abc import Callable
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from huying.declare.declarations import Declaration
from huying.declare.problems import Problem, both, did_you_mean, quoted
from huying.declare.sources import Keys

FOLDER = Path(__file__).with_name("schema")

_TYPES = {
    "string": both("文字", "text"),
    "integer": both("整数", "a whole number"),
    "number": both("数", "a number"),
    "boolean": both("true 或 false", "true or false"),
    "array": both("列表", "a list"),
    "object": both("一组“名: 值”", "names with values"),
    "null": both("空", "nothing"),
}


@cache
def schema(kind: str) -> dict[str, Any]:
    """The JSON Schema 2020-12 of one kind."""
    return json.loads((FOLDER / f"{kind}.json").read_text("utf-8"))


def kinds() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))


@cache
def _validator(kind: str) -> Any:
    return jsonschema_rs.validator_for(schema(kind))


def table_columns(kind: str) -> tuple[list[str], list[str], bool]:
    """Columns that may stand in a table of this kind, those that must, and whether others may too."""
    form = schema(kind)
    return list(form["properties"]), list(form["required"]), form["additionalProperties"] is not False


def column_words(kind: str) -> dict[str, str]:
    """What a table's columns may be called in Chinese -> the column."""
    return {one["title"]: name for name, one in schema(kind)["properties"].items() if "title" in one}


def check_shape(declaration: Declaration) -> list[Problem]:
    """Everything in which the values differ from the kind's schema."""
    if not isinstance(declaration.data, dict):
        message = both(
            "文件应是一组“名: 值”，不是列表或文字", 'the file must be "name: value" lines, not a list or text'
        )
        hint = both("请看 docs/declarations.md 中的例子。", "See the examples in docs/declarations.md.")
        return [declaration.problem("shape.type", message, hint)]
    return check_values(declaration.kind, declaration.data, declaration.problem)


def check_values(kind: str, data: Any, problem: Callable[..., Problem], prefix: Keys = ()) -> list[Problem]:
    errors = list(_validator(kind).iter_errors(data))
    unexpected = {
        tuple(error.instance_path): error.kind.unexpected
        for error in errors
        if error.kind.name == "additionalProperties"
    }
    problems: list[Problem] = []
    for error in errors:
        path: Keys = tuple(error.instance_path)
        form = _parent(kind, error.schema_path)
        match error.kind.name:
            case "required":
                name = error.kind.property
                if get_close_matches(name, unexpected.get(path, []), 1, 0.6):
                    continue  # a slip of the pen, told once
                message = both(f"缺少 {quoted(name)}", f"{quoted(name)} is missing")
                problems.append(problem("shape.missing-key", message, _meaning(form, name), prefix + path, key=True))
            case "additionalProperties":
                for name in error.kind.unexpected:
                    message = both(f"不认识 {quoted(name)}", f"{quoted(name)} is not known here")
                    hint = did_you_mean(name, form.get("properties", {}), "可写", "Keys")
                    problems.append(problem("shape.unknown-key", message, hint, (*prefix, *path, name), key=True))
            case "propertyNames":
                problems += _names(data, path, form, problem, prefix)
            case "type":
                problems.append(_type(data, path, error.kind.types, problem, prefix))
            case _:
                problems.append(_value(data, path, error, form, problem, prefix))
    return list(dict.fromkeys(problems))


def _parent(kind: str, path: list[Any]) -> dict[str, Any]:
    """The schema that holds the keyword which failed."""
    found: Any = schema(kind)
    for step in path[:-1]:
        if isinstance(found, dict) and step in found:
            found = found[step]
        elif isinstance(found, list) and isinstance(step, int):
            found = found[step]
    return found if isinstance(found, dict) else {}


def _meaning(form: dict[str, Any], name: str) -> str:
    words = form.get("properties", {}).get(name, {}).get("description", "")
    return both(f"请加上一行 {name}。", f"Add {name}. {words}".strip())


def _at(data: Any, path: Keys) -> Any:
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _names(data: Any, path: Keys, form: dict[str, Any], problem: Callable[..., Problem], prefix: Keys) -> list[Problem]:
    import re

    where = _at(data, path)
    rule = form if "pattern" in form or "enum" in form else form.get("propertyNames", {})
    rule = schema_ref(rule)
    problems = []
    for name in where if isinstance(where, dict) else []:
        if ("pattern" in rule and not re.search(rule["pattern"], name)) or (
            "enum" in rule and name not in rule["enum"]
        ):
            message = both(f"{quoted(name)} 不能作名称", f"{quoted(name)} cannot be a name")
            hint = both(
                "名称只用小写字母、数字和 _，以字母开头，最长 40。",
                "Small letters, digits and _, a letter first, at most 40.",
            )
            if "enum" in rule:
                hint = did_you_mean(name, rule["enum"], "可写", "Names")
            problems.append(problem("shape.name", message, hint, (*prefix, *path, name), key=True))
    return problems


def schema_ref(rule: dict[str, Any]) -> dict[str, Any]:
    """The rule itself, where it only refers to a common definition."""
    return schema("flow")["$defs"]["name"] if rule.get("$ref") == "#/$defs/name" else rule


def _type(data: Any, path: Keys, types: list[str], problem: Callable[..., Problem], prefix: Keys) -> Problem:
    value = _at(data, path)
    wants = [_TYPES[one].split(" | ") for one in types]
    zh, en = "或".join(want[0] for want in wants), " or ".join(want[1] for want in wants)
    if value is None:
        message = both(f"冒号后没有写值，应为{zh}", f"there is no value after the colon; {en} is needed")
        return problem(
            "shape.type", message, both("请写上值，或删去这一行。", "Write one, or delete the line."), prefix + path
        )
    shown = quoted(value) if isinstance(value, str | int | bool) else ""
    have = _TYPES["array" if isinstance(value, list) else "object" if isinstance(value, dict) else "string"].split(
        " | "
    )
    message = both(f"应为{zh}，不是 {shown or have[0]}", f"{en} is needed, not {shown or have[1]}")
    hint = ""
    if types == ["boolean"] and str(value).lower() in ("yes", "no", "on", "off", "y", "n", "是", "否"):
        hint = both("是非只写 true 或 false。", "Write true or false.")
    elif "string" in types and not isinstance(value, list | dict):
        hint = both("请加引号。", "Put it in quotes.")
    elif "array" in types:
        hint = both("列表写作 [甲, 乙]。", "A list is written [one, two].")
    return problem("shape.type", message, hint, prefix + path)


def _value(
    data: Any, path: Keys, error: Any, form: dict[str, Any], problem: Callable[..., Problem], prefix: Keys
) -> Problem:
    value = _at(data, path)
    words = form.get("description", "")
    kind = error.kind
    message = both(f"不能写 {quoted(value)}", f"{quoted(value)} cannot stand here")
    hint = both(words, words) if words else ""
    match kind.name:
        case "enum":
            options = [str(option) for option in kind.options if option != ""]
            hint = did_you_mean(str(value), options, "可写", "Values")
        case "minimum" | "maximum" | "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties":
            zh, en = _BOUNDS[kind.name]
            message = both(f"{zh} {kind.limit}", f"{en} {kind.limit}")
        case "uniqueItems":
            message = both("列表里有重复", "the list names something twice")
    return problem("shape.value", message, hint, prefix + path)


_BOUNDS = {
    "minimum": ("不得小于", "it must not be less than"),
    "maximum": ("不得大于", "it must not be more than"),
    "minLength": ("字数不得少于", "its length must not be less than"),
    "maxLength": ("字数不得多于", "its length must not be more than"),
    "minItems": ("项数不得少于", "the number of items must not be less than"),
    "maxItems": ("项数不得多于", "the number of items must not be more than"),
    "minProperties": ("项数不得少于", "the number of entries must not be less than"),
}
