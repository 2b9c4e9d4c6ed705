"""Lines of the list of recommendations, in words: a template has only to lay them out.

Fifty of them stand on a page that people open all day, and to a template every look
into a row is dear.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from provinces.succession import OrganisationNames
from tracker.choices import AnswerOutcome, ConfirmationState, Progress, Timeliness
from tracker.models import Recommendation
from tracker.models.reference_names import Named
from tracker.reports.day_words import due_words, unresolved_words

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
    words = _Words.read()
    # Of fifty addresses only the code differs.
    first = f"{rows[0].get_absolute_url()}{back}" if rows else ""
    lines = []
    for row in rows:
        timeliness = row.judge_timeliness(on=on)
        updated_at = row.last_update_at
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
                progress_label=words.progress[row.progress],
                chain_words=tuple(_chain_words(row, words, on)),
                difficulty=words.difficult if row.open_difficulties else "",
                updated_on=date_format(timezone.localtime(updated_at), DAY)
                if updated_at
                else "–",
            )
        )
    return lines


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said again and again, in the language of the page."""

    progress: dict[str, str]
    confirmation: dict[str, str]
    answer: dict[str, str]
    difficult: str

    @classmethod
    def read(cls) -> "_Words":
        return cls(
            progress={one.value: str(one.label) for one in Progress},
            confirmation={one.value: str(one.label) for one in ConfirmationState},
            answer={one.value: str(one.label) for one in AnswerOutcome},
            difficult=_("Has difficulties"),
        )


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


def _chain_words(row: Recommendation, words: _Words, on: date) -> Iterator[str]:
    """Say what was said of the reports, and what came of the answer."""
    if row.confirmation:
        yield words.confirmation[row.confirmation]
    if row.confirmed_progress and row.confirmed_progress != row.progress:
        confirmed = words.progress[row.confirmed_progress]
        yield _("Confirmed: %(progress)s") % {"progress": confirmed}
    if unresolved := unresolved_words(row, on):
        yield unresolved
    elif row.answer:
        yield _("Answer: %(outcome)s") % {"outcome": words.answer[row.answer]}
