"""What is asked for, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from huying.engine.clock import new_id
from huying.engine.decide import StepRefused
from huying.engine.people import Actor


@dataclass(frozen=True)
class Act:
    """One step asked for. record: None reports a new one. answers: clean, typed (values.clean).

    act       made by the client: the idempotency key; the same act again gets the first answer
    seen      the seq the form was made from; None takes the record as it stands
    at        when it happened; None: now. known_at: only the generator of a demonstration may set it
    lead, assist   posts, where the step assigns and the actor chose them
    makes     the id of the record that a first step makes, where others written with it name it; None: a new one
    """

    ledger: str
    step: str
    actor: Actor
    answers: Mapping[str, Any] = field(default_factory=dict)
    record: UUID | None = None
    act: UUID = field(default_factory=new_id)
    seen: int | None = None
    at: datetime | None = None
    known_at: datetime | None = None
    lead: int | None = None
    assist: tuple[int, ...] | None = None
    makes: UUID | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of an act. again: it had been taken before; track: the code a resident follows it by."""

    act: Act
    record: UUID | None = None
    seq: int = 0
    code: str = ""
    state: str = ""
    track: str = ""
    again: bool = False
    refusal: StepRefused | None = None
