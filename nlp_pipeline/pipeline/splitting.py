"""The split of a study's interviews in ``split.csv``: drawn once, added to, and never moved.

An interview is recognised by its id, else by its text, else by its name, so that neither a renamed
nor a corrected transcript can get from one split into another; nor can a copy.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from nlp_pipeline.corpus import SPLITS, TEST
from nlp_pipeline.decisions import Decision
from nlp_pipeline.decisions.place import folded, names_of
from nlp_pipeline.errors import InputError
from nlp_pipeline.exchange import text_sha256
from nlp_pipeline.pipeline.attributes import ATTRIBUTES, read_attributes
from nlp_pipeline.pipeline.splitfile import Kept, read_seal, read_split, write_seal, write_split
from nlp_pipeline.pipeline.workplace import Workplace
from nlp_pipeline.records import Origin, Transcript
from nlp_pipeline.sample import Group
from nlp_pipeline.split import Interview, assign
from nlp_pipeline.store import lock_folder
from nlp_pipeline.wording import counted

SPLIT_FILE = "split.csv"
"""In a study folder: which interviews a model learns from, and on which it is measured."""

SEAL_FILE = ".split.json"
"""In a study folder: the split as it was when the first codings came."""

SEED = 20


@dataclass(frozen=True, kw_only=True)
class StudySplit:
    """The split of a study.

    Attributes:
        rows: All that is in the file, also of transcripts that are not in view.
        splits: The split of each transcript in view, by its id.
    """

    rows: tuple[Kept, ...]
    splits: Mapping[str, str]

    def interviews(self, *splits: str) -> tuple[str, ...]:
        """Return the ids of the transcripts in view that are in one of these splits."""
        return tuple(name for name, split in self.splits.items() if split in splits)

    @property
    def test(self) -> frozenset[str]:
        """The ids of the transcripts on which a model is only measured."""
        return frozenset(self.interviews(TEST))


def study_split(place: Workplace) -> StudySplit:
    """Return the split of a study; it is drawn now where it was not, and sealed if there are codes.

    Raises:
        InputError: It is no study; ``split.csv`` or ``attributes.csv`` is wrong; or an interview
            was moved after the first codings came.
        StoreError: The disk refuses.
    """
    if not place.is_study:
        msg = f"{place.folder}: only a study has a split of its interviews; there is no study.yaml"
        raise InputError(msg)
    found = keep_split(place.folder, place.results.transcripts)
    seal_split(place.folder, place.log_path)
    return found


def keep_split(folder: Path, transcripts: Sequence[Transcript], *, seed: int = SEED) -> StudySplit:
    """Put the transcripts that are in no split yet into one, and return the split of all.

    Args:
        folder: The study folder.
        transcripts: Those of a run.
        seed: The seed for those that are new; it is kept beside them.

    Raises:
        InputError: ``split.csv`` or ``attributes.csv`` is wrong, or an interview was moved after
            the first codings came.
        StoreError: The disk refuses.
    """
    path = folder / SPLIT_FILE
    with lock_folder(folder):
        before = read_split(path)
        sealed = read_seal(folder / SEAL_FILE)
        rows = _as_sealed(before, sealed, path)
        rows, known = _recognised(rows, transcripts)
        unknown = [t for t in transcripts if t.id not in known]
        rows += _drawn(folder, transcripts, unknown, known, seed)
        if rows != before:
            write_split(path, rows)
    _check(rows, path)
    splits = {row.id: row.split for row in rows}
    return StudySplit(rows=tuple(rows), splits={t.id: splits[t.id] for t in transcripts})


def seal_split(folder: Path, log: Path) -> None:
    """Keep the split as it is, once there is a log of codings; what is added later comes along."""
    path = folder / SPLIT_FILE
    if log.is_file() and path.is_file():
        rows, sealed = read_split(path), read_seal(folder / SEAL_FILE)
        if _as_sealed(rows, sealed, path) != sealed:
            write_seal(folder / SEAL_FILE, rows)


def shown_notes(place: Workplace, transcripts: Collection[str]) -> list[str]:
    """Return what to say when suggestions on these transcripts are shown to people.

    Raises:
        InputError: ``split.csv`` or ``attributes.csv`` is wrong.
        StoreError: The disk refuses.
    """
    shown = study_split(place).test & {*transcripts} if place.is_study else ()
    if not shown:
        return []
    are = "is" if len(shown) == 1 else "are"
    return [
        f"{len(shown)} of these interviews {are} kept to test models on ({SPLIT_FILE}), and this "
        "file shows suggestions for them: who has seen those can no longer code them blind. Have "
        "them coded blind first, with nlp-pipeline sample"
    ]


def kept_to_test(folder: Path) -> frozenset[str]:
    """Return the ids of the transcripts on which models are tested; none before there is a split.

    Raises:
        InputError: ``split.csv`` is wrong.
        StoreError: It cannot be read.
    """
    return frozenset(row.id for row in read_split(folder / SPLIT_FILE) if row.split == TEST)


def uncoded_notes(
    place: Workplace, transcripts: Sequence[Transcript], log: Iterable[Decision]
) -> list[str]:
    """Return what to say of test interviews that nobody has coded blind, while there are any."""
    try:
        kept = kept_to_test(place.folder) if place.is_study else frozenset()
    except InputError:
        return []  # whoever drew the split has said so
    coded = {decision.transcript_id for decision in log if decision.origin is Origin.BLIND}
    there = [t.id for t in transcripts if t.id in kept]
    left = len({*there} - coded)
    if not left:
        return []
    are = "is" if len(there) == 1 else "are"
    return [
        f"{len(there)} of {counted(len(transcripts), 'interview')} {are} kept to test models on "
        f"({SPLIT_FILE}) and marked in the review files; {left} of these nobody has coded blind "
        "yet. Have that done with nlp-pipeline next or sample before anybody reads the suggestions "
        "on them"
    ]


def _as_sealed(rows: list[Kept], sealed: Sequence[Kept], path: Path) -> list[Kept]:
    """Return the rows with those that were deleted; refuse them if an interview was moved."""
    moved, lost = [], []
    for kept in sealed:
        now = next((row for row in rows if row.is_like(kept)), None)
        if now is None:
            lost.append(kept)
        elif now.split != kept.split:
            moved.append(f'{path}: "{now.name}" is in "{now.split}" and was in "{kept.split}"')
    if moved:
        msg = (
            "\n".join(moved[:10]) + "\nThere are codings already, so that no interview can change "
            "its split any more; put it back"
        )
        raise InputError(msg)
    return [*rows, *lost]


def _recognised(
    rows: Sequence[Kept], transcripts: Sequence[Transcript]
) -> tuple[list[Kept], dict[str, str]]:
    """Return the rows with the present names of transcripts, and the split of those known."""
    rows, known = list(rows), dict[str, str]()
    claimed = set[int]()
    for column in ("id", "text_sha256", "name"):
        index = _index(rows, column)
        for t in transcripts:
            names = {"id": {t.id}, "text_sha256": {text_sha256(t.text)}, "name": names_of(t)}
            place = next((index[name] for name in sorted(names[column]) if name in index), None)
            if t.id in known or place is None or (column == "name" and place in claimed):
                continue
            known[t.id] = rows[place].split
            if place in claimed:
                rows.append(_present(rows[place], t))  # a copy goes where the other one is
            else:
                rows[place] = _present(rows[place], t)
                claimed.add(place)
    return rows, known


def _index(rows: Sequence[Kept], column: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, row in enumerate(rows):
        value = getattr(row, column)
        found.setdefault(folded(value) if column == "name" else value, number)
    return found


def _present(row: Kept, t: Transcript) -> Kept:
    return replace(row, id=t.id, name=t.source_name, text_sha256=text_sha256(t.text))


def _drawn(
    folder: Path,
    transcripts: Sequence[Transcript],
    unknown: Sequence[Transcript],
    known: Mapping[str, str],
    seed: int,
) -> list[Kept]:
    if not unknown:
        return []
    groups = _groups(folder, transcripts)
    kept = [
        (Interview(key=t.id, group=groups[t.id]), known[t.id]) for t in transcripts if t.id in known
    ]
    texts = {text_sha256(t.text): t for t in reversed(unknown)}
    new = [Interview(key=text, group=groups[t.id]) for text, t in texts.items()]
    found = assign(new, kept, seed=seed)
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    return [
        Kept(
            id=t.id,
            name=t.source_name,
            split=found[text_sha256(t.text)],
            drawn_at=moment,
            seed=str(seed),
            text_sha256=text_sha256(t.text),
        )
        for t in unknown
    ]


def _groups(folder: Path, transcripts: Sequence[Transcript]) -> dict[str, Group]:
    attributes = read_attributes(folder / ATTRIBUTES, transcripts)
    first = next((name for own in attributes.values() for name in own), None)
    return {
        t.id: (t.language,) if first is None else (t.language, attributes[t.id].get(first, ""))
        for t in transcripts
    }


def _check(rows: Iterable[Kept], path: Path) -> None:
    used = [row.split for row in rows]
    missing = [split for split in (SPLITS[0], TEST) if split not in used]
    if len(used) > 1 and missing:
        msg = f'{path}: no interview is in the split "{missing[0]}"; put one of them there'
        raise InputError(msg)
