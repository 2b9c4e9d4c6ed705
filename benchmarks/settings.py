"""The settings of the product, with the limits served beside its pages."""

from tracker.settings import *  # noqa: F403
from tracker.settings import MIDDLEWARE

ROOT_URLCONF = "benchmarks.urls"
MIDDLEWARE = ["benchmarks.limits.count_statements", *MIDDLEWARE]
# One password is as slow as another; nobody may be kept out while it is measured.
ACCOUNT_RATE_LIMITS = False
