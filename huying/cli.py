"""`huying COMMAND …`. A command is a file in huying/commands/ with add_arguments(parser) and run(args) -> int."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path
from types import ModuleType

from huying import __version__
from huying.trouble import Trouble

NO_SECRETS = (
    "涉密的不能放这里。 Nothing classified belongs here."  # said of commands that take files in: their TAKES_IN is true
)
COMMANDS = Path(__file__).parent / "commands"


def names() -> list[str]:
    """The commands there are: one for each file of the folder."""
    return sorted(path.stem.replace("_", "-") for path in COMMANDS.glob("*.py") if not path.stem.startswith("_"))


def module(name: str) -> ModuleType:
    """The module of one command."""
    return importlib.import_module(f"huying.commands.{name.replace('-', '_')}")


def parser(named: str | None = None) -> argparse.ArgumentParser:
    """The whole command line; with `named`, only that command is loaded (starting stays quick)."""
    root = argparse.ArgumentParser(
        prog="huying", description="呼应 Huying: one loop from promise to answer. 从承诺到答复的一个环。"
    )
    root.add_argument("--version", action="version", version=f"huying {__version__}")
    commands = root.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in [named] if named in names() else names():
        loaded = module(name)
        about = (loaded.__doc__ or "").strip().splitlines()[0]
        loaded.add_arguments(
            commands.add_parser(
                name,
                help=about,
                description=loaded.__doc__,
                epilog=NO_SECRETS if getattr(loaded, "TAKES_IN", False) else None,
                formatter_class=argparse.RawDescriptionHelpFormatter,
            )
        )
    return root


def main(argv: list[str] | None = None) -> int:
    """Run one command. 0 done, 1 the command says no, 2 wrong use or Trouble, 130 interrupted."""
    argv = sys.argv[1:] if argv is None else argv
    args = parser(argv[0] if argv else None).parse_args(argv)
    try:
        return module(args.command).run(args)
    except Trouble as trouble:
        print(trouble.text(), file=sys.stderr)
        return trouble.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `huying … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
