"""Every address: pages from huying.web, the API from huying.api."""

from django.urls import include, path

urlpatterns = [path("", include("huying.web.urls"))]
