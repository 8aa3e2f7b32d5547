"""The first half of reading an expression: sqlglot, with a tokenizer of nine words, and its refusals in ours."""

from __future__ import annotations

import sys
from typing import ClassVar

from sqlglot import errors, exp, parser, tokens
from sqlglot.dialects.dialect import Dialect
from sqlglot.tokens import TokenType

from huying.declare import expressions as e
from huying.declare.problems import both, quoted

_FRAMES = 20_000  # of the interpreter, while sqlglot descends into at most DEEPEST brackets


class _Words(Dialect):
    """SQL reduced to nine words and the signs of comparison and arithmetic; every other word is a name."""

    class Tokenizer(tokens.Tokenizer):
        QUOTES: ClassVar = ["'", '"']
        IDENTIFIERS: ClassVar = ["`"]
        COMMENTS: ClassVar = []
        KEYWORDS: ClassVar = {
            **{word: getattr(TokenType, word) for word in "AND OR NOT IN IS NULL BETWEEN TRUE FALSE".split()},
            "==": TokenType.EQ,
            "!=": TokenType.NEQ,
            "<>": TokenType.NEQ,
            "<=": TokenType.LTE,
            ">=": TokenType.GTE,
        }

    class Parser(parser.Parser):
        FUNCTIONS: ClassVar = {}
        FUNCTION_PARSERS: ClassVar = {}
        NO_PAREN_FUNCTIONS: ClassVar = {}
        NO_PAREN_FUNCTION_PARSERS: ClassVar = {}


_DIALECT = _Words()


def sqlglot_tree(text: str) -> exp.Expression:
    if not isinstance(text, str) or not text.strip():
        raise _error("expression.empty", both("条件是空的", "the expression is empty"))
    if len(text) > e.LONGEST:
        long = both(f"超过 {e.LONGEST} 个字符", f"it is longer than {e.LONGEST} characters")
        raise _error("expression.too-long", long, both("请拆成几个条件。", "Break it up."))
    depth = deepest = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    if deepest > e.DEEPEST:
        raise too_deep()
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _FRAMES))
    try:
        found = _DIALECT.parse_into(exp.Condition, text)
    except errors.ParseError as error:
        raise _syntax(text, error) from None
    except errors.TokenError:
        quote = both("引号没有配对", "a quote is never closed")
        raise _error("expression.syntax", quote, both("请检查引号。", "Check the quotes."), _odd_quote(text)) from None
    except RecursionError:
        raise too_deep() from None
    except (
        AttributeError,
        TypeError,
        ValueError,
        LookupError,
    ):  # sqlglot stumbles over some texts instead of refusing them
        raise _error("expression.syntax", both("这不是一个条件", "this is not one expression")) from None
    finally:
        sys.setrecursionlimit(limit)
    if len(found) != 1 or found[0] is None:
        raise _error("expression.syntax", both("这不是一个条件", "this is not one expression"))
    return found[0]


def _error(code: str, message: str, hint: str = "", offset: int = 0) -> e.ExpressionError:
    return e.ExpressionError([e.Flaw(code, message, hint, offset)])


def too_deep() -> e.ExpressionError:
    deep = both(f"嵌套超过 {e.DEEPEST} 层", f"it is nested more than {e.DEEPEST} deep")
    return _error("expression.too-deep", deep, both("请少用括号，或拆开。", "Use fewer brackets, or break it up."))


def _odd_quote(text: str) -> int:
    """Where the quote opens that is never closed."""
    opened, mark = 0, ""
    for place, character in enumerate(text):
        if not mark and character in "'\"":
            opened, mark = place, character
        elif character == mark:
            mark = ""
    return opened


def _syntax(text: str, error: errors.ParseError) -> e.ExpressionError:
    inner = next((one for one in error.errors if one.get("col")), {})
    highlight = inner.get("highlight") or ""
    offset = max(0, min(len(text) - 1, int(inner.get("col") or 1) - len(highlight)))
    if inner.get("line", 1) > 1:
        offset += sum(len(line) + 1 for line in text.split("\n")[: inner["line"] - 1])
        offset = min(offset, len(text) - 1)
    near = both(f"{quoted(highlight)} 处读不下去", f"this cannot be read at {quoted(highlight)}")
    known = both(
        "可用：== != < <= > >=、and or not、in、between、is null、+ - * /、文字加引号。",
        "There are: == != < <= > >=, and or not, in, between, is null, + - * /; text in quotes.",
    )
    return _error("expression.syntax", near, known, offset)
