"""A blank form made from its titles, for a system that takes a file and hands out none."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter

Title = tuple[str, ...]  # storeys, from above


def blank_form(name: str, titles: Sequence[Title], labels: Sequence[str] = (), days: Sequence[int] = ()) -> bytes:
    """An xlsx: a header of as many storeys as the titles have, a row for each label, or one row to be followed by more.

    days  columns that show days
    """
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("".join(ch for ch in name if ch not in "[]:*?/\\'")[:31] or "1")
    head = book.add_format({"border": 1, "bold": True, "align": "center", "valign": "vcenter", "text_wrap": True})
    box, day = book.add_format({"border": 1}), book.add_format({"border": 1, "num_format": "yyyy-mm-dd"})
    deep = max(map(len, titles))
    for column, title in enumerate(titles):
        for storey, text in enumerate(title):
            down = deep - 1 if storey == len(title) - 1 else storey
            across = column
            if storey < len(title) - 1:
                if column and titles[column - 1][: storey + 1] == title[: storey + 1]:
                    continue
                while across + 1 < len(titles) and titles[across + 1][: storey + 1] == title[: storey + 1]:
                    across += 1
            if (down, across) == (storey, column):
                sheet.write_string(storey, column, text, head)
            else:
                sheet.merge_range(storey, column, down, across, text, head)
    sheet.set_column(0, len(titles) - 1, 14)
    sheet.freeze_panes(deep, 0)
    for row in range(max(1, len(labels))):
        for column in range(len(titles)):
            sheet.write_blank(deep + row, column, None, day if column in days else box)
        if labels:
            sheet.write_string(deep + row, 0, labels[row], box)
    book.close()
    return made.getvalue()
