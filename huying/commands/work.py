"""Do the background work alone: followers, sealing, notices. `serve` runs this by itself.

For a server of the administrator's where the web runs elsewhere.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

from huying import installation
from huying.processes import die_with_parent

PAUSE = 1.0  # seconds between looks for sheets that wait
LOOK = (
    30.0  # seconds between looks for ledgers that have become large, and whether it is time to take away what is over
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--with-parent."""
    parser.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--sheets", action="store_true", help="bring in the sheets that wait, then end")


def run(args: argparse.Namespace) -> int:
    """Work until told to stop."""
    if args.with_parent:
        die_with_parent()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to pass on
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with installation.opened():
        from huying.engine import followers, list_indexes, retention_nights
        from huying.engine.importing import runs
        from huying.engine.returning import runs as returned

        if args.sheets:
            print(f"{runs.work_off() + returned.work_off()} 张表 sheets")
            return 0
        threading.Thread(target=_watch_sheets, daemon=True).start()
        for look in (list_indexes.Keeper().look, retention_nights.look):
            threading.Thread(target=_watch, args=(look,), daemon=True).start()
        followers.run_forever()
    return 0


def _watch_sheets() -> None:
    """Long sheets are brought in by a process of their own, so that nothing else waits for them."""
    import django.db
    import psycopg

    from huying.engine.importing import runs
    from huying.engine.returning import runs as returned

    while True:
        try:
            if runs.waiting() or returned.waiting():
                subprocess.run(
                    [sys.executable, "-m", "huying", "work", "--sheets", "--with-parent"], stdout=subprocess.DEVNULL
                )
        except (psycopg.Error, django.db.Error):  # the database is away; the followers say so
            django.db.connections.close_all()
        time.sleep(PAUSE)


def _watch(look: Callable[[], object]) -> None:
    """Beside the followers, which wait for nothing: look again and again."""
    import django.db
    import psycopg

    while True:
        try:
            look()
        except (psycopg.Error, django.db.Error):  # the database is away; the followers say so
            django.db.connections.close_all()
        time.sleep(LOOK)
