"""The paragraph for a methods section, with the figures filled in; no word of a participant."""

from collections.abc import Iterable, Iterator
from statistics import median

from nlp_pipeline.analysis.agreement_records import Agreement, Comparison, Part, Way
from nlp_pipeline.analysis.agreement_report.choosing import (
    best,
    figure_of,
    model_pairs,
    people_of,
)
from nlp_pipeline.analysis.agreement_report.methods_phrases import REFERENCES, TEXT
from nlp_pipeline.analysis.agreement_report.speaking import Telling
from nlp_pipeline.frame import CONSENSUS


def paragraph(say: Telling) -> str:
    """Return the paragraph in the language of the speaker."""
    part = say.told.parts[0] if say.told.parts else None
    return " ".join(filter(None, _sentences(part, say)))


def references(text: str) -> list[str]:
    """Return what a paragraph refers to."""
    return [work for mark, work in REFERENCES.items() if mark in text]


def to_markdown(say: Telling) -> str:
    """Return the paragraph with a heading and its references."""
    text = paragraph(say)
    works = "\n".join(f"- {work}" for work in references(text))
    heading = _word(say, "heading")
    return f"## {heading}\n\n{text}\n\n### {_word(say, 'references')}\n\n{works}\n"


def _sentences(part: Part | None, say: Telling) -> Iterator[str]:
    told = say.told
    yield _material(say)
    yield "; ".join(_coders(say)) + "."
    yield _word(say, "units")
    if part is not None:
        yield from _statistics(part, say)
        yield from _results(part, say)
        yield from _stretches(part, say)
    settled = next((c for c in told.coders if c.is_consensus), None)
    if settled is not None:
        yield _word(say, "settled", passages=say.passages(settled.seen.get("all", 0)))
    yield _word(say, "program", version=told.package_version)


def _material(say: Telling) -> str:
    told = say.told
    languages = ", ".join(
        f"{say.name(name)} {say.count(count)}" for name, count in told.languages.items()
    )
    return _word(
        say,
        "material",
        passages=say.passages(told.passages),
        interviews=say.interviews(told.interviews),
        languages=languages,
        codebook=told.codebook,
        version=told.codebook_version,
        codes=say.number_of_codes(sum(len(facet.codes) for facet in told.facets)),
    )


def _coders(say: Telling) -> Iterator[str]:
    told = say.told
    for coder in told.coders:
        if coder.is_model or coder.is_consensus:
            continue
        seen = coder.seen.get("all", 0)
        blind = coder.seen.get("blind", 0)
        key = "coder"
        if coder.seen.get("imported", 0):
            # Of a coding from other software nobody knows what was in view.
            key = "coder_unknown"
        elif seen == 1:
            key = "coder_one_blind" if blind else "coder_one_assisted"
        share = say.percent(seen / told.passages) if told.passages else "–"
        yield _word(
            say,
            key,
            name=coder.name,
            seen=say.passages(seen),
            share=share,
            blind=say.count(blind),
        )


def _statistics(part: Part, say: Telling) -> Iterator[str]:
    people = people_of(part)
    way: Way = part.way
    kind = "group" if people is not None and people.kind != "pair" else "pair"
    yield _word(say, f"{kind}_statistics") + _word(say, "set_statistics")
    yield _word(say, say.told.method, resamples=say.count(say.told.resamples))
    yield _word(say, "bands")
    yield _word(say, way)


def _results(part: Part, say: Telling) -> Iterator[str]:
    people = people_of(part)
    if people is not None:
        yield from _of_people(people, say)
    if say.told.model_id.startswith("untrained:") and model_pairs(part):
        yield _word(say, "untrained")
    if say.told.learned_from and model_pairs(part):
        yield _word(say, "learned_from", count=say.count(say.told.learned_from))
    for pair in model_pairs(part):
        values = [v for _, v, _ in _values(pair)]
        person = next(name for name in pair.coders if name != say.told.model_id)
        if values:
            yield _word(
                say,
                "model",
                model=say.told.model_id,
                name=say.coder(person),
                passages=say.passages(pair.whole.passages),
                low=say.decimal(min(values)),
                high=say.decimal(max(values)),
                middle=say.decimal(median(values)),
            )


def _of_people(people: Comparison, say: Telling) -> Iterator[str]:
    found = sorted(_values(people), key=lambda one: one[1])
    whole = people.whole
    facts = {
        "passages": say.passages(whole.passages),
        "interviews": say.interviews(whole.interviews),
        "readers": _word(say, "two_readers" if people.kind == "pair" else "more_readers"),
        "name": "kappa" if best(people) == "cohen_kappa" else say.word("alpha").lower(),
    }
    rows = {row.code: row for row in whole.codes}
    if len(found) == 1:
        code = found[0][0]
        figure = say.both(figure_of(rows[code], people))
        yield _word(say, "people_one", figure=figure, code=say.code(code), **facts)
    elif found:
        lowest, highest = found[0][0], found[-1][0]
        shares = [share for _, _, share in found]
        yield _word(
            say,
            "people_codes",
            low=say.both(figure_of(rows[lowest], people)),
            lowest=say.code(lowest),
            high=say.both(figure_of(rows[highest], people)),
            highest=say.code(highest),
            middle=say.decimal(median(value for _, value, _ in found)),
            rare=say.percent(min(shares)),
            common=say.percent(max(shares)),
            **facts,
        )
    known = {code for code, _, _ in found}
    lacking = [row.code for row in whole.codes if row.code not in known]
    if lacking and found:
        yield _word(say, "undefined", codes=say.codes(lacking))
    sets = [
        f"{say.both(row.figures['alpha_masi'])} {_word(say, 'for')} {say.facet(row.facet)}"
        for row in whole.facets
        if row.facet != "*" and row.figures["alpha_masi"].value is not None
    ]
    if sets:
        yield _word(say, "people_sets", list=say.listed(sets))


def _stretches(part: Part, say: Telling) -> Iterable[str]:
    cuts = [b for b in part.boundaries if CONSENSUS not in b.coders]
    known = [b for b in cuts if b.boundary_similarity.value is not None]
    if known:
        pairs = [
            f"{say.both(b.boundary_similarity)} ({say.listed(map(say.coder, b.coders))})"
            for b in known
        ]
        yield _word(say, "boundaries", list=say.listed(pairs))
    elif cuts and all("ready-made" in b.boundary_similarity.reason for b in cuts):
        yield _word(say, "stretches")


def _values(compared: Comparison) -> list[tuple[str, float, float]]:
    """Return code, figure and prevalence, where the figure is defined."""
    found = []
    for row in compared.whole.codes:
        value = figure_of(row, compared).value
        if value is not None and row.prevalence is not None:
            found.append((row.code, value, row.prevalence))
    return found


def _word(say: Telling, key: str, **parts: str) -> str:
    return TEXT.of(say.language)[key].format(**parts)


def methods_texts(agreement: Agreement) -> dict[str, str]:
    """Return the Markdown of the paragraph by language."""
    return {
        language: to_markdown(Telling(language=language, told=agreement))
        for language in ("nl", "en")
    }
