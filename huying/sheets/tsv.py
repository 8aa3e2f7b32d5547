"""A block of cells as sheet programs put it on the clipboard: rows by lines, cells by tabs.

A cell that holds a tab or a line break stands in quotes, a quote within it twice. A cell that begins with a quote and
does not end as a quoted one does is taken as it stands: `5" pipe`, `"so called" place`.
"""

from __future__ import annotations


def parse(text: str) -> list[list[str]]:
    r"""The rows, each of its cells; all equally long, short ones filled with empty texts. A last line break ends the block.

    >>> parse('a\t"two\nlines"\r\n"say ""yes"" now"\t2\r\n')
    [['a', 'two\nlines'], ['say "yes" now', '2']]
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if not text:
        return []
    rows: list[list[str]] = [[]]
    at = 0
    while True:
        cell, at = _quoted(text, at) or _plain(text, at)
        rows[-1].append(cell)
        if at >= len(text):
            break
        if text[at] == "\n":
            if at + 1 == len(text):
                break
            rows.append([])
        at += 1
    width = max(map(len, rows))
    return [row + [""] * (width - len(row)) for row in rows]


def _plain(text: str, at: int) -> tuple[str, int]:
    end = at
    while end < len(text) and text[end] not in "\t\n":
        end += 1
    return text[at:end], end


def _quoted(text: str, at: int) -> tuple[str, int] | None:
    """(the cell, where it ends), or None where what begins here is no quoted cell."""
    if text[at : at + 1] != '"':
        return None
    end = at + 1
    while (end := text.find('"', end)) != -1:
        if text[end : end + 2] == '""':
            end += 2
            continue
        if text[end + 1 : end + 2] in ("", "\t", "\n"):
            return text[at + 1 : end].replace('""', '"'), end + 1
        return None
    return None
