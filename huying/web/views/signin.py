"""Signing in and out, language, post, password. Every try is in the login log; five wrong ones lock for a while."""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import lru_cache

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from huying.engine import clock, database
from huying.engine.models import Person
from huying.web import gate, throttle
from huying.web.context import POST_KEY
from huying.web.words import gettext as _

TRIES, LOCKED = 5, timedelta(minutes=15)
FROM_ONE_ADDRESS = 50  # wrong passwords from one address in ten minutes, for each web worker, whatever the logins


@lru_cache
def _nobody() -> str:
    """A password that nobody has: checked for an unknown login, so that the time taken tells nothing."""
    return make_password(secrets.token_urlsafe(16))


@require_http_methods(["GET", "POST"])
def signin(request: HttpRequest) -> HttpResponse:
    """The form, and what becomes of it; the sentence never tells whether the login exists."""
    if request.method == "GET":
        return render(request, "signin/signin.html", {"next": request.GET.get("next", "")})
    name, password = request.POST.get("login", "")[:60].replace("\0", ""), request.POST.get("password", "")[:200]
    if throttle.too_many(request, "signin", FROM_ONE_ADDRESS) or _locked(name):
        return _again(request, _("登录失败次数过多，请 15 分钟后再试，或请系统管理员重设密码。"), 429)
    person = Person.objects.filter(login=name, active=True).first()
    right = check_password(password, person.password if person else _nobody()) and person is not None
    database.direct().run(
        "insert into hy.login_log (login, person, ip, ok, why, at) values (%s, %s, %s, %s, %s, %s)",
        [
            name,
            person.pk if person else None,
            request.META.get("REMOTE_ADDR", ""),
            right,
            "" if right else "password",
            clock.real_now(),
        ],
    )
    if not right:
        throttle.note(request, "signin")
        return _again(request, _("登录名或密码不对，请重试。"), 401)
    kept = request.session.get("kept")
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    if kept:
        request.session["kept"] = kept
    return HttpResponseRedirect(
        "/account" if person.must_change else _safe(request, request.POST.get("next", ""), "/work")
    )


@require_POST
def signout(request: HttpRequest) -> HttpResponse:
    """Out, back to the public start."""
    logout(request)
    return HttpResponseRedirect("/")


@require_http_methods(["GET", "POST"])
@gate.staff
def account(request: HttpRequest) -> HttpResponse:
    """One's own password."""
    errors: list[str] = []
    if request.method == "POST":
        new = request.POST.get("new", "")
        if not check_password(request.POST.get("old", "")[:200], request.user.password):
            errors.append(_("现在的密码不对。"))
        try:
            validate_password(new, request.user)
        except ValidationError as wrong:
            errors += wrong.messages
        if new != request.POST.get("again", ""):
            errors.append(_("两次输入的新密码不一样。"))
        if not errors:
            request.user.set_password(new)
            request.user.must_change = False
            request.user.save(update_fields=["password", "must_change"])
            update_session_auth_hash(request, request.user)
            messages.success(request, _("密码已改。"))
            return HttpResponseRedirect("/work")
    return render(request, "signin/account.html", {"errors": errors}, status=422 if errors else 200)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Chinese or English, kept in a cookie."""
    response = HttpResponseRedirect(_safe(request, request.POST.get("next", ""), "/"))
    response.set_cookie(
        "django_language", "en" if request.POST.get("language") == "en" else "zh-hans", max_age=31536000, samesite="Lax"
    )
    return response


@require_POST
def large(request: HttpRequest) -> HttpResponse:
    """The large-type style of public pages, on or off."""
    response = HttpResponseRedirect(_safe(request, request.POST.get("next", ""), "/"))
    response.set_cookie("large", "0" if request.COOKIES.get("large") == "1" else "1", max_age=31536000, samesite="Lax")
    return response


@require_POST
@gate.staff
def post(request: HttpRequest) -> HttpResponse:
    """Act in another of one's posts."""
    chosen = request.POST.get("post", "")
    if chosen in {str(p.id) for p in request.actor.posts}:
        request.session[POST_KEY] = int(chosen)
    return HttpResponseRedirect("/work")


def _locked(name: str) -> bool:
    since = clock.real_now() - LOCKED
    wrong = database.direct().value(
        "select count(*) from hy.login_log where login = %s and not ok and at > %s "
        "and at > coalesce((select max(at) from hy.login_log where login = %s and ok), '-infinity')",
        [name, since, name],
    )
    return wrong >= TRIES


def _again(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    return render(
        request,
        "signin/signin.html",
        {"error": sentence, "next": request.POST.get("next", ""), "login": request.POST.get("login", "")[:60]},
        status=status,
    )


def _safe(request: HttpRequest, url: str, otherwise: str) -> str:
    return url if url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}) else otherwise


urlpatterns = [
    path("signin", signin, name="signin"),
    path("signout", signout),
    path("account", account, name="account"),
    path("language", language),
    path("large", large),
    path("post", post),
]
