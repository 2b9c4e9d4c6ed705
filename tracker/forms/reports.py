"""What a report is to say: its scope by the filter of the list, and its form."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from provinces.choices import DocumentForm
from provinces.models import Organisation, User
from provinces.succession import name_organisations
from tracker.choices import Basis
from tracker.filter_words import describe_filter
from tracker.filters import (
    AS_OF,
    NONE,
    RecommendationFilter,
)
from tracker.models import Recommendation
from tracker.models.reference_names import Named, ReferenceNames
from tracker.permissions import issuing_bodies
from tracker.reports.comparison import Side, build_side
from tracker.reports.counting import count_by_lead
from tracker.reports.headers import form_of
from tracker.reports.official import build_official_report
from tracker.reports.parts import OfficialReport
from tracker.reports.sources import ANNEXES, Scope
from tracker.reports.standing import Moment

# The latest ones stand in the select; any other is named by the address.
OFFERED_SESSIONS = 200
# What this form reads; everything else in an address is the filter's.
OWN = ("basis", "issuer", "language", "annex")
# Filters that judge what was reported.
OF_REPORTED = ("progress", "timeliness", "confirmation")
ANNEX_NAMES = {
    "targets": _("Targets and indicators"),
    "progress": _("Progress of tasks and recommendations"),
    "documents": _("Implementing documents"),
    "difficulties": _("Difficulties and obstacles"),
    "counts": _("Summary of progress"),
}


class IssuerSelect(forms.Select):
    """Names out of the database are Vietnamese on any page; the forms are not."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        option["attrs"]["lang"] = "vi"
        return option


class IssuerField(forms.TypedChoiceField):
    """In whose name a document is written: its form follows from it."""

    widget = IssuerSelect

    def offer(self, bodies: Iterable[Organisation]) -> None:
        """Let it choose among bodies, each under the form that its documents follow."""
        by_key = {f"{one.pk}": one for one in bodies}
        groups: dict[str, list[tuple[str, str]]] = {one: [] for one in DocumentForm}
        for key, body in by_key.items():
            groups[form_of(body)].append((key, body.name))
        self.choices = [
            (DocumentForm(form).label, choices)
            for form, choices in groups.items()
            if choices
        ]
        self.coerce = by_key.__getitem__


class ReportForm(forms.Form):
    """How a report is written; unsaid, it is as officers mostly want it."""

    basis = forms.ChoiceField(
        label=_("Figures"),
        choices=Basis.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    issuer = IssuerField(
        label=_("Issuing body"),
        required=False,
        help_text=_("The form, Party or State, follows from it."),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, required=False
    )
    annex = forms.MultipleChoiceField(
        label=_("Annexes"),
        choices=ANNEX_NAMES.items(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, asked: QueryDict, *, user: User, on: date) -> None:
        usual = QueryDict(mutable=True)
        usual.setlist("basis", [Basis.REPORTED])
        usual.setlist("issuer", [str(user.organisation_id)])
        usual.setlist("language", ["vi"])
        usual.setlist("annex", list(ANNEXES))
        for name in OWN:
            if any(asked.getlist(name)):
                usual.setlist(name, asked.getlist(name))
        # A form with every tick taken off says so: browsers send nothing of these.
        usual.setlist("annex", [one for one in usual.getlist("annex") if one != NONE])
        super().__init__(usual)
        self.usual = usual
        issuer: Any = self.fields["issuer"]
        issuer.offer(issuing_bodies(user, on=on))


class ReportChoice:
    """A report that somebody asks for: what of, as of which day, and how written.

    Read from an address; the same address gives the same choice on the page, in a
    command and in long work.
    """

    def __init__(
        self, asked: QueryDict, user: User, *, beside: "ReportChoice | None" = None
    ) -> None:
        """Read it; `beside` is the same choice of another day, whose form holds too."""
        self.user, today = user, timezone.localdate()
        own, rest = QueryDict(mutable=True), asked.copy()
        for name in OWN:
            own.setlist(name, rest.getlist(name))
            rest.pop(name, None)
        names = (
            beside.chosen.names
            if beside
            else ReferenceNames.read(
                user,
                on=today,
                sessions=rest.getlist("session"),
                latest=OFFERED_SESSIONS,
            )
        )
        self.chosen: RecommendationFilter = RecommendationFilter(
            rest, user=user, on=today, names=names
        )
        self.form: ReportForm = (
            beside.form if beside else ReportForm(own, user=user, on=today)
        )
        self.is_asked = AS_OF in asked
        if beside is None and self.form.is_valid():
            self._refuse_filters_beside_confirmed()
        self.is_good = not self.form.errors and not self.chosen.wrong_day

    def _refuse_filters_beside_confirmed(self) -> None:
        """What was reported cannot choose among figures that were confirmed."""
        narrowed = [name for name in OF_REPORTED if self.chosen.values.getlist(name)]
        if narrowed and self.form.cleaned_data["basis"] == Basis.CONFIRMED:
            message = _(
                "Confirmed figures cannot be narrowed by progress, deadline or "
                "confirmation: take these filters away, or report what was reported."
            )
            self.form.add_error("basis", message)

    @property
    def query(self) -> str:
        """The address of exactly this choice, whatever the usual becomes."""
        values = self.chosen.values.copy()
        values[AS_OF] = f"{self.chosen.on}"
        for name in OWN:
            values.setlist(name, self.form.usual.getlist(name) or [NONE])
        return values.urlencode()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The same as names and values, for another form to carry."""
        values = QueryDict(self.query)
        return [(name, one) for name, said in values.lists() for one in said]

    @property
    def other_filter(self) -> str:
        """Say in words what narrows beside the fields of the form, if anything does."""
        if any(one["values"] for one in self.chosen.names_beside_report):
            return self.in_words
        return ""

    @property
    def in_words(self) -> str:
        chosen = self.chosen
        names = name_organisations(chosen.named_organisations, chosen.register)
        return describe_filter(chosen, names, with_day=False)

    @cached_property
    def _by_lead(self) -> list[dict[int | None, int]]:
        """Count by lead what is chosen, and all that the person sees."""
        seen = Recommendation.objects.visible_to(self.user)
        is_chosen = self.is_asked and self.is_good
        return count_by_lead(self.chosen.qs if is_chosen else seen.none(), seen)

    @property
    def count(self) -> int:
        return sum(self._by_lead[0].values())

    @property
    def leads(self) -> list[Named]:
        """Bodies that lead something the person sees, and those without any."""
        leading = {*self._by_lead[1], *self.chosen.named_organisations}
        register = self.chosen.register
        bodies = [pk for pk in register.bodies if pk in leading]
        names = name_organisations(bodies, register)
        nobody = Named(0, NONE, gettext("No lead organisation yet"))
        return [nobody, *(Named(pk, f"{pk}", names[pk]) for pk in bodies)]

    @property
    def issuer(self) -> Organisation:
        return self.form.cleaned_data["issuer"]

    @property
    def is_personal(self) -> bool:
        """True where a row is seen only by the one who recorded something of it."""
        shared = Recommendation.objects.visible_to(self.user, as_author=False)
        rows = self.chosen.qs.exclude(pk__in=shared.order_by().values("pk"))
        return rows.exists()

    @property
    def kept_as(self) -> dict[str, Any]:
        """What `keep_report` is to know beside the report itself."""
        return {
            "issuer": self.issuer,
            "query": self.query,
            "is_personal": self.is_personal,
            "by": self.user,
        }

    def build(self, tick: Callable[[], None] = lambda: None) -> OfficialReport:
        """Build the report in its own language, as is known at this moment."""
        said = self.form.cleaned_data
        with translation.override(said["language"]):
            return build_official_report(
                self._scope(),
                as_of=self.chosen.on,
                frozen_at=timezone.now(),
                basis=Basis(said["basis"]),
                issuer=said["issuer"],
                viewer=self.user,
                tick=tick,
            )

    def build_side(self) -> Side:
        """Build what is compared of it with the same choice as of another day."""
        said = self.form.cleaned_data
        with translation.override(said["language"]):
            return build_side(
                self.chosen.qs,
                self.in_words,
                moment=Moment(self.chosen.on, timezone.now(), Basis(said["basis"])),
                viewer=self.user,
            )

    def _scope(self) -> Scope:
        chosen = self.chosen
        named = chosen.values.getlist("resolution")
        resolutions = frozenset(
            one.pk for one in chosen.names.resolution if one.key in named or not named
        )
        units = [
            one.pk
            for one in chosen.names.province
            if one.key in chosen.chosen_provinces
        ]
        return Scope(
            rows=chosen.qs,
            in_words=self.in_words,
            resolutions=resolutions,
            provinces=chosen.register.with_predecessors(units),
            sessions=frozenset(map(int, chosen.values.getlist("session"))),
            annexes=tuple(self.form.cleaned_data["annex"]),
        )
