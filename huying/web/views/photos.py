"""Photos: sent at once while a form is being filled, shown to whoever was given their address by a page."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from huying.declare.kinds import say
from huying.engine import photo_files, photos
from huying.web import gate, throttle, uploads
from huying.web.words import gettext as _

MOST = 60  # uploads of one resident in ten minutes, for each web worker
OVERHEAD = 64 * 1024  # bytes of a form around a photo


@csrf_exempt  # the token stands in the body: a body that is too long is refused before it is read
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """One photo; its stamped name for the form and an address to show it, or the sentence why not (422, 413, 429)."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > photos.MAX_BYTES + OVERHEAD:
        return _refused(request, photos.too_large(int(length)), 413)
    return _upload(request)


@csrf_protect
def _upload(request: HttpRequest) -> HttpResponse:
    if request.district is None:
        return _refused(request, _("还没有装入辖区。"), 503)
    if not request.actor.signed_in:
        if throttle.too_many(request, "photo", MOST):
            return _refused(request, _("照片传得太多太快，请过十分钟再传，或先不带照片提交。"), 429)
        throttle.note(request, "photo")
    found, wrong = uploads.taken(request, "photo")
    if wrong or not found:
        return _refused(request, wrong or _("没有收到照片，请再选一次。"), 422)
    name = request.arrived["photo"][-1]
    return JsonResponse({"name": name, "url": uploads.kept(request, [name])[0].url})


@require_GET
def show(request: HttpRequest, address: str) -> HttpResponse:
    """A picture, or its thumbnail with ?thumb, for as long as its address is good."""
    name = photo_files.opened(address, request.district) if request.district else None
    file = photo_files.path_of(name, thumbnail="thumb" in request.GET) if name else None
    if file is None or not file.is_file():
        return gate.not_found(request)
    answer = FileResponse(file.open("rb"), content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=3600"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _refused(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    return JsonResponse({"error": say(sentence, request.lang)}, status=status)


urlpatterns = [path("photos", upload, name="photos"), path("photos/<str:address>", show)]
