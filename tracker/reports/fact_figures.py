"""The latest figures of indicators for a fact sheet, with what contradicts them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from textwrap import shorten
from typing import Any

from provinces.models import User
from provinces.models.together import read_together
from tracker.models import DataFlag, Indicator, Observation
from tracker.models.indicators import IndicatorQuerySet
from tracker.reports.figures import figure, plain_words
from tracker.reports.measured import ask_for_figures, bind_figures

# What is longer is cut at a word: the whole stands on the page of the thing itself.
LONGEST_NAME, LONGEST_PROBLEM = 100, 120


@dataclass(frozen=True)
class FlagLine:
    """One doubt about a source: the mark beside figures, and what is wrong."""

    mark: str
    problem: str
    document: int
    anchor: str


@dataclass(frozen=True)
class FigureLine:
    """The latest figure of an indicator; empty where there is none to show.

    `others` are figures that nothing tells to be earlier, and that differ.
    """

    name: str
    scope: str
    figure: str
    as_of: date | None
    period: str
    source: str
    others: tuple[str, ...]
    flags: tuple[FlagLine, ...]


def read_figures(
    indicators: IndicatorQuerySet, viewer: User, *, on: date
) -> Iterator[FigureLine]:
    """Give the latest figure of each indicator that the viewer may see: by the day.

    One statement.
    """
    found = bind_figures(*read_together(*ask_for_figures(indicators, viewer)))
    for indicator in found:
        flags = tuple(_flag_line(one) for one in indicator.doubts)
        known = [one for one in indicator.figures if one.is_known_on(on)]
        if not known:
            yield _without_figure(indicator)
        for label in dict.fromkeys(one.label for one in known):
            of_it = [one for one in known if one.label == label]
            yield figure_line(indicator, of_it, flags)


def _without_figure(indicator: Indicator) -> FigureLine:
    """Name what is measured; its scope may tell a figure and is left out."""
    name = shorten(indicator.name, LONGEST_NAME, placeholder=" …")
    return FigureLine(name, "", "", None, "", "", (), ())


def figure_line(
    indicator: Indicator, known: list[Observation], flags: tuple[FlagLine, ...] = ()
) -> FigureLine:
    """Say the latest of several figures of one thing, and which others differ."""
    latest = find_latest(known)
    others = [
        one
        for one in known
        if _amount(one) != _amount(latest)
        and (one.as_of is None or one.as_of == latest.as_of)
    ]
    label = f" ({latest.label})" if latest.label else ""
    return FigureLine(
        name=shorten(f"{indicator.name}{label}", LONGEST_NAME, placeholder=" …"),
        scope=shorten(indicator.scope, LONGEST_NAME, placeholder=" …"),
        figure=plain_words(figure(latest, indicator.unit)),
        as_of=latest.as_of,
        period=latest.period,
        source=shorten(latest.source_words, LONGEST_NAME, placeholder=" …"),
        others=tuple(_other_words(one, indicator.unit) for one in others),
        flags=flags,
    )


def find_latest(known: list[Observation]) -> Observation:
    return max(known, key=_lateness)


def _lateness(one: Observation) -> tuple[date, bool, int]:
    """Order figures: by day, then those of documents, then as they were entered."""
    return (one.as_of or date.min, one.document_id is not None, -one.pk)


def _amount(one: Observation) -> tuple[Any, ...]:
    return (one.value, one.numerator, one.denominator, one.qualifier)


def _other_words(one: Observation, unit: str) -> str:
    said = plain_words(figure(one, unit))
    return f"{said} ({one.period})" if one.period else said


def _flag_line(flag: DataFlag) -> FlagLine:
    return FlagLine(
        mark=flag.source_id or f"#{flag.pk}",
        problem=shorten(flag.problem, LONGEST_PROBLEM, placeholder=" …"),
        document=flag.document_id,
        anchor=flag.anchor,
    )
