"""Reads the spreadsheets that offices keep: opens any of them, finds the table, and proposes a ledger for it.

    book = open_book(Path("低保对象.xls"))
    for table in find_tables(book):
        print(table.title, [column.title for column in columns_of(table)])

A file of any size is read row by row:

    for number, cells in stream(Path("低保对象.csv")):
        ...

Pure Python, no database, no network. Values are taken as they stand: no formula is run.
"""

from .columns import Column, columns_of, key_of
from .layout import Table, find_tables
from .model import Book, NotASheet, Sheet
from .opening import open_book
from .streaming import Stream, stream

__all__ = [
    "Book",
    "Column",
    "NotASheet",
    "Sheet",
    "Stream",
    "Table",
    "columns_of",
    "find_tables",
    "key_of",
    "open_book",
    "stream",
]
