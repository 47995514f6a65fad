"""The report of an evaluation: one HTML file with figures only, in every language at once."""

from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from nlp_pipeline import __version__
from nlp_pipeline.analysis import forests, sections, summary
from nlp_pipeline.analysis.pictures import key
from nlp_pipeline.analysis.records import CodeRow, Estimate, Evaluation
from nlp_pipeline.analysis.speech import Speech
from nlp_pipeline.codebook import Codebook
from nlp_pipeline.review.page import TEMPLATES, content_policy, make_environment
from nlp_pipeline.review.words import words
from nlp_pipeline.store import atomic_write
from nlp_pipeline.wording import UI_LANGUAGES

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, kw_only=True)
class Version:
    """The report in one language; the template asks it for what it shows."""

    evaluation: Evaluation
    speech: Speech

    @property
    def code_groups(self) -> list[tuple[str, list[CodeRow]]]:
        """The rows of the table of codes, by facet."""
        codes = forests.whole_slice(self.evaluation).codes
        facets = dict.fromkeys(row.facet for row in codes)
        return [
            (self.speech.facet(facet), [row for row in codes if row.facet == facet])
            for facet in facets
        ]

    @property
    def reasons(self) -> list[str]:
        """Why figures or intervals of the table of codes are missing, each once."""
        found = (
            estimate.reason
            for row in forests.whole_slice(self.evaluation).codes
            for estimate in figures(row)
            if estimate.reason
        )
        first, *rest = [self.speech.reason(reason) for reason in dict.fromkeys(found)] or [""]
        return [first, *(reason[:1].upper() + reason[1:] for reason in rest)] if first else []


def write_report(
    evaluation: Evaluation, path: Path, *, codebook: Codebook | None, language: str = "en"
) -> None:
    """Write the report; the same evaluation gives the same bytes.

    Args:
        evaluation: What was measured.
        path: The ``.html`` file.
        codebook: Gives codes and facets their names; None shows ids.
        language: The language in which it opens, one of `UI_LANGUAGES`; a reader can switch.

    Raises:
        PipelineError: The language is unknown.
        StoreError: The disk refuses.
    """
    page = to_html(evaluation, codebook=codebook, language=language)
    with atomic_write(path) as temporary:
        temporary.write_bytes(page.encode("utf-8", errors="replace"))


def to_html(evaluation: Evaluation, *, codebook: Codebook | None, language: str = "en") -> str:
    """Return the report as HTML. Raises `PipelineError` for an unknown language."""
    words(language)
    style = _file(TEMPLATES, "overview.css") + _file(_TEMPLATES, "report.css")
    script = _file(_TEMPLATES, "report.js")
    versions = [
        Version(evaluation=evaluation, speech=Speech(language=other, codebook=codebook))
        for other in UI_LANGUAGES
    ]
    return (
        make_environment(_TEMPLATES)
        .get_template("report.html.j2")
        .render(
            evaluation=evaluation,
            codebook=codebook,
            versions=versions,
            language=language,
            ui_languages=UI_LANGUAGES,
            forests=forests,
            sections=sections,
            summary=summary,
            figures=figures,
            key=key,
            style=Markup(style),
            script=Markup(script),
            policy=content_policy(style, script),
            version=__version__,
        )
    )


def figures(row: CodeRow) -> tuple[Estimate, ...]:
    """Return the figures of a code in the order of the table's columns."""
    return (
        row.precision,
        row.recall,
        row.f1,
        row.average_precision,
        row.kappa,
        row.human_kappa,
    )


def _file(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")
