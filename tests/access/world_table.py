"""`SEES` is the one table of what may be seen in this folder: a person at every level, and records at every level."""

from __future__ import annotations

from tests.access.walls import MATTER

# person -> the records within reach, by the level at which they lie
LEVELS = {
    "district": "district",
    "street": "street",
    "community": "community",
    "grid": "grid",
    "next_grid": "next grid",
    "other_street": "other street",
    "firm": "handed to a contractor",
}
SEES: dict[str, frozenset[str]] = {
    "diaodu": frozenset(LEVELS),
    "jiandu": frozenset(LEVELS),
    "longdong": frozenset({"street", "community", "grid", "next_grid"}),
    "fenghuang": frozenset({"other_street", "firm"}),
    "shequ": frozenset({"community", "grid", "next_grid"}),
    "wangge": frozenset({"grid"}),
    "gongsi": frozenset({"firm"}),
    "shenji": frozenset(),
    "guanli": frozenset(),
    "": frozenset(),  # nobody has signed in
}
PEOPLE = tuple(SEES)
WHO = {
    "diaodu": "dispatcher of the district",
    "jiandu": "inspector of the district, in whose role some fields are shown",
    "longdong": "clerk of the street",
    "fenghuang": "clerk of another street",
    "shequ": "clerk of the community",
    "wangge": "grid worker",
    "gongsi": "contractor: what was handed to the firm",
    "shenji": "auditor",
    "guanli": "administrator",
    "": "whoever has not signed in",
}
KINDS = ("open", "inner", "private", "secret")


def sees(login: str, ledger: str, level: str) -> bool:
    """Whether that person may see that record at all."""
    return level in SEES[login] and (login != "gongsi" or ledger == MATTER)


INNER = frozenset({"jiandu"})  # sees the field that only some roles see
UNMASKS = frozenset({"longdong", "fenghuang", "shequ"})  # may have private and secret values shown, of what they see
EXPORTS = frozenset({"diaodu", "jiandu", "longdong", "fenghuang", "shequ", "gongsi"})
