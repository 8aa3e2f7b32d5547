"""Do the background work alone: followers, sealing, notices. `serve` runs this by itself.

For a server of the administrator's where the web runs elsewhere.
"""

from __future__ import annotations

import argparse
import signal
import sys

from huying import installation
from huying.processes import die_with_parent


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--with-parent."""
    parser.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Work until told to stop."""
    if args.with_parent:
        die_with_parent()
        signal.signal(signal.SIGINT, signal.SIG_IGN)    # Ctrl-C is the parent's to pass on
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with installation.opened():
        from huying.engine import followers

        followers.run_forever()
    return 0
