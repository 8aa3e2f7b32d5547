"""Who calls: a person in one post, by a token of theirs or by the session of the pages; and what the call may do."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace

from django.http import HttpRequest
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from huying.api.problems import Problem, unknown_caller
from huying.declare import nouns
from huying.engine import packs, places, tokens
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.places import Tree

BEARER = re.compile(r"Bearer +(\S+)", re.IGNORECASE)
SAFE = ("GET", "HEAD", "OPTIONS")
MOST = 5_000  # calls of one token in WINDOW seconds, by each worker
WINDOW = 10.0
_calls: dict[int, tuple[float, int]] = {}


@dataclass(frozen=True)
class Caller:
    """Whoever calls. scopes: what the token is limited to; a session has all of them."""

    district: District
    tree: Tree
    actor: Actor
    scopes: tuple[str, ...]


class BearerToken(AuthBase):
    """A token in the Authorization header, else the session's cookie (then writes need the CSRF token too)."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_description = "A token that a person made for one of their posts: `Authorization: Bearer hy_…`."

    def __init__(self, scope: str):
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Caller:
        """The caller. Raises Problem: 401 unknown, 403 not allowed (says what is missing and how to get it), 429."""
        header = request.META.get("HTTP_AUTHORIZATION")
        caller = _of_token(header) if header is not None else _of_session(request)
        if self.scope not in caller.scopes:
            raise Problem(
                403,
                "token.scope",
                f"令牌没有 {self.scope} 范围；请在“我的令牌”页另开一个带这个范围的 | "
                f"The token lacks the scope “{self.scope}”; make one that has it on the page “My tokens”",
            )
        if self.scope == "export" and not caller.actor.may("export"):
            raise Problem(
                403,
                "right.export",
                "您的$post没有导出权；需要时请系统管理员给$post的角色加上 export | "
                "Your $post may not export; the administrator can give its role the right “export”",
            )
        return caller


class SessionCookie(AuthBase):
    """Named in the description of the API only: BearerToken reads the session itself."""

    openapi_type = "apiKey"
    openapi_in = "cookie"
    openapi_name = "huying"

    def __call__(self, request: HttpRequest) -> None:
        return None


def _of_token(header: str) -> Caller:
    match = BEARER.fullmatch(header)
    token = tokens.find(match[1], _today) if match else None
    if token is None:
        raise unknown_caller()
    district = packs.current(token.district)
    if not token.is_live(district.now()):
        raise unknown_caller(
            "这个令牌已停用或过期；请在“我的令牌”页另开一个 | "
            "This token was revoked or has expired; make another on the page “My tokens”"
        )
    if not token.holds_post:
        raise Problem(
            403,
            "token.post",
            "开这个令牌的$post您已不再担任；请以现在的$post另开一个 | "
            "You no longer hold the $post this token was made for; make one for the $post you hold now",
        )
    nouns.use(district.words)
    _throttle(token.id)
    tree = places.tree(district.id, district.today())
    return Caller(district, tree, token.actor(district, tree), token.scopes)


def _of_session(request: HttpRequest) -> Caller:
    if not request.user.is_authenticated or request.district is None:
        raise unknown_caller()
    if request.method not in SAFE and check_csrf(request):
        raise Problem(
            403,
            "csrf",
            "缺少或不符的 X-CSRFToken；用会话提交时要带上它 | "
            "X-CSRFToken is missing or wrong; a write by session needs it",
        )
    if getattr(request.user, "must_change", False):
        raise Problem(403, "password.change", "请先改掉初始密码 | Change the password you were given first")
    return Caller(request.district, request.tree, replace(request.actor, via="api"), tokens.SCOPES)


def _today(district: int):
    return packs.current(district).today()


def _throttle(token: int) -> None:
    now = time.monotonic()
    began, count = _calls.get(token, (now, 0))
    if now - began >= WINDOW:
        began, count = now, 0
    _calls[token] = (began, count + 1)
    if count >= MOST:
        raise Problem(
            429,
            "token.too-many",
            f"这个令牌 {WINDOW:.0f} 秒内调用太多；批量办理请用 POST /acts | "
            f"Too many calls by this token within {WINDOW:.0f} seconds; use POST /acts for many acts",
        )
