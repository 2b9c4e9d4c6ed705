from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class TrackerConfig(AppConfig):
    name = "tracker"
    verbose_name = _("Resolution implementation")

    def ready(self) -> None:
        # Models can be imported only once all applications are known.
        triggers = import_module("tracker.models.count_triggers")
        pre_migrate.connect(triggers.lift_before_migrating, sender=self)
        post_migrate.connect(triggers.keep_after_migrating, sender=self)
        words = import_module("tracker.models.kept_words")
        post_migrate.connect(words.keep_words_after_migrating, sender=self)
