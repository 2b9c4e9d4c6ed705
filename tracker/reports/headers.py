"""The blocks that stand above and below official documents, in both forms.

Party bodies follow domain facts §5.2, State bodies §5.1; the two are never mixed: the
form is that of the issuing body. What only a signer knows stays open.
"""

from datetime import date

from django.utils.translation import gettext as _

from provinces.choices import DocumentForm, OrganisationKind
from provinces.models import Organisation
from provinces.register import Register
from tracker.reports.parts import Header

OPEN = "……"
PARTY_KINDS = {OrganisationKind.CENTRAL_PARTY, OrganisationKind.PROVINCIAL_PARTY}


def form_of(body: Organisation) -> DocumentForm:
    """Give the form of a body's documents: its own, else that of its kind."""
    if body.document_form:
        return DocumentForm(body.document_form)
    return DocumentForm.PARTY if body.kind in PARTY_KINDS else DocumentForm.STATE


def build_header(issuer: Organisation, *, on: date, register: Register) -> Header:
    """Say who issues a document, with number, day, signer and recipients left open."""
    name = issuer.name.upper()
    above = issuer.parent_id
    parent = register.bodies[above].name.upper() if above else ""
    place = {"place": _place_of(issuer, on, register)}
    if form_of(issuer) == DocumentForm.PARTY:
        return Header(
            form=DocumentForm.PARTY.value,
            nation=_("COMMUNIST PARTY OF VIET NAM"),
            motto="",
            parent=parent,
            issuer=name,
            mark="*",
            number=_("No. %(open)s-BC/%(open)s") % {"open": OPEN},
            place_and_date=_("%(place)s, day …… month …… year ……") % place,
            draft=_("DRAFT"),
            authority=f"T/M {name}",
            recipients_head=_("Recipients"),
            recipients=(f"- {OPEN}", _("Filed")),
        )
    return Header(
        form=DocumentForm.STATE.value,
        nation=_("SOCIALIST REPUBLIC OF VIET NAM"),
        motto=_("Independence - Freedom - Happiness"),
        parent=parent,
        issuer=name,
        mark="",
        number=_("No.: %(open)s/BC-%(open)s") % {"open": OPEN},
        place_and_date=_("%(place)s, day …… month …… year ……") % place,
        draft=_("DRAFT"),
        authority=f"TM. {name}",
        recipients_head=_("Recipients:"),
        recipients=(f"- {OPEN};", _("- Filed: %(open)s.") % {"open": f"VT, {OPEN}"}),
    )


def _place_of(issuer: Organisation, on: date, register: Register) -> str:
    """Name the province the body sits in; of central bodies nothing is recorded."""
    if issuer.province_id is None:
        return OPEN
    return register.units[issuer.province_id].name_on(on).name
