"""The shipped settings, with what tests need done quicker or seen plainer."""

import os
import tempfile

os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="tracker-tests-"))
os.environ.setdefault("SECRET_KEY", "a key that only tests know and nobody else uses")

from tracker.settings import *  # noqa: E402, F403
from tracker.settings import STATIC_ROOT, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A busy machine stops no test, and no page costs a statement more for saying so.
READ_TIMEOUT_SECONDS = 0
# No manifest: tests do not collect static files first.
STORAGES = {
    **STORAGES,
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}
# WhiteNoise warns of a folder that is not there.
STATIC_ROOT.mkdir(exist_ok=True)
