"""Lines of the list of recommendations, in words: a template has only to lay them out.

Fifty of them stand on a page that people open all day, and to a template every look
into a row is dear.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from provinces.succession import OrganisationNames
from tracker.choices import AnswerOutcome, ConfirmationState, Progress, Timeliness
from tracker.models import Recommendation
from tracker.models.reference_names import Named
from tracker.reports.day_words import day_words, due_words, unresolved_words
from tracker.reports.labels import label

DAY = "SHORT_DATE_FORMAT"


@dataclass(frozen=True, slots=True)
class ListLine:
    """What one line of the list says of a recommendation; the unknown is empty."""

    code: str
    address: str
    wording: str
    resolutions: tuple[str, ...]
    lead: str
    due_on: str
    due_words: str
    is_overdue: bool
    progress: str
    progress_label: str
    chain_words: tuple[str, ...]
    difficulty: str
    updated_on: str


def build_list_lines(
    rows: Iterable[Recommendation],
    *,
    on: date,
    back: str,
    names: OrganisationNames,
    resolutions: Iterable[Named],
) -> list[ListLine]:
    """Put rows of the list into words as of a day: one statement for their resolutions.

    `back` is what their addresses carry to lead back to this very list.
    """
    rows = list(rows)
    numbers = _numbers_of(rows, resolutions)
    language, difficult = get_language(), _("Has difficulties")
    # Of fifty addresses only the code differs.
    first = f"{rows[0].get_absolute_url()}{back}" if rows else ""
    lines = []
    for row in rows:
        timeliness = row.judge_timeliness(on=on)
        lines.append(
            ListLine(
                code=row.code,
                address=first.replace(rows[0].code, row.code, 1),
                wording=row.wording,
                resolutions=tuple(numbers[row.pk]),
                lead=names.get(row.lead_id, ""),
                due_on=date_format(row.due_on, DAY) if row.due_on else "",
                due_words=due_words(timeliness, row.due_on, on),
                is_overdue=timeliness == Timeliness.OVERDUE,
                progress=row.progress,
                progress_label=label(row.progress, Progress, language),
                chain_words=tuple(_chain_words(row, on, language)),
                difficulty=difficult if row.open_difficulties else "",
                updated_on=day_words(row.last_update_at),
            )
        )
    return lines


def _numbers_of(
    rows: list[Recommendation], resolutions: Iterable[Named]
) -> dict[int, list[str]]:
    """Give the numbers of the resolutions of each row, in their order."""
    links = Recommendation.resolutions.through.objects.filter(
        recommendation__in=[row.pk for row in rows]
    ).values_list("recommendation_id", "resolution_id")
    linked = defaultdict(set)
    for recommendation, resolution in links:
        linked[recommendation].add(resolution)
    return {
        row.pk: [one.name for one in resolutions if one.pk in linked[row.pk]]
        for row in rows
    }


def _chain_words(row: Recommendation, on: date, language: str | None) -> Iterator[str]:
    """Say what was said of the reports, and what came of the answer."""
    if row.confirmation:
        yield label(row.confirmation, ConfirmationState, language)
    if row.confirmed_progress and row.confirmed_progress != row.progress:
        confirmed = label(row.confirmed_progress, Progress, language)
        yield _("Confirmed: %(progress)s") % {"progress": confirmed}
    if unresolved := unresolved_words(row, on):
        yield unresolved
    elif row.answer:
        outcome = label(row.answer, AnswerOutcome, language)
        yield _("Answer: %(outcome)s") % {"outcome": outcome}
