"""Tokens of persons: how a program signs in as one person in one post, for some time, within some scopes.

A token is shown once, when it is made; what is stored is the sha256 of its 256 random bits, which needs no salt and
no slow hash. A worker trusts what it looked up for at most two seconds, so a revoked token is refused everywhere
within that time.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from huying.engine import database, people
from huying.engine.packs import District
from huying.engine.people import Actor, Post
from huying.engine.places import Tree

SCOPES = ("read", "act", "export")
PREFIX = "hy_"
FRESH = 2.0  # seconds
LONGEST = 366  # days
MOST = 20  # live tokens of one person
KEPT = 10_000  # tokens a worker remembers
_lock = threading.Lock()
_known: dict[bytes, tuple[float, Token | None]] = {}


class TokenRefused(ValueError):
    """A token that cannot be made. Its text is `中文 | English`."""


@dataclass(frozen=True)
class Token:
    """A token as stored, with the person who bears it and the posts held on the day it was looked up."""

    district: int
    id: int
    person: int
    name: str
    active: bool
    post: int
    title: str
    scopes: tuple[str, ...]
    made_at: datetime
    until: datetime
    revoked_at: datetime | None
    posts: tuple[Post, ...] = ()

    def is_live(self, now: datetime) -> bool:
        return self.active and self.revoked_at is None and now < self.until

    @property
    def holds_post(self) -> bool:
        """Whether the person still holds the post the token was made for."""
        return any(post.id == self.post for post in self.posts)

    def actor(self, district: District, tree: Tree) -> Actor:
        """The person in the token's post; made once for as long as the tree and the rules stand."""
        kept = self.__dict__.get("_actor")
        if kept and kept[0] is tree and kept[1] is district.rules:
            return kept[2]
        made = people.actor(
            district.rules, tree, district.id, self.person, self.name, list(self.posts), self.post, "api"
        )
        self.__dict__["_actor"] = (tree, district.rules, made)
        return made


_SELECT = (
    "select t.district, t.id, t.person, p.name, p.active, t.post, t.title, t.scopes, t.made_at, t.until, t.revoked_at "
    "from hy.token t join public.engine_person p on p.id = t.person and p.district = t.district where "
)


def make(district: District, actor: Actor, title: str, scopes: Sequence[str], days: int) -> tuple[Token, str]:
    """(the token, its text): make one for the actor's own person and post. Raises TokenRefused."""
    now = district.now()
    if actor.post is None:
        raise TokenRefused("您没有$post，不能开令牌 | You hold no $post, so there is nothing a token could do")
    if not 1 <= len(title.strip()) <= 60 or any(ord(ch) < 32 for ch in title):
        raise TokenRefused("给令牌起个名字，最多 60 字 | Name the token, in 60 characters at most")
    if not scopes or set(scopes) - set(SCOPES):
        raise TokenRefused(f"范围只能是：{'、'.join(SCOPES)} | Scopes are: {', '.join(SCOPES)}")
    if not 1 <= days <= LONGEST:
        raise TokenRefused(f"有效期 1 至 {LONGEST} 天 | It may last 1 to {LONGEST} days")
    if sum(token.is_live(now) for token in of_person(district.id, actor.person)) >= MOST:
        raise TokenRefused(
            f"一个人最多 {MOST} 个有效令牌，请先停用不用的 | {MOST} live tokens at most; revoke those you do not use"
        )
    text = PREFIX + secrets.token_urlsafe(32)
    number = database.direct().value(
        "insert into hy.token (district, person, post, title, hash, scopes, made_at, until) values (%s, %s, %s, %s, %s, %s, %s, %s) returning id",
        [
            district.id,
            actor.person,
            actor.post.id,
            title.strip(),
            _digest(text),
            list(dict.fromkeys(scopes)),
            now,
            now + timedelta(days=days),
        ],
    )
    token = database.direct().row(_SELECT + "t.district = %s and t.id = %s", [district.id, number])
    return _token(token), text


def of_person(district: int, person: int) -> list[Token]:
    """A person's tokens, newest first; revoked and past ones too."""
    return [
        _token(row)
        for row in database.direct().rows(
            _SELECT + "t.district = %s and t.person = %s order by t.id desc", [district, person]
        )
    ]


def revoke(district: District, number: int, person: int | None = None) -> bool:
    """Revoke a token (of `person`, when given); whether there was a live one. Other workers see it within FRESH."""
    done = database.direct().run(
        "update hy.token set revoked_at = %s where district = %s and id = %s and revoked_at is null and (%s::int is null or person = %s)",
        [district.now(), district.id, number, person, person],
    )
    forget()
    return done > 0


def find(text: str, today_of) -> Token | None:
    """The token that `text` is, or None. today_of: district id -> its civil day, for the posts held."""
    digest = _digest(text)
    kept = _known.get(digest)
    if kept and time.monotonic() - kept[0] < FRESH:
        return kept[1]
    began = time.monotonic()
    row = database.direct().row(_SELECT + "t.hash = %s", [digest])
    token = None
    if row:
        token = _token(row, tuple(people.posts_of(row["district"], row["person"], today_of(row["district"]))))
    with _lock:
        if len(_known) >= KEPT:
            _known.clear()
        _known[digest] = (began, token)
    return token


def forget() -> None:
    """Look every token up again: after a change in this process, and between tests."""
    _known.clear()


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _token(row: dict, posts: tuple[Post, ...] = ()) -> Token:
    return Token(**{**row, "scopes": tuple(row["scopes"])}, posts=posts)
