"""The web application as granian's workers load it."""

import os

from huying.processes import die_with_parent

# If the supervising process is killed, its workers would live on and hold the port.
die_with_parent()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huying.settings")

from django.core.wsgi import get_wsgi_application  # noqa: E402  (settings are named first)

application = get_wsgi_application()
