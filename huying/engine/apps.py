"""The one Django app with tables."""

from django.apps import AppConfig


class EngineConfig(AppConfig):
    name = "huying.engine"
    label = "engine"
    default_auto_field = "django.db.models.AutoField"
