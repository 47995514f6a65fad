"""The stages of a run, file by file; what one file needs is kept as soon as it is done."""

from collections.abc import Callable, Sequence

from nlp_pipeline.errors import InputError, MissingExtraError
from nlp_pipeline.pipeline.inputs import Input, without_path
from nlp_pipeline.pipeline.job import Job
from nlp_pipeline.pipeline.manifest import Refused, Warned
from nlp_pipeline.pipeline.work import Prepared, Work
from nlp_pipeline.readers import read_source
from nlp_pipeline.records import Suggestion
from nlp_pipeline.segment import segment_transcript

Part = tuple[Input, Prepared]
"""A file and what was read from it."""


def prepare_all(job: Job) -> list[Part]:
    """Read every file and cut it into passages; what cannot be read is refused in the job."""
    work, done, texts = job.work, [], dict[str, str]()
    with job.progress.stage("Reading transcripts", len(job.inputs)) as advance:
        for item in job.inputs:
            prepared = _prepare(job, work, item)
            if prepared is not None:
                done.append((item, prepared))
                _warn(job, item, prepared, texts)
            advance(1)
    return done


def _prepare(job: Job, work: Work, item: Input) -> Prepared | None:
    if item.reason:
        job.refused.append(Refused(name=item.name, reason=item.reason))
        return None
    prepared = work.prepared(item)
    if prepared is None:
        try:
            prepared = _read_and_cut(job, item)
        except (InputError, MissingExtraError) as error:
            reason = without_path(str(error), item.source)
            job.refused.append(Refused(name=item.name, reason=reason))
            return None
        work.save_prepared(item, prepared)
    return prepared


def _read_and_cut(job: Job, item: Input) -> Prepared:
    settings = job.study.settings
    result = read_source(item.source, settings.read)
    if result.transcript.source_sha256 != item.sha256:
        msg = "the file was changed while it was being read; run again"
        raise InputError(msg)
    passages = result.passages
    if passages is None:
        embed = job.classifier.embed if settings.segment.topic_similarity else None
        passages = segment_transcript(result.transcript, settings.segment, embed=embed)
    warnings = [without_path(text, item.source) for text in result.warnings]
    if not passages:
        warnings.append(
            "nobody but an interviewer speaks here, so there is nothing to code; "
            'if that is wrong, say who is who under "read: roles:" in study.yaml'
        )
    return Prepared(
        transcript=result.transcript, passages=tuple(passages), warnings=tuple(warnings)
    )


def _warn(job: Job, item: Input, prepared: Prepared, texts: dict[str, str]) -> None:
    first = texts.setdefault(prepared.transcript.text, item.name)
    own = list(prepared.warnings)
    if first != item.name:
        own.append(f'holds the same text as "{first}"; both are counted')
    job.warnings += [Warned(name=item.name, text=text) for text in own]


def classify_all(job: Job, prepared: Sequence[Part]) -> list[Suggestion]:
    """Suggest codes for every passage, in the order of the passages and of the codebook."""
    work, found = job.work, list[Suggestion]()
    total = sum(len(part.passages) for _, part in prepared)
    with job.progress.stage("Classifying passages", total) as advance:
        for item, part in prepared:
            suggestions = work.suggestions(item)
            if suggestions is None:
                suggestions = _classify(job, part, advance)
                work.save_suggestions(item, suggestions)
            else:
                advance(len(part.passages))
            found += suggestions
    return found


def _classify(job: Job, part: Prepared, advance: Callable[[int], None]) -> tuple[Suggestion, ...]:
    done = 0

    def step(number: int) -> None:
        nonlocal done
        done += number
        advance(number)

    suggestions: tuple[Suggestion, ...] = ()
    if part.passages:
        suggestions = job.classifier.classify(part.passages, progress=step)
    advance(len(part.passages) - done)  # those that are not classified count as done as well
    # In the order of the study's codebook, which may differ from the model's and have fewer codes.
    passages = {passage.id: place for place, passage in enumerate(part.passages)}
    codes = {code: place for place, code in enumerate(job.study.codebook.code_ids)}
    kept = (suggestion for suggestion in suggestions if suggestion.code in codes)
    return tuple(sorted(kept, key=lambda s: (passages[s.passage_id], codes[s.code])))
