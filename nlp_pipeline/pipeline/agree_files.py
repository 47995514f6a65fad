"""What `agree` writes for people: a report, a workbook, a methods paragraph, a consensus page."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nlp_pipeline.analysis.agreement_records import Agreement, Disagreements
from nlp_pipeline.analysis.agreement_report import methods_texts, write_page, write_workbook
from nlp_pipeline.analysis.agreement_report.forests import PAGE
from nlp_pipeline.pipeline.coded import StudyFrame
from nlp_pipeline.pipeline.meeting import meeting_of, write_meeting
from nlp_pipeline.store import atomic_write

REPORT_FILE: Final = "agreement.html"
WORKBOOK_FILE: Final = "agreement.xlsx"


@dataclass(frozen=True, kw_only=True)
class Written:
    """The names of files; ``with_words`` of them hold what participants said."""

    files: tuple[str, ...]
    with_words: tuple[str, ...]


def write_for_people(
    found: StudyFrame,
    agreement: Agreement,
    disagreements: Disagreements,
    folder: Path,
    *,
    language: str,
) -> Written:
    """Write what people read of an agreement.

    The consensus page needs the passages, so it is written only if the disagreements hold them.

    Args:
        found: The study.
        agreement: What was measured.
        disagreements: Where coders differ.
        folder: Where the files go; it is there.
        language: In which they open.

    Raises:
        PipelineError: There are more disagreements than an Excel sheet can hold.
        StoreError: The disk refuses.
    """
    has_text = disagreements.has_text
    linked = has_text and bool(disagreements.passages)
    write_page(agreement, disagreements, folder / REPORT_FILE, language=language, linked=linked)
    write_workbook(agreement, disagreements, folder / WORKBOOK_FILE, language=language)
    names = []
    for own, text in methods_texts(agreement).items():
        names.append(f"methods.{own}.md")
        with atomic_write(folder / names[-1]) as temporary:
            temporary.write_bytes(text.encode("utf-8", errors="replace"))
    files = (REPORT_FILE, WORKBOOK_FILE, *names)
    if not linked:
        # What stands there is of an earlier time, and the report does not link to it.
        return Written(files=files, with_words=(WORKBOOK_FILE,) if has_text else ())
    compares_model = any(coder.is_model for coder in agreement.coders)
    model = agreement.model_id if compares_model else ""
    meeting = meeting_of(disagreements, agreement.people, model=model)
    write_meeting(found.place, found.codings, meeting, folder / PAGE, language=language)
    return Written(files=(*files, PAGE), with_words=(WORKBOOK_FILE, PAGE))
