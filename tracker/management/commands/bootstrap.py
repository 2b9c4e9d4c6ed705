"""Bring an installation up to date before it serves; a second run repeats nothing."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tracker.models import Resolution


class Command(BaseCommand):
    help = "Migrate, make the cache table, seed an empty database, say where to go."

    def handle(self, *args: Any, **options: Any) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            with self.step("Preparing the database"):
                call_command("migrate", interactive=False, verbosity=0)
        if "cache" not in connection.introspection.table_names():
            call_command("createcachetable", verbosity=0)
        if not Resolution.objects.exists():
            with self.step("Loading the reference data and the first report"):
                call_command("seed", stdout=StringIO())
        address = f"http://127.0.0.1:{os.environ.get('PORT') or 8000}/"
        self.stdout.write(f"\nTheo dõi thực hiện nghị quyết: {address}")
        if not settings.PRODUCTION:
            self.stdout.write("Demo logins:")
            call_command("demo_users", stdout=self.stdout)
        self.stdout.write("Stop with Ctrl+C.\n")

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Say what takes a while, and how long it took."""
        self.stdout.write(f"{what} …", ending="")
        self.stdout.flush()
        start = time.monotonic()
        yield
        self.stdout.write(f" {time.monotonic() - start:.1f} s")
