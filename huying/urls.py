"""Every address: pages from huying.web, the API from huying.api."""

from django.urls import include, path

from huying.api.build import url_patterns

urlpatterns = [path("api/v1/", include((url_patterns(), "api-v1"))), path("", include("huying.web.urls"))]
handler404 = "huying.web.gate.not_found"
