"""A working copy that came back: what was changed in it, against what others changed meanwhile, cell by cell.

    found = compare(district, actor, tree, ledger, open_book(data))   # reads only
    done = write(district, actor, found)                              # acts, each by the step that asks for the cell

Three values decide on a cell: as it went out, as it came back, as it stands. Changed by her alone: it is written.
By others alone: it stays theirs. By both, differently: it is refused, and said who was first. The same: nothing is done.
"""

from .comparing import compare
from .model import Fault, Line, NotReturned, Returned
from .writing import Done, reasons, write

__all__ = ["Done", "Fault", "Line", "NotReturned", "Returned", "compare", "reasons", "write"]
