"""Making up recommendations, each with its history."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from provinces.choices import OrganisationKind
from provinces.models import Organisation
from tracker.choices import RecommendationKind
from tracker.importing.samples.cast import Cast, Unit, able_on, find_cast
from tracker.importing.samples.histories import Story, working_hour
from tracker.importing.samples.rows import insert, keep_state
from tracker.importing.samples.words import ACTS, KINDS, OBJECTS, PURPOSES
from tracker.models import (
    Recommendation,
)
from tracker.models.history import HistoryRow

BATCH = 5000
FIRST_DAY = date(2018, 4, 2)
WITHOUT_PROVINCE = "TW"


def generate(
    number: int, *, seed: int, report: Callable[[int], Any] = lambda done: None
) -> None:
    """Add recommendations with their histories, a transaction a batch.

    The same seed gives the same rows on the same day. `report` hears how many are
    done after every batch.
    """
    dice, now = Random(seed), timezone.now()
    with transaction.atomic():
        cast = find_cast(now)
    yesterday = timezone.localdate(now) - timedelta(days=1)
    span = (yesterday - FIRST_DAY).days
    days = sorted(dice.randint(0, span) for _ in range(number))
    maker = Maker(cast, dice, now, last_numbers())
    for start in range(0, number, BATCH):
        batch = days[start : start + BATCH]
        with transaction.atomic():
            maker.make([FIRST_DAY + timedelta(days=n) for n in batch])
        report(start + len(batch))


def last_numbers() -> dict[tuple[str, int], int]:
    """Give the last number in use by prefix and year."""
    used = Recommendation.objects.order_by().values_list("code_prefix", "code_year")
    last = used.annotate(last=Max("code_number"))
    return defaultdict(int, {(prefix, year): n for prefix, year, n in last})


class Maker:
    """Makes recommendations and lets their histories run, a batch at a time."""

    def __init__(
        self,
        cast: Cast,
        dice: Random,
        now: datetime,
        numbers: dict[tuple[str, int], int],
    ) -> None:
        self.cast, self.dice, self.now, self.numbers = cast, dice, now, numbers
        # Some provinces raise far more than others, whatever the seed.
        self.weights = {unit.province.pk: dice.paretovariate(2) for unit in cast.units}
        self.units_on = cache(self.find_units_on)
        self.central_on = cache(lambda day: able_on(cast.central, day))
        self.ministries_on = cache(lambda day: able_on(cast.ministries, day))

    def make(self, days: list[date]) -> None:
        """Make one batch: the rows, their links, their histories, their state."""
        made = [self.recommendation(day) for day in days]
        insert(made)
        self.link(made)
        stories = [Story(one, self.cast, self.dice, self.now) for one in made]
        self.let_run(stories)
        for story in stories:
            story.close()
        keep_state(made)

    def let_run(self, stories: list["Story"]) -> None:
        """Take the next row of every history in turn.

        A row that corrects or proves another needs the key of that one, and the hash
        is made over it: so a row is asked for only after the one before is written.
        """
        running = [story.rows() for story in stories]
        while running:
            rows: dict[type[HistoryRow], list[HistoryRow]] = defaultdict(list)
            going = []
            for story in running:
                if (row := next(story, None)) is not None:
                    rows[type(row)].append(row)
                    going.append(story)
            for lines in rows.values():
                insert(lines)
            running = going

    def find_units_on(self, day: date) -> tuple[list[Unit], list[float]]:
        units = [
            unit
            for unit in self.cast.units
            if (unit.province.valid_from or date.min)
            <= day
            <= (unit.province.valid_to or date.max)
        ]
        return units, [self.weights[unit.province.pk] for unit in units]

    def recommendation(self, raised_on: date) -> Recommendation:
        dice = self.dice
        unit = None
        if dice.random() < 0.94:
            unit = dice.choices(*self.units_on(raised_on))[0]
        prefix = unit.province.abbreviation if unit else WITHOUT_PROVINCE
        year = raised_on.year % 100
        self.numbers[prefix, year] += 1
        kind = dice.choices(RecommendationKind.values, KINDS)[0]
        raised_by, addressee, lead = self.bodies(kind, unit, raised_on)
        made = Recommendation(
            code_prefix=prefix,
            code_year=year,
            code_number=self.numbers[prefix, year],
            kind=kind,
            wording=self.wording(unit, raised_on),
            raised_on=raised_on,
            province=unit.province if unit else None,
            raised_by=raised_by,
            addressee=addressee,
            lead=lead,
            entered_at=self.moment_after(raised_on),
        )
        made.write_search_columns()
        return made

    def moment_after(self, raised_on: date) -> datetime:
        latest = (timezone.localdate(self.now) - raised_on).days - 1
        day = raised_on + timedelta(days=self.dice.randint(0, min(20, latest)))
        return working_hour(day, self.dice)

    def wording(self, unit: Unit | None, day: date) -> str:
        dice = self.dice
        place = f"tại {unit.name_on(day)}" if unit else "trên phạm vi cả nước"
        until = f"trước năm {day.year + dice.randint(1, 6)}"
        parts = [dice.choice(ACTS), dice.choice(OBJECTS), place]
        parts += [dice.choice(PURPOSES), until if dice.random() < 0.4 else ""]
        return " ".join(part for part in parts if part)

    def bodies(
        self, kind: str, unit: Unit | None, day: date
    ) -> tuple[Organisation, Organisation | None, Organisation | None]:
        """Choose who asks, who is asked and who leads, all in force on the day."""
        dice = self.dice
        central = dice.choice(self.central_on(day))
        ministry = dice.choice(self.ministries_on(day))
        local = unit.bodies if unit else {}
        party = self.one_of(local, OrganisationKind.PROVINCIAL_PARTY, day) or central
        place = self.one_of(local, OrganisationKind.TERRITORY, day) or ministry
        office = self.one_of(local, OrganisationKind.PROVINCIAL_DEPARTMENT, day)
        office = office or ministry
        raised_by, addressee, lead = {
            RecommendationKind.RECOMMENDATION: (place, ministry, ministry),
            RecommendationKind.REQUEST: (central, place, office),
            RecommendationKind.INSTRUCTION: (party, office, office),
            RecommendationKind.COMMITMENT: (central, central, central),
        }[RecommendationKind(kind)]
        return (
            raised_by,
            addressee if dice.random() < 0.92 else None,
            lead if dice.random() < 0.8 else None,
        )

    def one_of(
        self, pools: dict[str, list[Organisation]], kind: str, day: date
    ) -> Organisation | None:
        able = able_on(tuple(pools.get(kind, ())), day)
        return self.dice.choice(able) if able else None

    def link(self, made: list[Recommendation]) -> None:
        """Tie rows to resolutions issued by then, to topics and to bodies that help."""
        dice, cast = self.dice, self.cast
        resolutions, topics, coordinating = [], [], []
        for one in made:
            issued = [r for r in cast.resolutions if r.issued_on <= one.raised_on]
            several = min(len(issued), 1 + (dice.random() < 0.3))
            resolutions += [(one, chosen) for chosen in dice.sample(issued, several)]
            tags = dice.sample(cast.topics, dice.choice((0, 1, 1, 2)))
            topics += [(one, chosen) for chosen in tags]
            helping = dice.sample(self.ministries_on(one.raised_on), 2)
            helping = helping[: dice.choice((0, 0, 1, 2))] if one.lead_id else []
            coordinating += [(one, body) for body in helping if body.pk != one.lead_id]
        for relation, pairs in (
            (Recommendation.resolutions, resolutions),
            (Recommendation.topics, topics),
            (Recommendation.coordinating, coordinating),
        ):
            target = f"{relation.rel.model._meta.model_name}_id"
            insert(
                [
                    relation.through(recommendation_id=one.pk, **{target: other.pk})
                    for one, other in pairs
                ]
            )
