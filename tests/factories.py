"""Plain makers of rows with honest defaults; keywords override."""

from datetime import date
from itertools import count

from provinces.choices import OrganisationKind, ProvinceKind, Role
from provinces.models import Organisation, Province, ProvinceName, Succession, User
from tracker.choices import (
    AnswerOutcome,
    ConfirmationState,
    DifficultyCategory,
    DocumentKind,
    DocumentState,
    Progress,
    RecommendationKind,
    SessionKind,
)
from tracker.models import (
    Answer,
    Confirmation,
    DeadlineChange,
    Difficulty,
    DifficultyClearance,
    Document,
    FollowUpAction,
    Passage,
    Recommendation,
    Resolution,
    StatusUpdate,
    Topic,
    WorkingSession,
)
from tracker.services.history import append_row, refresh_cached_state

numbers = count(1)
RAISED_ON = date(2024, 6, 26)


def make_province(name="Quảng Ngãi", **fields):
    number = next(numbers)
    fields.setdefault("code", f"{number % 100:02d}")
    fields.setdefault("slug", f"unit-{number}")
    fields.setdefault("abbreviation", "QNG")
    province = Province.objects.create(**fields)
    ProvinceName.objects.create(
        province=province, name=name, name_en=name, kind=ProvinceKind.PROVINCE
    )
    return province


def make_organisation(name="", kind=OrganisationKind.MINISTRY, **fields):
    name = name or f"Bộ số {next(numbers)}"
    return Organisation.objects.create(name=name, kind=kind, **fields)


def make_succession(predecessor, successor, **fields):
    fields.setdefault("on", date(2025, 7, 1))
    fields.setdefault("is_main", True)
    return Succession.objects.create(
        predecessor=predecessor, successor=successor, **fields
    )


def make_user(username, organisation, role=Role.REPORTER, **fields):
    fields.setdefault("full_name", f"Nguyễn Thị {username.capitalize()}")
    user = User(username=username, organisation=organisation, role=role, **fields)
    user.set_password("mật khẩu của kiểm thử")
    user.save()
    return user


def make_resolution(slug="23-nq-tw", **fields):
    fields.setdefault("number", slug.upper().replace("-TW", "/TW"))
    fields.setdefault("title", "Chính sách phát triển công nghiệp quốc gia")
    fields.setdefault("issued_on", date(2018, 3, 22))
    issuer, _created = Organisation.objects.get_or_create(
        name="Bộ Chính trị",
        defaults={"kind": OrganisationKind.CENTRAL_PARTY, "sort_key": b""},
    )
    fields.setdefault("issuer", issuer)
    return Resolution.objects.create(slug=slug, **fields)


def make_topic(slug="quy-hoach", **fields):
    fields.setdefault("name", "Quy hoạch")
    return Topic.objects.create(slug=slug, **fields)


def make_passage(quotation="hoàn thiện cơ chế, chính sách", **fields):
    number = next(numbers)
    document = Document.objects.create(
        slug=f"van-ban-{number}",
        kind=DocumentKind.NEWS,
        title=f"Văn bản số {number}",
        state=DocumentState.PUBLISHED,
    )
    fields.setdefault("slug", f"doan-{number}")
    fields.setdefault("locator", "dòng 60")
    return Passage.objects.create(document=document, quotation=quotation, **fields)


def make_recommendation(resolutions=(), topics=(), coordinating=(), **fields):
    fields.setdefault("code_prefix", "QNA")
    fields.setdefault("code_year", 24)
    fields.setdefault("code_number", next(numbers))
    fields.setdefault("kind", RecommendationKind.RECOMMENDATION)
    fields.setdefault("wording", "Bổ sung chỉ tiêu đất khu công nghiệp")
    fields.setdefault("raised_on", RAISED_ON)
    recommendation = Recommendation.objects.create(**fields)
    recommendation.resolutions.set(resolutions)
    recommendation.topics.set(topics)
    recommendation.coordinating.set(coordinating)
    return recommendation


def make_update(recommendation, progress=Progress.IN_PROGRESS, *, by, **fields):
    """Append a row without the demands of the service, as history may hold it."""
    fields.setdefault("effective_on", RAISED_ON)
    fields.setdefault("spoken_for", by.organisation)
    update = append_row(
        recommendation, StatusUpdate(progress=progress, author=by, **fields)
    )
    refresh_cached_state(recommendation)
    return update


def make_deadline(recommendation, due_on, *, by, **fields):
    fields.setdefault("effective_on", RAISED_ON)
    fields.setdefault("spoken_for", by.organisation)
    change = append_row(
        recommendation, DeadlineChange(due_on=due_on, author=by, **fields)
    )
    refresh_cached_state(recommendation)
    return change


def append(recommendation, row, *, by, **fields):
    """Append any history row without the demands of its service."""
    fields = {"effective_on": RAISED_ON, "spoken_for": by.organisation} | fields
    for name, value in (fields | {"author": by}).items():
        setattr(row, name, value)
    made = append_row(recommendation, row)
    refresh_cached_state(recommendation)
    return made


def make_confirmation(update, outcome=ConfirmationState.CONFIRMED, *, by, **fields):
    row = Confirmation(update=update, outcome=outcome)
    return append(update.recommendation, row, by=by, **fields)


def make_answer(recommendation, outcome=AnswerOutcome.ACCEPTED, *, by, **fields):
    fields = {"is_final": True, "note": "Tiếp thu"} | fields
    return append(recommendation, Answer(outcome=outcome), by=by, **fields)


def make_difficulty(recommendation, category=DifficultyCategory.LAND, *, by, **fields):
    fields = {"note": "Vướng mặt bằng"} | fields
    return append(recommendation, Difficulty(category=category), by=by, **fields)


def make_clearance(difficulty, *, by, **fields):
    fields = {"effective_on": difficulty.effective_on, "note": "Đã bàn giao"} | fields
    row = DifficultyClearance(difficulty=difficulty)
    return append(difficulty.recommendation, row, by=by, **fields)


def make_action(recommendation, owner, *, by, **fields):
    fields.setdefault("wording", "Lập danh mục dự án cần vốn")
    fields.setdefault("number", recommendation.actions.count() + 1)
    return FollowUpAction.objects.create(
        recommendation=recommendation, owner=owner, entered_by=by, **fields
    )


def make_session(title="", resolutions=(), **fields):
    fields.setdefault("kind", SessionKind.WORKING_SESSION)
    fields.setdefault("held_on", RAISED_ON)
    title = title or f"Buổi làm việc số {next(numbers)}"
    session = WorkingSession.objects.create(title=title, **fields)
    session.resolutions.set(resolutions)
    return session
