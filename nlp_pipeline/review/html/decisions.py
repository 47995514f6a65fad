"""The decisions that a review page saves: one JSON file per reviewer and moment."""

import json
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from nlp_pipeline.errors import InputError
from nlp_pipeline.exchange import Found, Known, NotTaken, ReviewFile, Shown, Verdict
from nlp_pipeline.records import Origin

FORMAT = "nlp-pipeline decisions"
"""What a decisions file says that it is."""

VERSION = 1
"""The version of the decisions file that this program reads."""

_MOST_PROBLEMS = 10
_Place = Annotated[int, Field(ge=0)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _ShownCode(_Strict):
    code: str
    score: Annotated[float, Field(ge=0, le=1)] | None
    suggested: bool


class _Decision(_Strict):
    """One stretch; `passages` are the passages of the export that it was made from."""

    transcript: str
    name: str
    text_sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    start: _Place
    end: _Place
    quote: str
    passages: list[Annotated[list[_Place], Field(min_length=2, max_length=2)]]
    decided: bool
    codes: list[str]
    rejected: list[str]
    note: str
    decided_at: Annotated[AwareDatetime, Field(strict=False)]
    origin: Literal["assisted", "blind", "imported"]
    shown: list[_ShownCode]

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> "_Decision":
        if self.end <= self.start or len(self.quote) != self.end - self.start:
            msg = "the quoted text is not as long as the stretch"
            raise ValueError(msg)
        if len({*self.codes, *self.rejected}) < len(self.codes) + len(self.rejected):
            msg = "a code is in it twice"
            raise ValueError(msg)
        return self


class _CodebookName(_Strict):
    name: str
    version: str


class _File(_Strict):
    format: Literal["nlp-pipeline decisions"]
    version: Literal[1]
    export: str
    program: str
    study: str
    created_at: str
    saved_at: Annotated[AwareDatetime, Field(strict=False)]
    coder: str
    present: str = ""
    blind: bool
    model: str
    codebook: _CodebookName
    decisions: list[_Decision]


def read(path: Path, known: Known) -> ReviewFile:
    """Return the decisions of a file that a review page saved.

    Args:
        path: The ``.json`` file.
        known: What the study knows; decisions with other codes are listed as not taken over.

    Raises:
        InputError: It is another kind of file, of a newer program, or damaged.
    """
    file = _parsed(path)
    found: list[Found] = []
    not_taken: list[NotTaken] = []
    for number, decision in enumerate(file.decisions, start=1):
        place = f"decision {number}"
        if not decision.decided:
            reason = "a note on a stretch that was not decided on"
            not_taken.append(NotTaken(place=place, reason=reason))
            continue
        not_taken += _unknown_codes(decision, known, place)
        found += _found(decision, file, known, place)
    return ReviewFile(
        format="html",
        found=tuple(found),
        not_taken=tuple(not_taken),
    )


def _found(decision: _Decision, file: _File, known: Known, place: str) -> Iterable[Found]:
    """Yield a verdict for every code of a stretch, or that it was seen and has none."""
    ids = set(known.codebook.code_ids)
    suggested = {shown.code for shown in decision.shown if shown.suggested}
    verdicts: list[tuple[str | None, Verdict]] = [
        (code, Verdict.ACCEPTED if code in suggested else Verdict.ADDED)
        for code in decision.codes
        if code in ids
    ]
    verdicts += [(code, Verdict.REJECTED) for code in decision.rejected if code in ids]
    if not decision.codes:
        verdicts.append((None, Verdict.SEEN))
    shown = {one.code: one for one in decision.shown}
    for code, verdict in verdicts:
        yield Found(
            transcript=decision.transcript,
            name=decision.name,
            text_sha256=decision.text_sha256,
            start=decision.start,
            end=decision.end,
            quote=decision.quote,
            code=code,
            verdict=verdict,
            coder=file.coder.strip(),
            origin=Origin(decision.origin),
            decided_at=decision.decided_at.isoformat(),
            shown=_shown(shown.get(code or ""), file.model),
            note=decision.note,
            place=place,
            decided_by=" ".join(file.present.split()),
        )


def _shown(shown: _ShownCode | None, model: str) -> Shown | None:
    if shown is None:
        return None
    return Shown(model_id=model, score=shown.score, suggested=shown.suggested)


def _unknown_codes(decision: _Decision, known: Known, place: str) -> Iterable[NotTaken]:
    ids = known.codebook.code_ids
    for code in (*decision.codes, *decision.rejected):
        if code not in ids:
            near = get_close_matches(code, ids, n=1)
            hint = f'; the nearest is "{near[0]}"' if near else ""
            book = f'codebook "{known.codebook.name}" version {known.codebook.version}'
            yield NotTaken(place=place, reason=f'code "{code}" is not in {book}{hint}')


def _parsed(path: Path) -> _File:
    try:
        value = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        msg = f"{path.name}: cannot be read ({error.strerror}); check that the file is there"
        raise InputError(msg) from error
    except (ValueError, RecursionError) as error:
        raise InputError(_not_json(path)) from error
    _check_kind(path, value)
    try:
        return _File.model_validate(value)
    except ValidationError as error:
        raise InputError(_problems(path, error)) from None


def _not_json(path: Path) -> str:
    if path.suffix.lower() in {".html", ".htm"}:
        return (
            f"{path.name}: this is a page, not the decisions made in it; open it in a browser, "
            'choose "Save decisions" and import the .json file that you get'
        )
    return (
        f"{path.name}: this is no JSON, or only a part of it; save the decisions again from the "
        "review page, which still holds them, and import the new file"
    )


def _check_kind(path: Path, value: object) -> None:
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        msg = (
            f'{path.name}: this JSON is not a decisions file (its "format" is not "{FORMAT}"); '
            'choose the file that "Save decisions" in a review page gave'
        )
        raise InputError(msg)
    if value.get("version") != VERSION:
        msg = (
            f"{path.name}: this decisions file has a version that is not {VERSION}, the one that "
            "this program reads; import it with the version of nlp-pipeline that wrote the page"
        )
        raise InputError(msg)


def _problems(path: Path, error: ValidationError) -> str:
    """Return what is wrong, without any value of the file: it may be a participant's words."""
    lines = []
    for problem in error.errors(include_input=False, include_url=False, include_context=False):
        where = ", ".join(
            f"decision {part + 1}" if isinstance(part, int) and before == "decisions" else str(part)
            for before, part in zip(("", *problem["loc"]), problem["loc"], strict=False)
            if part != "decisions"
        )
        lines.append(f"{where or 'the file'}: {problem['msg']}")
    more = len(lines) - _MOST_PROBLEMS
    shown = lines[:_MOST_PROBLEMS] + ([f"and {more} more"] if more > 0 else [])
    return f"{path.name}: this decisions file is damaged or was changed:\n  " + "\n  ".join(shown)
