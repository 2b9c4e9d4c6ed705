"""Figures as drawings: where each stands on a bar or a line, and the same in words.

What cannot be drawn honestly is not: years, figures without a day on an axis of time,
and sources that contradict each other are not joined by a line.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from tracker.choices import TargetOperator
from tracker.models import Observation, Target
from tracker.reports.figures import YEAR, figure, plain_words, write_number

# Operators whose value is a place on a scale; a rank or a quality is none.
DRAWN = (
    TargetOperator.GREATER_THAN,
    TargetOperator.AT_LEAST,
    TargetOperator.ABOUT,
    TargetOperator.EQUAL,
)
BULLET_WIDTH = 160
# The paper of a line chart: its edges, and how far words stand from a dot.
LEFT, RIGHT, TOP, BASE = 8, 332, 24, 118
ABOVE, BELOW = -9, 18


@dataclass(frozen=True)
class Mark:
    """Where a target stands on the scale, and what it wants."""

    target: Target
    at: float

    @property
    def words(self) -> str:
        # Without the unit: units are Vietnamese, and these words are of the page.
        number = write_number(self.target.value)
        wanted = f"{self.target.get_operator_display()} {number}"
        said = {"code": self.target.code, "year": self.target.year, "wanted": wanted}
        return _("Target %(code)s, to %(year)s: %(wanted)s") % said


@dataclass(frozen=True)
class BulletChart:
    """A share of a whole as a bar, beside what targets want of it."""

    key: str
    length: float
    words: str
    marks: tuple[Mark, ...]

    @property
    def description(self) -> str:
        said = [_("A bar from 0 to 100%"), *(mark.words for mark in self.marks)]
        return "; ".join(said)


@dataclass(frozen=True)
class Dot:
    """One figure on a line chart, and whether sources contradict each other there."""

    x: float
    y: float
    day: date
    words: str
    is_contradicted: bool


@dataclass(frozen=True)
class Label:
    """The words beside a dot at one end of a line chart."""

    x: float
    y: float
    anchor: str
    words: str


@dataclass(frozen=True)
class LineChart:
    """What was measured of one thing, by the day it holds for."""

    key: str
    label: str
    days: tuple[tuple[Dot, ...], ...]
    marks: tuple[Mark, ...]
    base: float

    @property
    def dots(self) -> list[Dot]:
        return [dot for dots in self.days for dot in dots]

    @property
    def first_day(self) -> date:
        return self.dots[0].day

    @property
    def last_day(self) -> date:
        return self.dots[-1].day

    @property
    def lines(self) -> list[tuple[Dot, Dot]]:
        """Join days that stand next to each other where nobody contradicts."""
        pairs = pairwise(self.days)
        return [(a[0], b[0]) for a, b in pairs if len(a) == len(b) == 1]

    @property
    def labels(self) -> list[Label]:
        first, second, *_rest = self.days
        before, last = self.days[-2:]
        return [
            *_label_end(first, second, anchor="start"),
            *_label_end(last, before, anchor="end"),
        ]

    @property
    def description(self) -> str:
        said = [f"{dot.day:%d/%m/%Y}: {dot.words}" for dot in self.dots]
        return "; ".join([*said, *(mark.words for mark in self.marks)])


def build_bullet_chart(observation: Observation, indicator: Any) -> BulletChart | None:
    """Draw a share or a ratio; anything else has no whole to be a part of."""
    is_ratio = observation.denominator is not None
    sign = "%" if indicator.is_share and not is_ratio else ""
    if not (is_ratio or sign) or not 0 <= _height(observation) <= 100:
        return None
    return BulletChart(
        key=f"bullet-{observation.pk}",
        length=_length(_height(observation)),
        words=plain_words(figure(observation, sign)),
        marks=tuple(
            Mark(target, _length(value))
            for target, value in _drawn_targets(indicator)
            if indicator.is_share and 0 <= value <= 100
        ),
    )


def build_line_charts(indicator: Any) -> list[LineChart]:
    """Draw everything of which there are figures for two days or more.

    Takes an indicator read `with_figures`.
    """
    series: dict[tuple[str, bool], list[Observation]] = defaultdict(list)
    for one in indicator.figures:
        if one.as_of and indicator.unit != YEAR:
            series[one.label, one.denominator is not None].append(one)
    return [
        _draw_line(f"line-{indicator.pk}-{number}", rows, indicator)
        for number, rows in enumerate(series.values(), start=1)
        if len({one.as_of for one in rows}) > 1
    ]


def _draw_line(key: str, rows: list[Observation], indicator: Any) -> LineChart:
    is_ratio = rows[0].denominator is not None
    targets = [] if is_ratio else _drawn_targets(indicator)
    scale = _Scale(rows, [value for _target, value in targets])
    by_day: dict[Any, dict[Any, Observation]] = defaultdict(dict)
    for one in rows:
        # Two sources that say the same are one dot.
        by_day[one.as_of].setdefault(plain_words(figure(one, "")), one)
    return LineChart(
        key=key,
        label=rows[0].label,
        days=tuple(scale.place(day, by_day[day]) for day in sorted(by_day)),
        marks=tuple(Mark(target, scale.height(value)) for target, value in targets),
        base=scale.height(0),
    )


class _Scale:
    """From days and amounts to places on the paper; zero is always on it."""

    def __init__(self, rows: list[Observation], others: list[float]) -> None:
        days = [one.as_of for one in rows if one.as_of]
        amounts = [*map(_height, rows), *others, 0.0]
        self.first, self.last = min(days), max(days)
        self.low, self.high = min(amounts), max(amounts)

    def height(self, amount: float) -> float:
        share = (amount - self.low) / ((self.high - self.low) or 1)
        return round(BASE - share * (BASE - TOP), 1)

    def place(self, day: date, said: dict[str, Observation]) -> tuple[Dot, ...]:
        share = (day - self.first) / (self.last - self.first)
        x = round(LEFT + share * (RIGHT - LEFT), 1)
        dots = (
            Dot(x, self.height(_height(one)), day, words, len(said) > 1)
            for words, one in said.items()
        )
        return tuple(sorted(dots, key=lambda dot: dot.y))


def _label_end(
    dots: tuple[Dot, ...], beside: tuple[Dot, ...], *, anchor: str
) -> list[Label]:
    """Write the figures at an end where the line does not run through them."""
    top, bottom = dots[0], dots[-1]
    if top is not bottom:
        return [_label(top, anchor, ABOVE), _label(bottom, anchor, BELOW)]
    is_free_below = beside[0].y < top.y and top.y + BELOW <= BASE
    return [_label(top, anchor, BELOW if is_free_below else ABOVE)]


def _label(dot: Dot, anchor: str, away: int) -> Label:
    return Label(dot.x, round(dot.y + away, 1), anchor, dot.words)


def _height(observation: Observation) -> float:
    """Give the value; of a ratio the percentage, which only places it."""
    if observation.numerator is None or observation.denominator is None:
        return float(observation.value or 0)
    return 100 * observation.numerator / observation.denominator


def _length(percentage: float) -> float:
    return round(BULLET_WIDTH * percentage / 100, 1)


def _drawn_targets(indicator: Any) -> list[tuple[Target, float]]:
    return [
        (target, float(target.value))
        for target in getattr(indicator, "aims", ())
        if target.value is not None and target.operator in DRAWN
    ]
