"""What a request says in numbers and keys, read so that nothing typed into an address breaks a page."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from huying.engine.clock import new_id


def whole(text: str) -> int | None:
    """A number of at most nine digits; None for all else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def page_number(request: HttpRequest) -> int:
    """The page that ?page= names, from 1; the first for what names none that a list could have."""
    number = whole(request.GET.get("page", ""))
    return number if number and number < 100_000 else 1


def uuid(text: str) -> UUID | None:
    """A uuid; None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def act(request: HttpRequest) -> UUID:
    """The key under which a form is sent, and sent again; a new one where it carries none."""
    return uuid(request.POST.get("act", "")) or new_id()


def seen(request: HttpRequest) -> int | None:
    """The seq of the record as the form was made."""
    return whole(request.POST.get("seen", ""))
