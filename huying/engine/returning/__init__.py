"""A working copy that came back: what was changed in it, against what others changed meanwhile, cell by cell.

    found = compare(district, actor, tree, ledger, open_book(data))   # reads only
    done = write(district, actor, found)                              # acts, each by the step that asks for the cell

The same for cells that are changed on a page, one or a block:

    found = edit(district, actor, tree, ledger, edits, key)

Three values decide on a cell: as it went out, as it came back, as it stands. Changed by her alone: it is written.
By others alone: it stays theirs. By both, differently: it is refused, and said who was first. The same: nothing is done.
"""

from .cells import MASKED, Edit, edit, undo, why_locked
from .comparing import compare
from .model import Fault, Line, NotReturned, Returned
from .writing import Done, reasons, write

__all__ = [
    "MASKED",
    "Done",
    "Edit",
    "Fault",
    "Line",
    "NotReturned",
    "Returned",
    "compare",
    "edit",
    "reasons",
    "undo",
    "why_locked",
    "write",
]
