"""Fail when a message has no Vietnamese; leave the work tree as it is.

Messages are extracted with gettext from copies of the sources. Reading catalogues
needs no gettext: the tests read them here too.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from ast import literal_eval
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from gettext import GNUTranslations
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INSIDE = Path("vi", "LC_MESSAGES", "django.po")
PROJECT = ROOT / "tracker" / "locale" / INSIDE
PACKAGES = ROOT / "tracker" / "locale_packages" / INSIDE
PROJECT_SOURCES = ("provinces", "templates", "tracker")
# What of each package can reach a page of this product.
PACKAGE_SOURCES = {
    "allauth": ("account", "core", "templates/account", "templates/allauth"),
    "django_filters": (".",),
    "simple_history": (".",),
    "django": (
        "contrib/admin",
        "contrib/auth",
        "contrib/contenttypes",
        "core/paginator.py",
        "core/validators.py",
        "db/models",
        "forms",
        "utils/text.py",
        "utils/timesince.py",
        "views/csrf.py",
    ),
}
# Packages whose own Vietnamese, where they ship one, counts as well.
SHIPPED = (
    "django.conf",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    *PACKAGE_SOURCES,
)
TOOLS = ("xgettext", "msguniq", "msgmerge", "msgattrib")
CONTEXT_END = "\x04"
LINE = re.compile(r'(#~ )?(?:(msg\w+(?:\[\d\])?) )?(".*")')


@dataclass(frozen=True)
class Entry:
    """One message of a catalogue, with its translation or, for plurals, several."""

    context: str
    text: str
    plural: str
    translations: tuple[str, ...]
    is_fuzzy: bool
    is_obsolete: bool

    @property
    def source(self) -> tuple[str, str, str]:
        return self.context, self.text, self.plural

    @property
    def key(self) -> str:
        """Name the message the way compiled catalogues do."""
        return (self.context + CONTEXT_END if self.context else "") + self.text

    @property
    def is_usable(self) -> bool:
        return all(self.translations) and not self.is_fuzzy and not self.is_obsolete


def main() -> int:
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        sys.stderr.write(
            f"Install gettext to check the messages (apt install gettext): "
            f"{', '.join(missing)} not found.\n"
        )
        return 1
    faults = [*find_project_faults(), *find_package_faults()]
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    if faults:
        return 1
    count = len(read_catalogue(PROJECT)) + len(read_catalogue(PACKAGES))
    sys.stdout.write(f"{count} messages, all of them in Vietnamese.\n")
    return 0


def find_project_faults() -> Iterator[str]:
    yield from find_catalogue_faults(PROJECT)
    held = {e.source for e in read_catalogue(PROJECT) if not e.is_obsolete}
    wanted = extract((ROOT / name, name) for name in PROJECT_SOURCES)
    yield from _name(PROJECT, "missing, run make messages", wanted - held)
    yield from _name(PROJECT, "no longer in the source", held - wanted)


def find_package_faults() -> Iterator[str]:
    yield from find_catalogue_faults(PACKAGES)
    held = {e.source for e in read_catalogue(PACKAGES) if not e.is_obsolete}
    offered = extract(
        (find_folder(package) / part, f"{package}/{part}")
        for package, parts in PACKAGE_SOURCES.items()
        for part in parts
    )
    shipped = read_shipped()
    wanted = {source for source in offered if _key(source) not in shipped}
    yield from _name(PACKAGES, "missing, add it by hand", wanted - held)
    yield from _name(PACKAGES, "in no package", held - offered)


def find_catalogue_faults(path: Path) -> Iterator[str]:
    """Name what a catalogue says badly, and where its compiled form differs."""
    entries = read_catalogue(path)
    translatable = [entry for entry in entries if not entry.is_obsolete]
    for fault, found in (
        ("obsolete", {e.source for e in entries if e.is_obsolete}),
        ("fuzzy", {e.source for e in translatable if e.is_fuzzy}),
        ("untranslated", {e.source for e in translatable if not all(e.translations)}),
    ):
        yield from _name(path, fault, found)
    yield from _find_compiled_faults(path.with_suffix(".mo"), entries)


def _find_compiled_faults(path: Path, entries: list[Entry]) -> Iterator[str]:
    if not path.exists():
        yield f"{path.relative_to(ROOT)}: missing, run make messages"
        return
    compiled, written = read_compiled(path), compile_entries(entries)
    differing = [k for k in compiled | written if compiled.get(k) != written.get(k)]
    keys = {key if isinstance(key, str) else key[0] for key in differing}
    sources = [(*key.rpartition(CONTEXT_END)[::2], "") for key in keys]
    yield from _name(path, "not as in the .po, run make messages", sources)


def _name(path: Path, fault: str, sources: Iterable[tuple]) -> Iterator[str]:
    for source in sorted(sources):
        context, text, _plural = source
        within = f" (context {context})" if context else ""
        yield f"{path.relative_to(ROOT)}: {fault}: {text!r}{within}"


def _key(source: tuple[str, str, str]) -> str:
    return Entry(*source, (), False, False).key


# -- catalogues -------------------------------------------------------------------


def read_catalogue(path: Path) -> list[Entry]:
    """Give every message of a .po or .pot file, its header left out."""
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    entries = [_read_entry(block.splitlines()) for block in blocks]
    return [entry for entry in entries if entry.text]


def _read_entry(lines: list[str]) -> Entry:
    said: dict[str, str] = defaultdict(str)
    keyword, is_obsolete = "", False
    for line in lines:
        if found := LINE.fullmatch(line):
            mark, named, quoted = found.groups()
            keyword, is_obsolete = named or keyword, bool(mark)
            said[keyword] += literal_eval(quoted)
    return Entry(
        context=said["msgctxt"],
        text=said["msgid"],
        plural=said["msgid_plural"],
        translations=tuple(v for k, v in said.items() if k.startswith("msgstr")),
        is_fuzzy=any(ln.startswith("#,") and "fuzzy" in ln for ln in lines),
        is_obsolete=is_obsolete,
    )


def compile_entries(entries: Iterable[Entry]) -> dict[str | tuple[str, int], str]:
    """Give what a compiled catalogue of these messages answers."""
    compiled: dict[str | tuple[str, int], str] = {}
    for entry in entries:
        if entry.is_usable and entry.plural:
            forms = enumerate(entry.translations)
            compiled |= {(entry.key, number): form for number, form in forms}
        elif entry.is_usable:
            compiled[entry.key] = entry.translations[0]
    return compiled


def read_compiled(path: Path) -> dict[str | tuple[str, int], str]:
    if not path.exists():
        return {}
    with path.open("rb") as file:
        # Nothing public gives a catalogue as a whole.
        catalogue = dict(vars(GNUTranslations(file))["_catalog"])
    catalogue.pop("", None)
    return catalogue


def read_shipped() -> set[str]:
    """Give the keys that packages translate into Vietnamese themselves."""
    keys: set[str] = set()
    for package in SHIPPED:
        path = find_folder(package) / "locale" / INSIDE
        compiled = read_compiled(path.with_suffix(".mo"))
        keys |= {key if isinstance(key, str) else key[0] for key in compiled}
    return keys


def find_folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(package)
    return Path(spec.origin).parent


# -- sources ----------------------------------------------------------------------


def extract(sources: Iterable[tuple[Path, str]]) -> set[tuple[str, str, str]]:
    """Give the messages of files and folders, each copied under a name."""
    with tempfile.TemporaryDirectory(prefix="tracker-messages-") as name:
        folder = Path(name)
        (folder / "locale").mkdir()
        for origin, target in sources:
            copy(origin, folder / target)
        # Without settings, Django extracts into the locale folder it stands beside.
        environment = dict(os.environ)
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        command = [sys.executable, "-P", "-m", "django", "makemessages"]
        options = ["--locale=vi", "--keep-pot", "--no-location", "--verbosity=0"]
        subprocess.run([*command, *options], cwd=folder, env=environment, check=True)
        return {entry.source for entry in read_catalogue(folder / "locale/django.pot")}


def copy(origin: Path, target: Path) -> None:
    if origin.is_dir():
        unread = shutil.ignore_patterns("locale*", "static", "__pycache__")
        shutil.copytree(origin, target, ignore=unread)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(origin, target)


if __name__ == "__main__":
    sys.exit(main())
