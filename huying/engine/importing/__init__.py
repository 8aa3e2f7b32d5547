"""Rows of a sheet brought into a ledger: each checked, each an act of the person who brings them in, each with its event.

    plan = plan_for(district, actor, tree, ledger, stream)     # which column is which field, and by which steps
    tally = run(plan, write=False)                             # a dry run: nothing is written
    tally = run(plan, write=True)                              # the same again, written in batches

A row is new, changed, unchanged or rejected, and their sum is what was read. The act of a row is named by the file's
digest and the row's number: the same file again changes nothing, and a run that was cut off goes on where it stopped.
"""

from .columns import Mapped, NoImport, Plan, plan_for
from .lines import Reason, Verdict
from .running import Tally, run

__all__ = ["Mapped", "NoImport", "Plan", "Reason", "Tally", "Verdict", "plan_for", "run"]
