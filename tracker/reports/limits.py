"""What a person's rights leave out of numbers and lists, said in words."""

from django.utils.html import escape
from django.utils.translation import gettext as _

from provinces.models import User
from tracker.reports.figures import plain_words


def say_limits(viewer: User) -> str:
    """Say that a person sees a part only; of whoever sees all there is nothing to say.

    Pages say the same by components/limits.html.
    """
    if viewer.oversees_all:
        return ""
    words = _(
        'Only what concerns <span lang="vi">%(body)s</span> is counted and listed'
        " here; anything else there may be is left out."
    )
    return plain_words(words % {"body": escape(viewer.organisation)})
