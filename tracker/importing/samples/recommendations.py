"""Making up a country's recommendations, each with its history."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import date, timedelta
from functools import cache, partial
from multiprocessing import get_context
from random import Random
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from provinces.choices import OrganisationKind
from provinces.models import Organisation
from tracker.choices import ANSWERABLE, RecommendationKind
from tracker.importing.samples.cast import Cast, able_on, find_cast
from tracker.importing.samples.courses import COORDINATORS, Role
from tracker.importing.samples.occasions import Counters, Occasion, plan_occasions
from tracker.importing.samples.retelling import ROOM, Book, Stage, ToldCourse
from tracker.importing.samples.rows import (
    Rows,
    Table,
    let_keys_run_on,
    next_key,
    pour,
    unindexed,
)
from tracker.importing.samples.sessions import as_written, tell_session
from tracker.importing.samples.words import ACTS, KINDS, OBJECTS, PURPOSES
from tracker.models import (
    HISTORY_MODELS,
    FollowUpAction,
    Recommendation,
    Resolution,
    WorkingSession,
)
from tracker.models.count_triggers import uncounted

BATCH = 2500
# Tables whose keys are given beforehand, so that no batch waits for another.
NUMBERED = (WorkingSession, Recommendation, FollowUpAction, *HISTORY_MODELS)
LINKED: tuple[Any, ...] = (
    Recommendation.resolutions,
    Recommendation.topics,
    Recommendation.coordinating,
)
FILLED = (*NUMBERED, *(relation.through for relation in LINKED))


def generate(
    number: int,
    *,
    seed: int,
    processes: int = 1,
    report: Callable[[int], Any] = lambda done: None,
) -> None:
    """Add recommendations with sessions and histories, batch by batch.

    The same seed gives the same rows on the same day, however many processes make
    them. `report` hears how many are done after every batch.
    """
    now = timezone.now()
    with transaction.atomic():
        cast = find_cast(now, scale=number)
    counters = Counters(
        codes=last_numbers(),
        recommendation=next_key(Recommendation),
        session=next_key(WorkingSession),
        row=max(map(next_key, (FollowUpAction, *HISTORY_MODELS))),
    )
    yesterday = timezone.localdate(now) - timedelta(days=1)
    occasions = plan_occasions(number, cast, Random(seed), counters, until=yesterday)
    batches, done = list(in_batches(occasions)), 0
    maker = Maker(cast, seed, yesterday)
    with unindexed(*FILLED), uncounted():
        for batch, rows in zip(
            batches, map_over(processes, maker, batches), strict=True
        ):
            with transaction.atomic():
                for table, lines in rows.items():
                    pour(table, lines)
            done += sum(one.size for one in batch)
            report(done)
        let_keys_run_on(*NUMBERED)


def last_numbers() -> dict[tuple[str, int], int]:
    """Give the last number in use by prefix and year."""
    used = Recommendation.objects.order_by().values_list("code_prefix", "code_year")
    last = used.annotate(last=Max("code_number"))
    return defaultdict(int, {(prefix, year): n for prefix, year, n in last})


def in_batches(occasions: Iterable[Occasion]) -> Iterator[list[Occasion]]:
    batch: list[Occasion] = []
    for occasion in occasions:
        batch.append(occasion)
        if sum(one.size for one in batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def map_over(
    processes: int, maker: "Maker", batches: list[list[Occasion]]
) -> Iterator[Rows]:
    """Tell all batches in turn, some ahead where there are processes for it."""
    if processes == 1:
        yield from map(maker.make, batches)
        return
    _inherited["maker"], _inherited["batches"] = maker, batches
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        ahead: deque[Future[Rows]] = deque()
        for number in range(len(batches)):
            ahead.append(pool.submit(_make_inherited, number))
            # Whoever writes may be slower: what waits for it is kept in memory.
            if len(ahead) > 2 * processes:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


# What forked processes find in their memory instead of being sent it. They ask the
# database nothing: the connection that they inherit is not theirs.
_inherited: dict[str, Any] = {}


def _make_inherited(number: int) -> Rows:
    maker: Maker = _inherited["maker"]
    return maker.make(_inherited["batches"][number])


class Maker:
    """Tells what was raised at occasions and what became of it, table by table."""

    def __init__(self, cast: Cast, seed: int, yesterday: date) -> None:
        self.cast, self.yesterday = cast, yesterday
        self.seed, self.book = seed, Book(seed)
        self.central_on = cache(partial(able_on, cast.central))
        self.ministries_on = cache(partial(able_on, cast.ministries))
        self.lines: dict[Table, list[str]] = defaultdict(list)

    def make(self, occasions: list[Occasion]) -> Rows:
        """Give all lines of one batch."""
        self.lines = defaultdict(list)
        for occasion in occasions:
            self.tell(occasion, Random(f"{self.seed} {occasion.ordinal}"))
        return {
            table: "".join(f"{line}\n" for line in lines)
            for table, lines in self.lines.items()
            if lines
        }

    def tell(self, occasion: Occasion, dice: Random) -> None:
        issued = [r for r in self.cast.resolutions if r.issued_on <= occasion.day]
        about = dice.sample(issued, min(len(issued), 1 + (dice.random() < 0.3)))
        if occasion.session_key is not None:
            host = dice.choice(self.central_on(occasion.day))
            for table, line in tell_session(occasion, host, about, dice):
                self.lines[table].append(line)
        for position in range(occasion.size):
            self.tell_one(occasion, position, about, dice)

    def tell_one(
        self, occasion: Occasion, position: int, about: list[Resolution], dice: Random
    ) -> None:
        """Tell one recommendation, what it is linked with and its history."""
        kind = dice.choices(RecommendationKind.values, KINDS)[0]
        bodies = self.bodies(kind, occasion, dice)
        age = (self.yesterday - occasion.day).days
        course = self.book.choose(age, is_answerable=kind in ANSWERABLE, dice=dice)
        one = Recommendation(
            pk=occasion.recommendation_key + position,
            code_prefix=occasion.prefix,
            code_year=occasion.day.year % 100,
            code_number=occasion.first_number + position,
            kind=kind,
            wording=wording(occasion, dice),
            raised_on=occasion.day,
            province=occasion.unit.province if occasion.unit else None,
            session_id=occasion.session_key,
            raised_by=bodies[0],
            addressee=bodies[1],
            lead=bodies[2],
            entered_at=course.entry(occasion.day),
        )
        one.write_search_columns()
        helping = self.link(one, about, dice)
        self.let_run(one, course, occasion.row_key + position * ROOM, helping, dice)

    def let_run(
        self,
        one: Recommendation,
        course: ToldCourse,
        first_key: int,
        helping: Organisation,
        dice: Random,
    ) -> None:
        people = self.people(one, helping, dice)
        stage = Stage(one.pk, first_key, one.raised_on, people)
        for table, line in course.retell(stage):
            self.lines[table].append(line)
        state = course.state
        table, line = as_written(one, without=state.table.columns)
        whole = Table(table.name, table.columns + state.table.columns)
        self.lines[whole].append(f"{line}\t{state.line % stage}")

    def people(
        self, one: Recommendation, helping: Organisation, dice: Random
    ) -> dict[int, int]:
        """Say who plays the parts of a course for this recommendation."""
        responsible = one.likely_voice_id
        # Somebody always raised it.
        assert responsible is not None
        *coordinators, stand_by = self.cast.coordinators
        dice.shuffle(coordinators)
        reporter = self.cast.reporters.get(responsible, stand_by)
        played: dict[int, int] = {
            Role.RESPONSIBLE: responsible,
            Role.HELPER: helping.pk,
            Role.OVERSEEING: stand_by.organisation_id,
            Role.REPORTER: reporter.pk,
        }
        for part, person in zip(COORDINATORS, coordinators, strict=True):
            played[part] = person.pk
        return played

    def bodies(
        self, kind: str, occasion: Occasion, dice: Random
    ) -> tuple[Organisation, Organisation | None, Organisation | None]:
        """Choose who asks, who is asked and who leads, all in force on the day."""
        unit, day = occasion.unit, occasion.day
        central = dice.choice(self.central_on(day))
        ministry = dice.choice(self.ministries_on(day))
        choose = partial(one_of, unit.bodies if unit else {}, day, dice)
        party = choose(OrganisationKind.PROVINCIAL_PARTY) or central
        place = choose(OrganisationKind.TERRITORY) or ministry
        office = choose(OrganisationKind.PROVINCIAL_DEPARTMENT) or ministry
        if dice.random() < 0.4:
            office = choose(OrganisationKind.COMMUNE_BODY) or office
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

    def link(
        self, one: Recommendation, about: list[Resolution], dice: Random
    ) -> Organisation:
        """Tie it to resolutions, topics and bodies that help; give one that would."""
        able = self.ministries_on(one.raised_on)
        others = [body for body in able if body.pk != one.lead_id]
        helping = dice.sample(others, min(2, len(others)))
        named = helping[: dice.choice((0, 0, 1, 2))] if one.lead_id else []
        tags = dice.sample(self.cast.topics, dice.choice((0, 1, 1, 2)))
        links: tuple[Iterable[Any], ...] = about, tags, named
        for relation, linked in zip(LINKED, links, strict=True):
            target = f"{relation.rel.model._meta.model_name}_id"
            name = relation.through._meta.db_table
            table = Table(name, ("recommendation_id", target))
            self.lines[table] += [f"{one.pk}\t{other.pk}" for other in linked]
        return helping[0]


def one_of(
    pools: dict[str, list[Organisation]], day: date, dice: Random, kind: str
) -> Organisation | None:
    able = able_on(tuple(pools.get(kind, ())), day)
    return dice.choice(able) if able else None


def wording(occasion: Occasion, dice: Random) -> str:
    unit, day = occasion.unit, occasion.day
    place = f"tại {unit.name_on(day)}" if unit else "trên phạm vi cả nước"
    until = f"trước năm {day.year + dice.randint(1, 6)}"
    parts = [dice.choice(ACTS), dice.choice(OBJECTS), place]
    parts += [dice.choice(PURPOSES), until if dice.random() < 0.4 else ""]
    return " ".join(part for part in parts if part)
