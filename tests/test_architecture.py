"""The rules of the house, read from the syntax tree of every module."""

import ast
import gc
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from tracker.services.history import CACHED_STATE

ROOT = Path(settings.BASE_DIR)
PRODUCT = sorted(
    path
    for app in ("tracker", "provinces")
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts and "formats" not in path.parts
)
LEVELS = {
    "urls": 6,
    "views": 5,
    "admin": 5,
    "administration": 5,
    "management": 5,
    "middleware": 5,
    "reading_place": 5,
    "signing_in": 5,
    "forms": 4,
    "filters": 4,
    "filter_words": 4,
    "facet_counts": 4,
    "facets": 4,
    "paging": 4,
    "addresses": 4,
    "tabs": 4,
    "htmx": 4,
    "templatetags": 4,
    "api": 4,
    "services": 3,
    "reports": 3,
    "importing": 3,
    "permissions": 2,
    "models": 1,
    "succession": 1,
    "register": 1,
    "choices": 0,
    "abbreviations": 0,
    "folding": 0,
    "quotations": 0,
    "timeliness": 0,
    "days": 0,
    "numbers": 0,
    "environment": 0,
    "databases": 0,
    "replicas": 0,
}
OUTSIDE = {"settings", "wsgi", "apps", "__init__"}
WEB = ("django.http", "django.shortcuts", "django.contrib.messages")
# Each write that no history would keep, or that no model method makes, and why.
ALLOWED_WRITES = {
    ("tracker/models/history.py", "install_append_only_guards"): "makes the guards",
    ("tracker/models/history.py", "remove_append_only_guards"): "lifts the guards",
    ("tracker/reading_place.py", "limit_statements"): "says how long reading may take",
    ("tracker/replicas.py", "_ask_for_place"): "asks how far a replica is",
    ("tracker/replicas.py", "remember_write"): "a place in the log is no history",
    ("tracker/models/triggers.py", "find_triggers"): "looks for them",
    ("provinces/register.py", "_read_state"): "asks for the last changes",
    ("provinces/models/statements.py", "ask"): "reads",
    ("provinces/models/word_index.py", "index_words"): "makes an index",
    ("provinces/models/word_index.py", "drop_word_index"): "drops it",
    ("tracker/facet_counts.py", "_read_rows"): "reads",
    ("tracker/models/kept_counts.py", "_read"): "reads",
    ("tracker/models/submissions.py", "keep"): "adds a form unless its key is taken",
    ("tracker/models/counts.py", "recount"): "counts anew",
    ("tracker/models/counts.py", "find_untrue_counts"): "reads",
    (
        "tracker/models/count_triggers.py",
        "install_count_triggers",
    ): "makes triggers",
    ("tracker/models/count_triggers.py", "remove_count_triggers"): "lifts triggers",
    (
        "tracker/models/count_triggers.py",
        "keep_after_migrating",
    ): "forgets a day",
    ("tracker/models/kept_words.py", "keep_words_after_migrating"): "makes an index",
    ("tracker/models/kept_words.py", "are_words_kept"): "asks FTS5 to look",
    ("tracker/importing/samples/rows.py", "insert"): "makes new rows in bulk",
    ("tracker/importing/samples/rows.py", "pour"): "makes new rows in bulk",
    ("tracker/importing/samples/rows.py", "unindexed"): "lifts indexes for a while",
    ("tracker/importing/samples/rows.py", "let_keys_run_on"): "counts keys",
    ("tracker/services/evidence_files.py", "_take_back"): "deletes files, no row",
    ("tracker/services/turns.py", "end"): "ends a turn, no row",
    ("tracker/services/evidence_files.py", "sweep"): "deletes files, no row",
    ("tracker/services/jobs.py", "cancel_job"): "a job is no history",
    ("tracker/services/jobs.py", "run_job"): "a job is no history",
    ("tracker/services/jobs.py", "_end"): "a job is no history",
    ("tracker/services/jobs.py", "__call__"): "a job is no history",
}
CACHE_WRITERS = {"tracker/services/history.py"}
FORBIDDEN_CALLS = {
    "update",
    "delete",
    "raw",
    "extra",
    "execute",
    "executemany",
    "bulk_create",
    "bulk_update",
    "_raw_delete",
    "update_or_create",
}


def module_name(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def part_of(name):
    """Give what decides the level: the second part of a dotted name."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def imports(path):
    for node in ast.walk(parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: relative import"
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("path", PRODUCT, ids=module_name)
def test_modules_import_from_their_level_or_below(path):
    own = module_name(path)
    if part_of(own) in OUTSIDE:
        return
    level = LEVELS[part_of(own)]

    for name in imports(path):
        app = name.split(".")[0]
        if app not in {"tracker", "provinces"} or part_of(name) in OUTSIDE:
            continue
        assert LEVELS[part_of(name)] <= level, f"{own} imports {name}"
        assert not (own.startswith("provinces") and app == "tracker"), name
        if own.startswith("tracker") and app == "provinces":
            shared = {"models", "choices", "folding", "administration"}
            shared |= {"register", "succession"}
            assert part_of(name) in shared, name
    if level <= 3:
        assert not [n for n in imports(path) if n.startswith(WEB)]
    if ".writers." in own:
        assert not [n for n in imports(path) if n.startswith("tracker.models")]


def parse(source):
    """Collect no garbage meanwhile: it upsets how CPython 3.11 counts depths."""
    gc.disable()
    try:
        return ast.parse(source)
    finally:
        gc.enable()


class Writes(ast.NodeVisitor):
    """Collects calls that could write past history, with the function they are in."""

    def __init__(self):
        self.found, self.functions = [], ["module"]

    def visit_FunctionDef(self, node):
        self.functions.append(node.name)
        self.generic_visit(node)
        self.functions.pop()

    def visit_Call(self, node):
        if isinstance(node.func, ast.Attribute) and node.func.attr in FORBIDDEN_CALLS:
            self.found.append((self.functions[-1], node))
        self.generic_visit(node)


def is_harmless(call):
    """A dictionary, a set or a hash has an update too: its receiver is told apart."""
    receiver = ast.unparse(call.func.value)
    return call.func.attr == "update" and receiver in {"values", "cells", "digest"}


def forbidden_writes(source):
    visitor = Writes()
    visitor.visit(parse(source))
    return [(name, call) for name, call in visitor.found if not is_harmless(call)]


def test_no_write_goes_round_history():
    found = {
        (str(path.relative_to(ROOT)), function)
        for path in PRODUCT
        for function, _call in forbidden_writes(path.read_text())
    }

    assert found == set(ALLOWED_WRITES)


@pytest.mark.parametrize(
    "line",
    [
        "Recommendation.objects.filter(pk=1).update(progress='completed')",
        "StatusUpdate.objects.bulk_create(rows)",
        "cursor.execute('DELETE FROM tracker_evidence')",
        "recommendation.delete()",
    ],
)
def test_a_write_that_goes_round_history_is_found(line):
    assert forbidden_writes(f"def act():\n    {line}\n")


def assigned_attributes(source):
    """Give what is assigned on other objects; "*" for who names the whole state."""
    for node in ast.walk(parse(source)):
        targets = node.targets if isinstance(node, ast.Assign) else []
        for one in targets:
            if isinstance(one, ast.Attribute) and ast.unparse(one.value) != "self":
                yield one.attr
    if "setattr(" in source and "STATE_COLUMNS" in source:
        yield "*"


def test_only_history_writes_the_cached_state():
    writers = {
        str(path.relative_to(ROOT))
        for path in PRODUCT
        if set(assigned_attributes(path.read_text())) & {*CACHED_STATE, "*"}
    }

    assert writers == CACHE_WRITERS


def test_nothing_is_deleted_with_something_else():
    fields = [
        field
        for app in ("tracker", "provinces")
        for model in apps.get_app_config(app).get_models()
        if not model._meta.model_name.startswith("historical")
        for field in model._meta.get_fields()
        if field.concrete and (field.many_to_one or field.one_to_one)
    ]

    assert len(fields) > 40
    assert not [
        f"{field.model.__name__}.{field.name}"
        for field in fields
        if field.remote_field.on_delete is not models.PROTECT
    ]


def test_fragments_have_one_root_with_their_name():
    wrong = []
    for path in sorted((ROOT / "templates").rglob("_*.html")):
        text = path.read_text()
        identifier = path.stem.removeprefix("_").replace("_", "-")
        if "{% extends" in text or f'id="{identifier}' not in text.split(">")[0] + ">":
            first = text[text.index("<") : text.index(">")]
            if f'id="{identifier}' not in first:
                wrong.append(path.name)
    assert not wrong


def test_templates_have_no_inline_script_or_style():
    bad = ('style="', "<style", "onclick=", "javascript:", "hx-on", "<script>")
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        assert not [word for word in bad if word in text], path
