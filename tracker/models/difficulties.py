"""What stands in the way of a recommendation, from the day it does."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.choices import DifficultyCategory
from tracker.models.history import HistoryRow, one_per_sequence, seen_through


class Difficulty(HistoryRow):
    """A difficulty that a body met; the note says which. Open until it is cleared."""

    recommendation = models.ForeignKey(
        "tracker.Recommendation",
        verbose_name=_("recommendation"),
        on_delete=models.PROTECT,
        related_name="difficulties",
        db_index=False,
    )
    category = models.CharField(
        _("category"), max_length=20, choices=DifficultyCategory
    )

    content_fields = ("category",)

    class Meta:
        verbose_name = _("difficulty")
        verbose_name_plural = _("difficulties")
        constraints = [one_per_sequence("one_difficulty_per_sequence")]
        indexes = seen_through("difficulty")

    def __str__(self) -> str:
        return f"{DifficultyCategory(self.category).label}: {self.note}"


class DifficultyClearance(HistoryRow):
    """The end of one difficulty on the day `effective_on`; the note says how."""

    recommendation = models.ForeignKey(
        "tracker.Recommendation",
        verbose_name=_("recommendation"),
        on_delete=models.PROTECT,
        related_name="difficulty_clearances",
        db_index=False,
    )
    difficulty = models.ForeignKey(
        Difficulty,
        verbose_name=_("difficulty"),
        on_delete=models.PROTECT,
        related_name="clearances",
    )

    content_fields = ("difficulty_id",)

    class Meta:
        verbose_name = _("clearing of a difficulty")
        verbose_name_plural = _("clearings of difficulties")
        constraints = [one_per_sequence("one_clearance_per_sequence")]
        indexes = seen_through("clearance")

    def __str__(self) -> str:
        return f"{self.difficulty} ({self.effective_on:%d/%m/%Y})"
