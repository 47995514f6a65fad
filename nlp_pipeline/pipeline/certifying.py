"""A certificate for a study, from what people coded blind in the interviews kept for the test."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from nlp_pipeline.certify import Certified, Promise, certify, people_of
from nlp_pipeline.config import StudySettings, read_settings
from nlp_pipeline.errors import InputError
from nlp_pipeline.frame import CONSENSUS, Frame
from nlp_pipeline.ids import sha256_json
from nlp_pipeline.intervals import Measured
from nlp_pipeline.pipeline.certificate import (
    Certificate,
    CodeCertificate,
    Estimate,
    LeftToModel,
    NeededMore,
    Void,
    read_certificate,
    segmentation_sha256,
    write_certificate,
)
from nlp_pipeline.pipeline.coded import StudyFrame, study_frame
from nlp_pipeline.pipeline.heritage import learned_from
from nlp_pipeline.pipeline.manifest import CodebookUsed
from nlp_pipeline.pipeline.reviewing import now
from nlp_pipeline.pipeline.splitting import study_split
from nlp_pipeline.pipeline.study import STUDY_FILE
from nlp_pipeline.pipeline.workplace import Workplace, find_workplace
from nlp_pipeline.records import UNTRAINED, Origin
from nlp_pipeline.resample import Reals


@dataclass(frozen=True, kw_only=True)
class CertifySummary:
    """A certificate and where it is; ``changed`` is what voids it, nothing for a new one."""

    path: Path
    certificate: Certificate
    changed: tuple[Void, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """1 if the certificate is void, else 0."""
        return 1 if self.changed else 0

    def to_json(self) -> dict[str, Any]:
        """Return the summary as a JSON-like mapping."""
        return {
            "path": str(self.path),
            "void": list(self.changed),
            "notes": list(self.notes),
            **self.certificate.model_dump(mode="json"),
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class Held:
    """The passages of held-out interviews that somebody coded blind, with the model's scores."""

    frame: Frame
    scores: Reals

    @property
    def people(self) -> tuple[str, ...]:
        """The coders that are people."""
        return tuple(self.frame.coders[row] for row in people_of(self.frame))


def certify_study(study: Path, *, run: str | None = None, promise: Promise) -> CertifySummary:
    """Certify the model of a run and write the certificate into the study folder.

    Args:
        study: The study folder.
        run: The name of a run; the newest if left out.
        promise: Which errors are allowed.

    Raises:
        InputError: It is no study, no model was trained on its codebook, the codebook has changed
            since the run, or no passage of a test interview was coded blind.
        StoreError: A file is damaged, or the disk refuses.
    """
    found = study_frame(study, run)
    _check(found.place)
    held = held_out(found)
    if not len(held.frame.passages):
        raise InputError(_nothing_held(found.place))
    rows = certify(held.frame, held.scores, promise=promise)
    certificate = _certificate(found.place, held, rows, promise)
    path = write_certificate(certificate, found.place.folder)
    return CertifySummary(path=path, certificate=certificate, notes=found.left_out.notes)


def check_certificate(study: Path) -> CertifySummary:
    """Return the certificate of a study and what has changed since it was issued.

    The model that counts is that of the newest run.

    Raises:
        InputError: It is no study, or it has no certificate.
        StoreError: The certificate is damaged.
    """
    place = find_workplace(study)
    certificate = read_certificate(place.folder)
    if certificate is None:
        msg = f"{place.folder}: has no certificate yet; make one with nlp-pipeline certify"
        raise InputError(msg)
    return CertifySummary(
        path=place.folder,
        certificate=certificate,
        changed=certificate.void(
            _settings(place), sha256_json(asdict(place.codebook)), place.manifest.model.id
        ),
    )


def held_out(found: StudyFrame) -> Held:
    """Return what people coded blind in test interviews, with the model as the last coder.

    Interviews that the model has learned from are left out, wherever they are kept.

    Raises:
        InputError: It is no study, or its split is wrong.
        StoreError: The disk refuses.
    """
    test = study_split(found.place).test - learned_from(found.place)
    blind = found.by_origin.get(Origin.BLIND)
    if blind is None:
        return Held(frame=found.frame.of(passages=np.array([], dtype=int)), scores=found.scores[:0])
    frame = _settled(found, blind)
    in_test = np.array([name in test for name in frame.interviews], dtype=np.bool_)
    read = frame.seen[people_of(frame)].any(axis=0) & frame.seen[-1] & in_test
    return Held(frame=frame.of(passages=read), scores=found.scores[read])


def _nothing_held(place: Workplace) -> str:
    test = study_split(place).test
    spent = test & learned_from(place)
    if spent:
        return (
            f"{place.folder}: the model has learned from {len(spent)} of the {len(test)} "
            "interviews kept for the test (split.csv), as there were too few others then, and no "
            "other of them was coded blind; have more interviews coded (nlp-pipeline next), train "
            "again, run the study again, then certify"
        )
    return (
        f"{place.folder}: no passage of the interviews kept for the test (split.csv) was coded "
        "blind, so there is nothing to certify with; draw passages of them with nlp-pipeline next "
        "and have them coded"
    )


def _settled(found: StudyFrame, blind: Frame) -> Frame:
    """Return what was coded blind, with the consensus on it, which saw what others said."""
    frame = blind.of(coders=[blind.coders[row] for row in (*people_of(blind), -1)])
    if CONSENSUS not in found.frame.coders:
        return frame
    own = found.frame.of(coders=[CONSENSUS])
    return replace(
        frame,
        coders=(*own.coders, *frame.coders),
        coded=np.concatenate([own.coded, frame.coded]),
        seen=np.concatenate([own.seen, frame.seen]),
        origin=(*own.origin, *frame.origin),
    )


def _check(place: Workplace) -> None:
    model = place.manifest.model.id
    if not place.is_study:
        msg = f"{place.folder}: only a study can have a certificate; there is no {STUDY_FILE}"
        raise InputError(msg)
    if model.startswith(UNTRAINED):
        msg = (
            f"{place.run}: its suggestions are by comparison with the codebook, and no model was "
            "trained on it; train one with nlp-pipeline train, run the study again, then certify"
        )
        raise InputError(msg)
    if place.notes or place.manifest.settings.get("segment") != _settings(place).segment.model_dump(
        mode="json"
    ):
        msg = (
            f"{place.run}: the codebook or the settings of the passages have changed since this "
            "run; run the study again, then certify"
        )
        raise InputError(msg)


def _settings(place: Workplace) -> StudySettings:
    return read_settings(place.folder / STUDY_FILE)


def _certificate(
    place: Workplace, held: Held, rows: tuple[Certified, ...], promise: Promise
) -> Certificate:
    codebook = place.codebook
    return Certificate(
        issued_at=now(),
        run_id=place.manifest.run_id,
        model_id=place.manifest.model.id,
        codebook=CodebookUsed(
            name=codebook.name, version=codebook.version, sha256=sha256_json(asdict(codebook))
        ),
        segmentation_sha256=segmentation_sha256(_settings(place)),
        **asdict(promise),
        coders=len(held.people),
        interviews=len({*held.frame.interviews}),
        passages=len(held.frame.passages),
        codes=tuple(map(_code, rows)),
    )


def _code(row: Certified) -> CodeCertificate:
    return CodeCertificate(
        code=row.code,
        word=row.word,
        why=row.why,
        passages=row.passages,
        interviews=row.interviews,
        coded=row.coded,
        prevalence=row.prevalence,
        suggested=row.suggested,
        wrong=row.wrong,
        accept=LeftToModel(**asdict(row.accept)),
        dismiss=LeftToModel(**asdict(row.dismiss)),
        kappa=_estimate(row.kappa),
        people=_estimate(row.people),
        needed=None if row.needed is None else NeededMore(**asdict(row.needed)),
    )


def _estimate(measured: Measured) -> Estimate:
    return Estimate(
        value=measured.figure.value,
        low=measured.interval.low,
        high=measured.interval.high,
        reason=measured.figure.reason or measured.interval.reason,
    )
