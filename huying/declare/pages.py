"""Pages as a pack declares them: a title and panels in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from huying.declare.expressions import Expression


@dataclass(frozen=True)
class Panel:
    """kind: figure, trend, bars, table, map, ranking, text or list. of: an indicator's or a ledger's full name.

    over  the period of which the part up to today is shown; by: the periods that it is cut by; empty: as is usual
    top   of a ranking or bars: how many are shown; 0: all
    """

    kind: str
    of: str = ""
    title: str = ""
    text: str = ""
    where: Expression | None = None
    split: str = ""
    show: tuple[str, ...] = ()
    over: str = ""
    by: str = ""
    top: int = 0


@dataclass(frozen=True)
class Page:
    """area: the area of work it belongs to, `中文 | English`; wall: it may hang on a wall."""

    name: str
    title: str
    panels: tuple[Panel, ...]
    public: bool = False
    area: str = ""
    wall: bool = False
