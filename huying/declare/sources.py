"""Reading files of a pack: bytes to text to plain values, with the place of every key and value.

Nothing here raises for what a file holds: each thing that is wrong is a Problem.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from huying.declare.problems import Problem, both, quoted

MOST_BYTES = 1_000_000
LONGEST_LINE = 20_000
DEEPEST = 24

Keys = tuple[str | int, ...]
Place = tuple[int, int]

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,37})")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]{0,30})\.[0-9]{1,30}")
_BREAKS = "\x85\u2028\u2029"  # YAML counts these as line ends, editors do not

_SYNTAX = [  # part of the parser's words, our own
    (
        "mapping values are not allowed",
        both("此处不能再出现“名: 值”", 'a second "name: value" cannot begin here'),
        both(
            "值里有冒号时请用引号括起来；也请检查缩进。",
            "Put a value that holds a colon in quotes; check the indentation too.",
        ),
    ),
    (
        "cannot start any token",
        both("此处的字符不能作为值的开头", "a value cannot begin with this character"),
        both("请用引号把值括起来。", "Put the value in quotes."),
    ),
    (
        "end of stream",
        both("引号或括号没有配对", "a quote or bracket is never closed"),
        both("请从这里起检查引号和括号。", "Check the quotes and brackets from here on."),
    ),
    (
        "expected ',' or",
        both("括号里缺逗号，或括号没有配对", "a comma is missing, or a bracket is never closed"),
        both("请检查这里的逗号和括号。", "Check the commas and brackets here."),
    ),
    (
        "block scalar",
        both("以竖线开头的值会被当作多行文字", "a value that begins with a bar is read as lines of text"),
        both("请用引号把值括起来，或在竖线前写中文。", "Put the value in quotes, or write the Chinese before the bar."),
    ),
    (
        "escape character",
        both("双引号里不能用这个反斜杠写法", "this backslash is not known inside double quotes"),
        both("请改用单引号。", "Use single quotes."),
    ),
]


@dataclass
class Source:
    """One file as read. `file` is its name as shown; `keys` and `values` give places, 1-based, by path."""

    file: str
    lines: list[str] = field(default_factory=list)
    data: Any = None
    keys: dict[Keys, Place] = field(default_factory=dict)
    values: dict[Keys, Place] = field(default_factory=dict)
    quotes: set[Keys] = field(default_factory=set)  # values that were written in quotes: their text begins one later

    def problem(self, code: str, message: str, hint: str = "", at: Place = (0, 0)) -> Problem:
        """A problem at a place of this file, with its source lines."""
        line, column = at
        excerpt = tuple(self.lines[max(0, line - 2) : line]) if 0 < line <= len(self.lines) else ()
        return Problem(self.file, line, column, code, message, hint, excerpt)

    def has(self, path: Keys) -> bool:
        return path in self.values

    def place(self, path: Keys, *, key: bool = False, offset: int = 0) -> Place:
        """Where the value (or the key) of `path` stands; of its nearest parent when it is not written here.

        offset  characters into the value's text, for a mistake inside it
        """
        for cut in range(len(path), -1, -1):
            part = path[:cut]
            found = (self.keys.get(part) if key else None) or self.values.get(part)
            if found is None:
                continue
            if cut < len(path):
                return self.keys.get(part) or found
            line, column = found
            return line, column + offset + (1 if offset and part in self.quotes else 0)
        return (1, 1) if self.lines else (0, 0)


def read_text(path: Path, shown: str) -> tuple[Source, list[Problem], bool]:
    """The file's lines; what is wrong with its bytes; and whether it can be read on.

    A file in GBK or with a byte order mark is reported, and read on, so that its other mistakes are told too.
    """
    source = Source(shown)
    try:
        if path.stat().st_size > MOST_BYTES:
            message = both(f"文件超过 {MOST_BYTES} 字节", f"the file is larger than {MOST_BYTES} bytes")
            hint = both(
                "一个文件只写一项声明；数据请放在别处导入。", "A file holds one declaration; import data elsewhere."
            )
            return source, [source.problem("file.too-large", message, hint)], False
        raw = path.read_bytes()
    except OSError as error:
        message = both(f"文件读不出来：{error.strerror}", f"the file cannot be read: {error.strerror}")
        hint = both("请检查文件是否存在、是否有读取权限。", "Check that it exists and may be read.")
        return source, [source.problem("file.unreadable", message, hint)], False
    problems: list[Problem] = []
    text = _decode(raw, source, problems)
    if text is None:
        return source, problems, False
    if text.startswith("\ufeff"):
        text = text[1:]
        if not path.name.endswith(".csv"):  # spreadsheets always write the mark before a CSV; there it does no harm
            message = both("文件开头有字节顺序标记（BOM）", "the file begins with a byte order mark (BOM)")
            hint = both("请另存为“UTF-8（无 BOM）”。", 'Save it as "UTF-8 without BOM".')
            source.lines = text.split("\n")
            problems.append(source.problem("file.bom", message, hint, (1, 1)))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    source.lines = text.split("\n")
    if source.lines and not source.lines[-1]:
        source.lines.pop()
    if not text.strip():
        message, hint = (
            both("文件是空的", "the file is empty"),
            both("请写入一项声明，或删去文件。", "Write a declaration, or delete it."),
        )
        return source, [*problems, source.problem("file.empty", message, hint, (1, 1))], False
    found = _characters(source)
    return source, problems + found, not found


def _decode(raw: bytes, source: Source, problems: list[Problem]) -> str | None:
    utf8 = both("请用编辑器另存为 UTF-8 编码。", "Save it in your editor as UTF-8.")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        message = both("文件是 UTF-16 编码，不是 UTF-8", "the file is in UTF-16, not UTF-8")
        problems.append(source.problem("file.encoding", message, utf8, (1, 1)))
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        start = raw.rfind(b"\n", 0, error.start) + 1
        column = len(raw[start : error.start].decode("utf-8", "replace")) + 1
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        message = both("文件不是 UTF-8 文本", "the file is not UTF-8 text")
        problems.append(source.problem("file.encoding", message, utf8, (line, column)))
        return None
    source.lines = text.split("\n")
    message = both("文件是 GBK（GB18030）编码，不是 UTF-8", "the file is in GBK (GB18030), not UTF-8")
    problems.append(source.problem("file.encoding", message, utf8, (line, column)))
    return text


def _characters(source: Source) -> list[Problem]:
    """Characters and lines that would mislead whoever reads the file, the first of each kind."""
    found: dict[str, Problem] = {}
    for number, line in enumerate(source.lines, 1):
        if len(line) > LONGEST_LINE and "file.long-line" not in found:
            message = both(f"一行超过 {LONGEST_LINE} 个字符", f"a line is longer than {LONGEST_LINE} characters")
            hint = both("请分行书写。", "Break it into several lines.")
            found["file.long-line"] = source.problem("file.long-line", message, hint, (number, 1))
        indent = line[: len(line) - len(line.lstrip(" \t"))]
        if "\t" in indent and "file.tabs" not in found and not source.file.endswith(".csv"):
            message = both("用制表符（Tab）缩进", "a tab is used to indent")
            hint = both(
                "YAML 只用空格缩进：请把 Tab 换成两个空格。",
                "YAML is indented by spaces only: put two spaces for each tab.",
            )
            found["file.tabs"] = source.problem("file.tabs", message, hint, (number, indent.index("\t") + 1))
        bad = next((n for n, c in enumerate(line) if (c < " " and c != "\t") or c in _BREAKS or c == "\x7f"), None)
        if bad is not None and "file.characters" not in found:
            name = f"U+{ord(line[bad]):04X}"
            message = both(f"有看不见的控制字符 {name}", f"there is an invisible control character {name}")
            hint = both("请删去它；也可能这不是文本文件。", "Delete it; or the file is not text at all.")
            found["file.characters"] = source.problem("file.characters", message, hint, (number, bad + 1))
    return list(found.values())


def read_yaml(path: Path, shown: str) -> tuple[Source, list[Problem]]:
    """The file's values; `source.data` is None when they could not be read.

    Values are str, int, Decimal, bool, None, dict and list; dates stay text, and so do yes, no, on and off.
    """
    source, problems, readable = read_text(path, shown)
    if not readable:
        return source, problems
    composer = _Composer(source)
    try:
        source.data = composer.document("\n".join(source.lines) + "\n")
    except yaml.YAMLError as error:
        problems.append(_syntax(source, error))
        source.data = None
    problems += composer.problems
    if source.data is None and not problems:
        message = both("文件里没有内容", "the file holds nothing but comments")
        problems.append(source.problem("file.empty", message, both("请写入一项声明。", "Write a declaration."), (1, 1)))
    return source, problems


def _syntax(source: Source, error: yaml.YAMLError) -> Problem:
    said = f"{getattr(error, 'problem', '') or ''} {getattr(error, 'context', '') or ''}"
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    at = (min(mark.line + 1, len(source.lines)), mark.column + 1) if mark else (1, 1)
    for part, message, hint in _SYNTAX:
        if part in said:
            return source.problem("file.yaml-syntax", message, hint, at)
    message = both("这里不符合 YAML 的写法", f"this is not YAML: {quoted(said.strip())}")
    hint = both("请检查缩进、冒号后的空格和引号。", "Check the indentation, the space after each colon and the quotes.")
    return source.problem("file.yaml-syntax", message, hint, at)


class _Composer:
    """Events of the YAML parser to plain values. Written out, so that depth is bounded and places are kept."""

    def __init__(self, source: Source):
        self.source = source
        self.problems: list[Problem] = []

    def document(self, text: str) -> Any:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        events = iter(yaml.parse(text, Loader=loader))
        next(events)  # stream start
        first = next(events)
        if isinstance(first, yaml.StreamEndEvent):
            return None
        data = self.node(next(events), events, ())
        next(events)  # document end
        after = next(events)
        if isinstance(after, yaml.DocumentStartEvent):
            message = both("一个文件里有两份 YAML", "there are two YAML documents in one file")
            hint = both("请删去 --- 行，或分成两个文件。", "Delete the line ---, or make two files.")
            self.say("file.two-documents", message, hint, after)
        return data

    def say(self, code: str, message: str, hint: str, event: yaml.Event) -> None:
        if code != "file.alias" or not any(problem.code == code for problem in self.problems):
            at = (event.start_mark.line + 1, event.start_mark.column + 1)
            self.problems.append(self.source.problem(code, message, hint, at))

    def node(self, event: yaml.Event, events: Any, path: Keys) -> Any:
        self.source.values[path] = (event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            message = both("不支持锚点与引用（& 和 *）", "anchors and aliases (& and *) are not read")
            self.say(
                "file.alias", message, both("请把值写全；文字请用引号。", "Write the value out; quote text."), event
            )
        if isinstance(event, yaml.AliasEvent):
            return None
        if event.tag and event.tag != "!":
            message = both(f"不支持标签 {quoted(event.tag)}", f"tags such as {quoted(event.tag)} are not read")
            self.say("file.tag", message, both("请删去标签；文字请用引号。", "Delete the tag; quote text."), event)
        if isinstance(event, yaml.ScalarEvent):
            if event.style in ("'", '"'):
                self.source.quotes.add(path)
            return scalar(event.value) if event.style in (None, "") else event.value
        if len(path) >= DEEPEST:
            message = both(f"嵌套超过 {DEEPEST} 层", f"values are nested more than {DEEPEST} deep")
            self.say("file.too-deep", message, both("请减少嵌套。", "Nest less."), event)
            _skip(events)
            return None
        return self.mapping(events, path) if isinstance(event, yaml.MappingStartEvent) else self.sequence(events, path)

    def mapping(self, events: Any, path: Keys) -> dict[str, Any]:
        data: dict[str, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = getattr(event, "value", None)
            if key is None:
                message = both("名称只能是文字", "a name must be plain text")
                self.say("file.key", message, both("请写成“名: 值”。", 'Write "name: value".'), event)
                if isinstance(event, yaml.CollectionStartEvent):
                    _skip(events)
                key = f"?{len(data)}"
            elif key in data:
                message = both(f"“{key.replace('|', '¦')}”写了两次", f"{quoted(key)} is written twice")
                self.say("file.duplicate-key", message, both("请只留一个。", "Keep one of them."), event)
            self.source.keys[(*path, key)] = (event.start_mark.line + 1, event.start_mark.column + 1)
            data[key] = self.node(next(events), events, (*path, key))
        return data

    def sequence(self, events: Any, path: Keys) -> list[Any]:
        data: list[Any] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            data.append(self.node(event, events, (*path, len(data))))
        return data


def _skip(events: Any) -> None:
    """Read past a collection whose start was just read."""
    depth = 1
    while depth:
        event = next(events)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)


def scalar(text: str) -> Any:
    """A plain YAML scalar: null, true and false, whole numbers and decimals; everything else is text.

    >>> scalar("no"), scalar("2020-06-11"), scalar("12"), scalar("007")
    ('no', '2020-06-11', 12, '007')
    """
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    return text
