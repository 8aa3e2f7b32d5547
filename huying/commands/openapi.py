"""Print the OpenAPI description of the API, from which client programs are made."""

from __future__ import annotations

import argparse
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(_args: argparse.Namespace) -> int:
    """Print it; no database is needed."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huying.settings")
    django.setup()
    from huying.api.build import description

    sys.stdout.write(description())
    return 0
