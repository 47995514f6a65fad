"""The report of agreement as one HTML file with figures only, in every language at once."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from markupsafe import Markup

from nlp_pipeline import __version__
from nlp_pipeline.analysis.agreement_records import Agreement, Disagreements, Part
from nlp_pipeline.analysis.agreement_report import findings, forests, methods, tables
from nlp_pipeline.analysis.agreement_report.forests import Forest
from nlp_pipeline.analysis.agreement_report.speaking import Telling
from nlp_pipeline.analysis.pictures import key
from nlp_pipeline.review.page import TEMPLATES, content_policy, make_environment
from nlp_pipeline.review.words import words
from nlp_pipeline.store import atomic_write
from nlp_pipeline.wording import UI_LANGUAGES

_TEMPLATES = Path(__file__).parents[1] / "templates"


@dataclass(frozen=True, kw_only=True, eq=False)
class Version:
    """The report in one language; the template asks it for what it shows."""

    say: Telling
    disagreements: Disagreements
    linked: bool

    @property
    def part(self) -> Part:
        """The codings to go by."""
        return self.say.told.parts[0]

    @cached_property
    def found(self) -> list[tuple[str, list[str]]]:
        """What was found of each facet, in words."""
        return findings.facet_findings(self.part, self.say)

    @property
    def others(self) -> list[str]:
        """What else was found."""
        return findings.other_findings(self.disagreements, self.say)

    @cached_property
    def codes(self) -> tuple[Forest, ...]:
        """The pictures of the codes."""
        return forests.code_forests(self.part, self.say, linked=self.linked)

    @cached_property
    def parts(self) -> tuple[Forest, ...]:
        """The pictures of languages, roles and attributes."""
        return forests.part_forests(self.part, self.say)

    @cached_property
    def anchor(self) -> Forest | None:
        """The picture of the anchoring effect."""
        return forests.anchor_forest(self.say.told.anchoring, self.say)

    @cached_property
    def three(self) -> list[tables.Three]:
        """The three figures apart."""
        return tables.three_figures(self.part, self.say)

    @cached_property
    def mixed(self) -> list[tables.Grid]:
        """What is taken for what, of the codings that the disagreements are from."""
        return tables.mixed_up(self._mixed_part, self.disagreements, self.say)

    @property
    def unmixed(self) -> int:
        """Of how many more pairs that could be shown."""
        return max(0, len(tables.pairs_of(self._mixed_part)) - tables.MOST_MIXED)

    @property
    def mixed_way(self) -> str:
        """What that goes by, in words, where it is not what the figures go by."""
        way = self._mixed_part.way
        if way == self.part.way:
            return ""
        return self.say.word("goes_by", way=self.say.word(f"way_{way}"))

    @property
    def _mixed_part(self) -> Part:
        return self.say.told.part(self.disagreements.way) or self.part

    @property
    def figures(self) -> list[tuple[str, list[tables.Figures]]]:
        """Every figure, by how codings came about."""
        return [
            (self.say.word(part.way), tables.all_figures(part, self.say))
            for part in self.say.told.parts
        ]

    @property
    def reasons(self) -> list[str]:
        """Why figures or intervals are missing."""
        return tables.reasons(self.part, self.say)

    @cached_property
    def hardest(self) -> list[tables.Hard]:
        """The hardest passages."""
        return tables.hardest(self.disagreements, self.say, linked=self.linked)

    @cached_property
    def methods(self) -> str:
        """The paragraph for a methods section."""
        return methods.paragraph(self.say)

    @property
    def references(self) -> list[str]:
        """What that paragraph refers to."""
        return methods.references(self.methods)

    @property
    def people(self) -> str:
        """The coders that are people, in a sentence."""
        return self.say.listed(self.say.coder(name) for name in self.say.told.people)


def write_page(
    agreement: Agreement,
    disagreements: Disagreements,
    path: Path,
    *,
    language: str = "en",
    linked: bool = True,
) -> None:
    """Write the report; the same figures give the same bytes.

    Args:
        agreement: What was measured.
        disagreements: Where coders differ; no words of participants are taken from it.
        path: The ``.html`` file.
        language: The language in which it opens; a reader can switch.
        linked: Whether the consensus page stands beside it, for figures to link to.

    Raises:
        PipelineError: The language is unknown.
        StoreError: The disk refuses.
    """
    page = to_html(agreement, disagreements, language=language, linked=linked)
    with atomic_write(path) as temporary:
        temporary.write_bytes(page.encode("utf-8", errors="replace"))


def to_html(
    agreement: Agreement,
    disagreements: Disagreements,
    *,
    language: str = "en",
    linked: bool = True,
) -> str:
    """Return the report as HTML. Raises `PipelineError` for an unknown language."""
    words(language)
    style = "".join(
        (folder / name).read_text(encoding="utf-8")
        for folder, name in (
            (TEMPLATES, "overview.css"),
            (_TEMPLATES, "report.css"),
            (_TEMPLATES, "agreement.css"),
        )
    )
    script = "".join(
        (_TEMPLATES / name).read_text(encoding="utf-8") for name in ("report.js", "agreement.js")
    )
    versions = [
        Version(
            say=Telling(language=other, told=agreement),
            disagreements=disagreements,
            linked=linked,
        )
        for other in UI_LANGUAGES
    ]
    return (
        make_environment(_TEMPLATES)
        .get_template("agreement.html.j2")
        .render(
            agreement=agreement,
            versions=versions,
            language=language,
            ui_languages=UI_LANGUAGES,
            page=forests.PAGE,
            key=key,
            style=Markup(style),
            script=Markup(script),
            policy=content_policy(style, script),
            version=__version__,
        )
    )
