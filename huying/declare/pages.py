"""Pages as a pack declares them: a title and panels in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from huying.declare.expressions import Expression


@dataclass(frozen=True)
class Panel:
    """kind: figure, trend, table, map, ranking, text or list. of: an indicator's or a ledger's full name."""

    kind: str
    of: str = ""
    title: str = ""
    text: str = ""
    where: Expression | None = None
    split: str = ""
    show: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    name: str
    title: str
    panels: tuple[Panel, ...]
    public: bool = False
