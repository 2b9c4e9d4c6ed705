"""Settings of the one project; the README lists every variable read here."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from tracker.databases import read_databases
from tracker.environment import read_list, read_number, read_text

BASE_DIR = Path(__file__).resolve().parent.parent


ENVIRONMENT = read_text("DJANGO_ENV", "development")
if ENVIRONMENT not in {"development", "production"}:
    raise ImproperlyConfigured(
        f"Set DJANGO_ENV to development or production; it is {ENVIRONMENT!r}."
    )
PRODUCTION = ENVIRONMENT == "production"
DEBUG = False
DATA_DIR = Path(read_text("DATA_DIR", str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)


def read_secret_key() -> str:
    """Give the key of the environment, else one kept beside the data."""
    key = read_text("SECRET_KEY")
    if key or PRODUCTION:
        return key
    key_file = DATA_DIR / "secret-key"
    if not key_file.exists():
        draft = DATA_DIR / f"secret-key.{os.getpid()}"
        with open(draft, "w", opener=lambda p, f: os.open(p, f, 0o600)) as file:
            file.write(secrets.token_urlsafe(50))
        # Two processes may start at once: the first key stays.
        with suppress(FileExistsError):
            os.link(draft, key_file)
        draft.unlink()
    return key_file.read_text()


SECRET_KEY = read_secret_key()
ALLOWED_HOSTS = read_list("ALLOWED_HOSTS")
if PRODUCTION:
    for name, value, advice in (
        ("SECRET_KEY", SECRET_KEY, "a random text of at least 50 characters"),
        ("ALLOWED_HOSTS", ALLOWED_HOSTS, "the host names served, comma-separated"),
    ):
        if not value:
            raise ImproperlyConfigured(f"Production needs {name}: set it to {advice}.")
else:
    ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = read_list("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "tracker",
    "provinces",
    "provinces.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "django_filters",
    "django_htmx",
    "simple_history",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tracker.middleware.speak_the_chosen_language",
    "tracker.middleware.refuse_what_no_browser_sends",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tracker.middleware.send_htmx_to_sign_in",
    "tracker.middleware.SignInFirst",
    "tracker.reading_place.ReadingPlace",
    "tracker.middleware.keep_signed_in_pages_private",
    "tracker.middleware.tell_what_became_of_drafts",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "tracker.middleware.explain_wrong_methods",
]

ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
    # For lists of many lines.
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "compiled"],
        "NAME": "compiled",
        "OPTIONS": {"environment": "tracker.templatetags.compiled.environment"},
    },
]

# -- data -----------------------------------------------------------------------
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = read_databases(DATA_DIR)
DATABASE_ROUTERS = ["tracker.replicas.Router"]
READ_TIMEOUT_SECONDS = read_number("READ_TIMEOUT_SECONDS", 20)
# Shared by all workers, so that a limit on signing in holds across them.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # Few would let a guesser wash out the count of his own attempts.
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}
DUE_SOON_DAYS = read_number("DUE_SOON_DAYS", 7)
STALE_DAYS = read_number("STALE_DAYS", 90)
UNANSWERED_DAYS = read_number("UNANSWERED_DAYS", 30)
LIST_PAGE_SIZE = 50

# -- language and time ----------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
# Our own words first; then those of packages that have no Vietnamese.
LOCALE_PATHS = [BASE_DIR / "tracker" / name for name in ("locale", "locale_packages")]
# Django's own Vietnamese formats refuse 26/06/2024 and read 05/06 as 6 May.
FORMAT_MODULE_PATH = ["tracker.formats"]
TIME_ZONE = "Asia/Ho_Chi_Minh"

# -- mail -----------------------------------------------------------------------
HERE = "" if PRODUCTION else f"http://127.0.0.1:{read_text('PORT', '8000')}"
SITE_URL = read_text("SITE_URL", HERE).rstrip("/")
EMAIL_HOST = read_text("EMAIL_HOST")
EMAIL_PORT = read_number("EMAIL_PORT", 587)
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL_PORT == 587, EMAIL_PORT == 465
EMAIL_HOST_USER = read_text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = read_text("EMAIL_HOST_PASSWORD")
MAIL_GOES_BY = "smtp" if EMAIL_HOST else "console"
EMAIL_BACKEND = f"django.core.mail.backends.{MAIL_GOES_BY}.EmailBackend"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = read_text("DEFAULT_FROM_EMAIL", "theodoi@localhost")

# -- signing in -----------------------------------------------------------------
AUTH_USER_MODEL = "provinces.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_REDIRECT_URL = "home"
LOGIN_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "tracker.signing_in.ClosedSignUpAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "20/m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = read_number("TRUSTED_PROXY_COUNT", 0)
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"

# -- static files ---------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
    "evidence": {
        "BACKEND": "tracker.services.storage.WholeFileStorage",
        "OPTIONS": {"location": DATA_DIR / "evidence"},
    },
}

# -- evidence files -------------------------------------------------------------
EVIDENCE_MAX_FILES, EVIDENCE_MAX_BYTES = 10, 25 * 1024 * 1024
# The text of a document has 2 MB; in a conflict both versions are sent along.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
# What a killed upload leaves lies where sweep_evidence looks.
FILE_UPLOAD_TEMP_DIR = DATA_DIR
AWS_S3_ENDPOINT_URL = read_text("EVIDENCE_S3_ENDPOINT") or None
AWS_S3_REGION_NAME = read_text("EVIDENCE_S3_REGION") or None
if AWS_STORAGE_BUCKET_NAME := read_text("EVIDENCE_S3_BUCKET"):
    STORAGES["evidence"] = {"BACKEND": "storages.backends.s3.S3Storage"}

# -- what browsers are told -----------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        **dict.fromkeys(("default-src", "form-action"), [SELF]),
        "img-src": [SELF, "data:"],
        **dict.fromkeys(("object-src", "base-uri", "frame-ancestors"), [NONE]),
    }
}
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "tracker.views.errors.form_expired"
SECURE_REFERRER_POLICY = "same-origin"
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    if ALLAUTH_TRUSTED_PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOG_LEVEL = read_text("LOG_LEVEL", "WARNING").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # Django would give its own loggers a level of their own.
    "loggers": {"django": {"level": LOG_LEVEL}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}
