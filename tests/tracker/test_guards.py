"""The database itself refuses to change history, on both engines."""

from datetime import date

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import CommandError, SystemCheckError
from django.db import DatabaseError, connection, transaction
from django.test import TransactionTestCase
from django.utils import timezone

from tests.factories import (
    make_answer,
    make_clearance,
    make_confirmation,
    make_deadline,
    make_difficulty,
    make_recommendation,
    make_update,
)
from tracker.choices import Basis, Progress, ReportKind
from tracker.models import (
    HISTORY_MODELS,
    Report,
    ReportFile,
    ReportTemplate,
    Sending,
    StatusUpdate,
)
from tracker.models.history import (
    GUARDED_TABLES,
    HistoryRow,
    check_append_only_guards,
    install_append_only_guards,
    missing_append_only_guards,
    remove_append_only_guards,
)
from tracker.services.evidence import Proof, attach_proof
from tracker.services.history import refresh_cached_state

KEPT_WHOLE = (
    Report,
    Report.recommendations.through,
    ReportFile,
    ReportTemplate,
    Sending,
)
every_history_table = pytest.mark.parametrize(
    "model", HISTORY_MODELS, ids=lambda model: model.__name__
)
# The third guard is against emptying on PostgreSQL, against replacing on SQLite.
THIRD = {"postgresql": "truncate", "sqlite": "replace"}


@pytest.fixture
def history(lan):
    return write_history(lan)


def keep_a_letter(by):
    """Keep a report with a file and two records of its sending."""
    report = Report.objects.create(
        author=by,
        organisation=by.organisation,
        issuer=by.organisation,
        kind=ReportKind.LETTER,
        scope="Tỉnh ủy Quảng Nam",
        as_of=date(2025, 6, 30),
        frozen_at=timezone.now(),
        basis=Basis.REPORTED,
        form="party",
        language="vi",
        payload="{}",
        checksum="0",
    )
    ReportFile.objects.create(report=report, format="docx", content=b"PK", sha256="0")
    report.recommendations.add(make_recommendation())
    ReportTemplate.objects.create(
        organisation=by.organisation, form="party", content=b"PK", uploaded_by=by
    )
    for number in ("1-CV/TW", "2-CV/TW"):
        Sending.objects.create(
            letter=report, number=number, sent_on=date(2025, 7, 1), recorded_by=by
        )
    connection.check_constraints()


def write_history(by):
    """Write two rows into each history table, none of the first ones referred to."""
    one = make_recommendation()
    make_update(one, note="Đã khảo sát thực địa", by=by)
    make_deadline(one, date(2025, 6, 30), by=by)
    update = make_update(one, Progress.COMPLETED, by=by)
    attach_proof(one, update, Proof("12-BC/TU"))
    attach_proof(one, update, Proof("", "https://quangnam.gov.vn/13"))
    make_deadline(one, date(2025, 12, 31), note="Chờ quy hoạch", by=by)
    for _twice in range(2):
        make_confirmation(update, by=by)
        make_answer(one, by=by)
        make_difficulty(one, by=by)
    difficulty = make_difficulty(one, by=by)
    for _twice in range(2):
        make_clearance(difficulty, by=by)
    refresh_cached_state(one)
    # Neither TRUNCATE nor DDL may follow checks that are still put off.
    connection.check_constraints()
    return one


def everything():
    return [list(model.objects.order_by("pk").values()) for model in HISTORY_MODELS]


def execute(statement, *arguments):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, arguments or None)


def assert_refused(act):
    before = everything()
    with (
        pytest.raises(DatabaseError, match="append-only: .* is refused"),
        transaction.atomic(),
    ):
        act()
    assert everything() == before


def first_row(model):
    return model.objects.order_by("pk").first()


# -- raw SQL ----------------------------------------------------------------------


@every_history_table
@pytest.mark.parametrize(
    "assignment",
    [
        "note = 'khác'",
        "note = note",
        "effective_on = '2024-07-01'",
        "recorded_at = '2024-07-01 00:00:00+00:00'",
        "sequence = sequence + 100",
        "hash = previous_hash",
        "id = id + 1000",
    ],
)
def test_raw_update_is_refused(history, model, assignment):
    table, row = model._meta.db_table, first_row(model)

    one = f"UPDATE {table} SET {assignment} WHERE id = {row.pk}"
    assert_refused(lambda: execute(one))
    assert_refused(lambda: execute(f"UPDATE {table} SET {assignment}"))


@every_history_table
def test_raw_delete_is_refused(history, model):
    table, row = model._meta.db_table, first_row(model)

    assert_refused(lambda: execute(f"DELETE FROM {table} WHERE id = {row.pk}"))
    assert_refused(lambda: execute(f"DELETE FROM {table}"))


@every_history_table
def test_emptying_a_whole_table_is_refused(history, model):
    statement = f"DELETE FROM {model._meta.db_table}"
    if connection.vendor == "postgresql":
        statement = f"TRUNCATE {model._meta.db_table} CASCADE"

    assert_refused(lambda: execute(statement))


@every_history_table
@pytest.mark.parametrize("key", ["id", "recommendation_id, sequence"])
def test_replacing_a_row_by_an_insert_is_refused(history, model, key):
    row = first_row(model)

    for verb, tail in ways_to_replace(key):
        statement = reinsert(model, verb, tail, with_id=key == "id")
        assert_refused(lambda statement=statement: execute(statement, "khác", row.pk))


def ways_to_replace(key):
    upsert = ("INSERT", f"ON CONFLICT ({key}) DO UPDATE SET note = excluded.note")
    if connection.vendor == "postgresql":
        return [upsert]
    return [upsert, ("INSERT OR REPLACE", ""), ("REPLACE", "")]


def reinsert(model, verb, tail, *, with_id):
    """Write an insert that meets a row at one key alone: its id, or its number."""
    values = {field.column: field.column for field in model._meta.fields}
    values["note"] = "%s"
    if with_id:
        values["sequence"] = "sequence + 100"
    else:
        del values["id"]
    table = model._meta.db_table
    return (
        f"{verb} INTO {table} ({', '.join(values)})"
        f" SELECT {', '.join(values.values())} FROM {table} WHERE id = %s {tail}"
    )


def test_replacing_by_an_update_is_refused(history):
    table = StatusUpdate._meta.db_table
    verb = "UPDATE" if connection.vendor == "postgresql" else "UPDATE OR REPLACE"

    assert_refused(lambda: execute(f"{verb} {table} SET sequence = 1"))


def test_a_new_row_is_let_in(history, lan):
    make_update(history, note="Mới", by=lan)

    assert StatusUpdate.objects.filter(note="Mới").count() == 1


# -- the models -------------------------------------------------------------------


@every_history_table
def test_the_models_cannot_change_a_row_either(history, model):
    row = first_row(model)
    same = model.objects.filter(pk=row.pk)

    assert_refused(lambda: same.update(note="khác"))
    row.note = "khác"
    assert_refused(row.save)
    assert_refused(lambda: row.save(update_fields=["note"]))
    assert_refused(lambda: model.objects.bulk_update([row], ["note"]))


@every_history_table
def test_the_models_cannot_delete_a_row_either(history, model):
    row = first_row(model)

    assert_refused(lambda: model.objects.filter(pk=row.pk).delete())
    assert_refused(row.delete)


# -- what is kept whole -------------------------------------------------------------


@pytest.mark.parametrize("model", KEPT_WHOLE, ids=lambda model: model.__name__)
def test_what_is_kept_whole_is_neither_changed_nor_deleted(lan, model):
    keep_a_letter(lan)
    table, row = model._meta.db_table, first_row(model)

    for act in (
        lambda: execute(f"UPDATE {table} SET id = id WHERE id = {row.pk}"),
        lambda: execute(f"DELETE FROM {table} WHERE id = {row.pk}"),
        row.save,
        model.objects.all().delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert model.objects.filter(pk=row.pk).exists()


# -- guards that are gone ---------------------------------------------------------


def drop_guard(table, act):
    name = f"{table}_refuse_{THIRD[connection.vendor] if act == 'third' else act}"
    on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
    execute(f"DROP TRIGGER {name}{on_table}")
    return name


every_guard = pytest.mark.parametrize(
    ("table", "act"),
    [(table, act) for table in GUARDED_TABLES for act in ("update", "delete", "third")],
)


def test_all_guards_stand_after_all_migrations(client, db):
    assert missing_append_only_guards(connection) == []
    assert check_append_only_guards(databases=["default"]) == []
    call_command("check", databases=["default"])
    assert client.get("/readyz").status_code == 200


@every_guard
def test_the_system_check_names_a_guard_that_is_gone(db, table, act):
    name = drop_guard(table, act)

    (error,) = run_checks(tags=["database"], databases=["default"])

    assert (error.id, error.msg) == (
        "tracker.E001",
        f"The append-only guard {name} is missing.",
    )
    with pytest.raises(SystemCheckError, match=name):
        call_command("check", databases=["default"])


@every_guard
def test_the_server_is_not_ready_without_a_guard(client, db, table, act):
    drop_guard(table, act)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.content) == (503, b"history guards missing\n")


def test_a_guard_that_is_switched_off_counts_as_gone(db):
    table = GUARDED_TABLES[0]
    if connection.vendor == "postgresql":
        execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_refuse_update")
    else:
        drop_guard(table, "update")

    assert missing_append_only_guards(connection) == [f"{table}_refuse_update"]


def test_the_check_leaves_databases_alone_that_nobody_asked_about(db):
    drop_guard(GUARDED_TABLES[0], "update")

    assert check_append_only_guards(databases=None) == []


def test_the_server_is_not_ready_without_its_database(client, db):
    def fail(execute, sql, params, many, context):
        raise DatabaseError

    with connection.execute_wrapper(fail):
        answer = client.get("/readyz")

    assert (answer.status_code, answer.content) == (503, b"database unavailable\n")


def test_lifting_and_installing_can_be_repeated(db):
    remove_append_only_guards(connection)
    remove_append_only_guards(connection)
    assert len(missing_append_only_guards(connection)) == 3 * len(GUARDED_TABLES)

    install_append_only_guards(connection)
    install_append_only_guards(connection)
    assert missing_append_only_guards(connection) == []


def test_every_history_model_and_what_is_kept_whole_is_guarded():
    guarded = (*HISTORY_MODELS, *KEPT_WHOLE)
    assert {model._meta.db_table for model in guarded} == set(GUARDED_TABLES)
    assert set(HISTORY_MODELS) == set(HistoryRow.__subclasses__())


# -- guards and the flush of transactional tests ----------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_guards_are_back_after_a_flush(lan):
    write_history(lan)

    TransactionTestCase(methodName="__init__")._fixture_teardown()

    assert everything() == [[] for _model in HISTORY_MODELS]
    assert missing_append_only_guards(connection) == []


@pytest.mark.django_db(transaction=True)
def test_rows_written_after_a_flush_are_guarded_again(request):
    TransactionTestCase(methodName="__init__")._fixture_teardown()
    write_history(request.getfixturevalue("lan"))
    keep_a_letter(request.getfixturevalue("lan"))

    for table in GUARDED_TABLES:
        assert_refused(lambda table=table: execute(f"DELETE FROM {table}"))


@pytest.mark.django_db(transaction=True)
def test_a_flush_outside_the_tests_is_refused(lan):
    write_history(lan)
    before = everything()

    with pytest.raises(CommandError) as refusal:
        call_command("flush", interactive=False, verbosity=0)

    assert "append-only" in str(refusal.value.__cause__)
    assert everything() == before
