"""The pages: each module of huying/web/views brings its own `urlpatterns`; found by folder, listed nowhere."""

import importlib
import pkgutil

from huying.web import views

urlpatterns = [
    pattern
    for module in sorted(m.name for m in pkgutil.iter_modules(views.__path__))
    for pattern in getattr(importlib.import_module(f"huying.web.views.{module}"), "urlpatterns", [])
]
