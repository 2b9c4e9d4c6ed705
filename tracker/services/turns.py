"""Turns at taking the list as a file: so few at once that no page waits for files.

Short files need none: they are made before anybody would have waited.
"""

import os
import platform
import secrets
from collections.abc import Iterator

from django.core.cache import cache
from django.db.models import QuerySet

from provinces.models import User

# On each machine: a file keeps a core busy, and half of them are for pages.
AT_ONCE = max(1, (os.cpu_count() or 1) // 2)
# In rows.
SHORT = 1_000
# In seconds: what a killed process held is free again after so long.
LONGEST = 10 * 60


class NoTurnError(Exception):
    """As many files as may be made at once are being made."""


class Turn:
    """One of the few turns, kept in the cache that all processes share, or none."""

    def __init__(self, place: str = "", holder: str = "") -> None:
        self.place, self.holder = place, holder

    def end(self) -> None:
        """Let the next one have it; one that took too long is another's."""
        if self.place and cache.get(self.place) == self.holder:
            cache.delete(self.place)

    def hold(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Give the pieces, and the turn back after the last or when nobody asks on."""
        held = self._hold(pieces)
        # What has begun is ended in any case, also where no piece is ever asked for.
        next(held)
        return held

    def _hold(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        try:
            yield b""
            yield from pieces
        finally:
            self.end()


def take_turn(rows: QuerySet, *, by: User) -> Turn:
    """Take a free turn on this machine for a file of rows, unless it is short.

    Raises NoTurnError while others have all turns, or this person has one.
    """
    if rows.order_by().values("pk")[: SHORT + 1].count() <= SHORT:
        return Turn()
    machine = platform.node()
    places = [f"export-turn:{machine}:{number}" for number in range(AT_ONCE)]
    holder = f"{by.pk}:{secrets.token_hex(8)}"
    held = cache.get_many(places)
    if any(one.startswith(f"{by.pk}:") for one in held.values()):
        raise NoTurnError
    for place in places:
        if place not in held and cache.add(place, holder, LONGEST):
            return Turn(place, holder)
    raise NoTurnError
