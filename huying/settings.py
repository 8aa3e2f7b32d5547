"""Django's settings, all from the options of the installation (huying/options.py)."""

import os
from pathlib import Path

from huying import __version__, installation

OPTIONS = installation.current_options()
KEYS = installation.current_keys()
ROOT = Path(__file__).resolve().parent

SECRET_KEY = KEYS.django
DEBUG = OPTIONS.debug
ALLOWED_HOSTS = list(OPTIONS.allowed_hosts)
ROOT_URLCONF = "huying.urls"
WSGI_APPLICATION = "huying.wsgi.application"
AUTH_USER_MODEL = "engine.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "huying.engine",
    "huying.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "huying.middleware.security_headers",
    "huying.api.lane.straight",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "huying.web.idle.renew",
    "huying.web.context.Who",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {"i18n": "huying.web.words"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "huying.web.menu.shell",
            ],
        },
    }
]

# "default" serves requests under a login without rights of its own; "owner" migrates and applies, never serves.
# A thread of a web worker keeps its connection, and waits for a database that is starting again; commands open theirs
# as needed.
SERVING = os.environ.get("HUYING_SERVING") == "1"
_COMMON = {
    "ENGINE": "huying.engine.postgres",
    "TIME_ZONE": "UTC",
    "CONN_HEALTH_CHECKS": True,
    "CONN_MAX_AGE": 0,
    "ATOMIC_REQUESTS": False,
    "DISABLE_SERVER_SIDE_CURSORS": False,
}
DATABASES = {
    "default": {**_COMMON, **installation.for_django(installation.app_url())},
    "owner": {**_COMMON, **installation.for_django(installation.owner_url())},
}
for _database in DATABASES.values():
    _database["OPTIONS"] = {**_database["OPTIONS"], "application_name": "huying", "connect_timeout": 10}
if SERVING:
    DATABASES["default"] |= {"CONN_MAX_AGE": None, "PATIENCE": 10}

AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "name", "phone")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

# The catalogue's msgids are Chinese, so Chinese needs no catalogue of ours and English has every string.
LANGUAGE_CODE = OPTIONS.language
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # files are served from where the build put them, gzipped copies beside them
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MIMETYPES = {".mjs": "text/javascript", ".js": "text/javascript", ".geojson": "application/geo+json"}

SESSION_COOKIE_NAME = "huying"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = OPTIONS.secure
SESSION_COOKIE_AGE = OPTIONS.idle_minutes * 60
SESSION_SAVE_EVERY_REQUEST = False  # the web's idle clock renews it; a polling screen must not
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "huying.web.views.report.csrf_failure"  # a form that was open too long comes back as typed
CSRF_COOKIE_SECURE = OPTIONS.secure
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if OPTIONS.secure else None
X_FRAME_OPTIONS = "SAMEORIGIN"  # as the API's own lane says
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_PERMISSIONS = 0o600
MEDIA_ROOT = OPTIONS.data / "files"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"huying": {"level": "INFO"}, "psycopg": {"level": "ERROR"}},
}
HUYING_VERSION = __version__
