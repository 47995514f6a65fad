"""How far coders agree, the model among them: measured on a study, and written."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from nlp_pipeline.analysis.agreement_records import Agreement, as_json
from nlp_pipeline.pipeline.agree_files import write_for_people
from nlp_pipeline.pipeline.agreed import measure
from nlp_pipeline.pipeline.asked import AgreeOptions
from nlp_pipeline.pipeline.coded import study_frame
from nlp_pipeline.pipeline.reporting import Progress, Silent
from nlp_pipeline.store import write_json

FOLDER: Final = "agreement"
"""Where the files go in the folder of the study."""

AGREEMENT_FILE, DISAGREEMENTS_FILE = "agreement.json", "disagreements.json"


@dataclass(frozen=True, kw_only=True)
class AgreeSummary:
    """What was measured and written; ``with_words`` of the files hold what participants said."""

    folder: Path
    agreement: Agreement
    files: tuple[str, ...]
    with_words: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the summary as JSON-like values: the figures of all passages, without parts.

        All the rest is in ``agreement.json``.
        """
        told = self.agreement
        parts = tuple(
            replace(
                part,
                comparisons=tuple(replace(c, slices=c.slices[:1]) for c in part.comparisons),
            )
            for part in told.parts
        )
        return {
            "folder": str(self.folder),
            "files": list(self.files),
            "files_with_words_of_participants": list(self.with_words),
            **as_json(replace(told, parts=parts)),
        }


def agree(
    study: Path,
    out: Path | None = None,
    *,
    options: AgreeOptions,
    progress: Progress | None = None,
) -> AgreeSummary:
    """Measure how far coders agree, and write what was found.

    Args:
        study: A study folder, a folder with results or a run.
        out: Where the files go, over those of an earlier time; None: ``agreement`` in the study.
        options: What to measure.
        progress: Where to show how far it is.

    Raises:
        InputError: There is no run or no coding, or a coder or attribute is not there.
        StoreError: The log or a table is damaged, or the disk refuses.
    """
    steps = progress or Silent()
    with steps.stage("Reading codings", None):
        found = study_frame(study, options.run or None)
    folder = out or found.place.folder / FOLDER
    # The passages themselves stay in the study, where its owner keeps them.
    inside = found.place.folder.resolve() in (folder / DISAGREEMENTS_FILE).resolve().parents
    agreement, disputes = measure(found, options, steps=steps, with_text=inside)
    with steps.stage("Writing", None):
        write_json(folder / AGREEMENT_FILE, as_json(agreement))
        write_json(folder / DISAGREEMENTS_FILE, as_json(disputes))
        written = write_for_people(found, agreement, disputes, folder, language=options.language)
    return AgreeSummary(
        folder=folder,
        agreement=agreement,
        files=(AGREEMENT_FILE, DISAGREEMENTS_FILE, *written.files),
        with_words=((DISAGREEMENTS_FILE,) if inside else ()) + written.with_words,
    )
