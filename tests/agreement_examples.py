"""Agreement records made by hand, with figures that are easy to tell apart."""

from dataclasses import replace

from nlp_pipeline.agreement import band_words, krippendorff_band, landis_koch
from nlp_pipeline.analysis.agreement_records import (
    ALL_CODES,
    Agreement,
    AgreementSlice,
    Anchoring,
    BoundaryAgreement,
    CharacterAgreement,
    CodeAgreement,
    CodeDispute,
    CodeName,
    CoderRow,
    Comparison,
    Disagreement,
    Disagreements,
    Estimate,
    FacetAgreement,
    FacetName,
    Part,
)

MODEL = "wijk@0123456789ab"
READY_MADE = "both coded ready-made passages, so where to cut was not theirs to choose"
ONE_VALUE = "both coders use one value only"
SAID = "De <b>emmer</b> liep over & toen {{ 7 * 7 }}"
"""What a participant said: no output without words may hold any of it."""

LABELS = {
    "money": {"en": "Money", "nl": "Geld"},
    "trust": {"en": "Trust", "nl": "Vertrouwen"},
    "rare": {"en": "Rare <i>thing</i>", "nl": "Zeldzaam <i>iets</i>"},
}


def kappa(value, low=None, high=None, *, of=landis_koch):
    low_band = "" if low is None else of(low).id
    few = "" if low is not None else "3 interviews; an interval takes 5"
    return Estimate(
        value=value, low=low, high=high, no_interval=few, band=of(value).id, low_band=low_band
    )


def undefined(reason=ONE_VALUE):
    return Estimate(value=None, reason=reason, no_interval=reason)


def code(name, best, *, given=(12, 10), seen=(80, 80), differ=4):
    plain = {
        figure: Estimate(value=0.9, low=0.8, high=0.97)
        for figure in ("percent_agreement", "gwet_ac1", "pabak", "precision", "recall", "f1")
    }
    named = dict.fromkeys(("cohen_kappa", "krippendorff_alpha", "fleiss_kappa"), best)
    return CodeAgreement(
        code=name,
        facet="theme",
        passages=seen[0],
        interviews=9,
        seen=seen,
        given=given,
        prevalence=sum(given) / sum(seen),
        differ=differ,
        figures={**plain, **named},
    )


def facet(name, masi):
    return FacetAgreement(
        facet=name,
        passages=80,
        interviews=9,
        coded=(30, 31),
        differ=11,
        figures={"alpha_masi": masi, "cohen_kappa": masi, "mean_cohen_kappa": masi},
    )


def one_slice(codes, masi, *, by="all", value="all"):
    return AgreementSlice(
        by=by,
        value=value,
        passages=80,
        interviews=9,
        codes=tuple(codes),
        facets=(facet("theme", masi), facet(ALL_CODES, masi)),
    )


def compare(kind, coders, codes, masi, *, with_model=False):
    whole = one_slice(codes, masi)
    dutch = one_slice(
        codes, undefined("no passage was coded by two people"), by="language", value="nl"
    )
    english = one_slice(codes, masi, by="language", value="en")
    return Comparison(
        kind=kind, coders=coders, with_model=with_model, slices=(whole, dutch, english)
    )


def rare(many):
    return code("rare", undefined(), given=(0,) * many, seen=(80,) * many, differ=0)


def two_people(way="blind"):
    alpha = kappa(0.71, 0.55, 0.84, of=krippendorff_band)
    people = [code("money", kappa(0.82, 0.7, 0.9)), code("trust", kappa(0.45, 0.3, 0.6)), rare(2)]
    with_anna = [
        code("money", kappa(0.75, 0.6, 0.85)),
        code("trust", kappa(0.2, 0.1, 0.3)),
        rare(2),
    ]
    with_bram = [code("money", kappa(0.8, 0.6, 0.9)), code("trust", kappa(0.25)), rare(2)]
    pairs = (
        compare("everybody", ("Anna", "Bram", MODEL), [], alpha, with_model=True),
        compare("pair", ("Anna", "Bram"), people, alpha),
        compare("pair", (MODEL, "Anna"), with_anna, alpha, with_model=True),
        compare("pair", (MODEL, "Bram"), with_bram, alpha, with_model=True),
    )
    return Part(
        way=way,
        comparisons=pairs,
        boundaries=(
            BoundaryAgreement(
                coders=("Anna", "Bram"),
                interviews=9,
                words=4000,
                cuts=(60, 58),
                near=3,
                boundary_similarity=undefined(READY_MADE),
                window_diff=undefined(READY_MADE),
                window_diff_other_way=undefined(READY_MADE),
            ),
        ),
        characters=tuple(
            CharacterAgreement(
                kind=one.kind,
                coders=one.coders,
                with_model=one.with_model,
                interviews=9,
                characters=9000,
                codes={},
                facets={"theme": alpha},
            )
            for one in pairs
        ),
    )


def three_people(way="blind"):
    alpha = kappa(0.85, 0.81, 0.9, of=krippendorff_band)
    codes = [code(name, alpha, given=(9, 8, 7), seen=(80, 80, 80)) for name in ("money", "trust")]
    names = ("Anna", "Bram", "Carla")
    group = compare("people", names, codes, alpha)
    pair = compare("pair", names[:2], [code("money", kappa(0.6)), code("trust", kappa(0.6))], alpha)
    return Part(way=way, comparisons=(group, pair), boundaries=(), characters=())


def agreement(*parts, **more):
    anchored = Anchoring(
        kind="pair",
        coders=("Anna", "Bram"),
        with_model=False,
        facet="theme",
        code="",
        figure="alpha_masi",
        blind=kappa(0.7, of=krippendorff_band),
        assisted=kappa(0.8, of=krippendorff_band),
        difference=Estimate(value=0.1, low=-0.05, high=0.25),
        passages=(80, 40, 0),
    )
    made = Agreement(
        package_version="0.1.0",
        study="Wijk <script>alert(1)</script> & zorg",
        run_id="r1",
        codebook="wijk",
        codebook_version="2",
        facets=(
            FacetName(
                id="theme",
                label={"en": "Theme", "nl": "Thema"},
                exclusive=False,
                codes=tuple(CodeName(id=c, label=own, parent=None) for c, own in LABELS.items()),
            ),
        ),
        model_id=MODEL,
        score_kind="probability",
        seed=1,
        resamples=2000,
        method="bca",
        level=0.95,
        passages=160,
        interviews=12,
        languages={"en": 60, "nl": 100},
        reference="",
        cuts=("language",),
        coders=(
            CoderRow(
                name="Anna",
                is_model=False,
                is_consensus=False,
                seen={"all": 120, "blind": 80},
                coded={"all": 60, "blind": 40},
                interviews=12,
            ),
            CoderRow(
                name="Bram",
                is_model=False,
                is_consensus=False,
                seen={"all": 80, "blind": 80},
                coded={"all": 31, "blind": 31},
                interviews=9,
            ),
            CoderRow(
                name=MODEL,
                is_model=True,
                is_consensus=False,
                seen={"all": 160, "blind": 160},
                coded={"all": 70, "blind": 70},
                interviews=12,
            ),
        ),
        parts=parts or (two_people(),),
        anchoring=(anchored,),
        words=band_words(),
        disagreements=2,
        disagreements_of_people=1,
        notes=("one person has coded, so nothing is known of agreement between people",),
    )
    return replace(made, **more)


def disagreements(*, has_text=True, **more):
    both_ways = {
        "model_score": 0.25,
        "model_suggested": False,
        "model_against": 0.0,
        "consensus": None,
    }
    first = Disagreement(
        rank=1,
        passage_id="p-1",
        number=4,
        transcript_id="t-1",
        transcript="01 <b>.txt",
        start=10,
        end=60,
        language="nl",
        role="respondent",
        ways={"Anna": "blind", "Bram": "blind"},
        pairs_apart=2,
        model_against=0.0,
        codes=(
            CodeDispute(
                code="money",
                given_by=("Anna",),
                not_given_by=("Bram", MODEL),
                pairs_apart=1,
                **both_ways,
            ),
            CodeDispute(
                code="trust",
                given_by=("Bram",),
                not_given_by=("Anna", MODEL),
                pairs_apart=1,
                **both_ways,
            ),
        ),
        agreed=(),
        text=f"=1+1 {SAID}" if has_text else "",
        context="Hoe ging dat?" if has_text else "",
    )
    only_model = replace(
        first,
        rank=2,
        passage_id="p-2",
        number=7,
        pairs_apart=0,
        ways={"Anna": "blind", "Bram": "assisted"},
        codes=(
            CodeDispute(
                code="money",
                given_by=("Anna", "Bram"),
                not_given_by=(MODEL,),
                pairs_apart=0,
                model_score=0.1,
                model_suggested=False,
                model_against=0.8,
                consensus=True,
            ),
        ),
        agreed=("trust",),
    )
    made = Disagreements(
        study="Wijk",
        run_id="r1",
        model_id=MODEL,
        way="all",
        has_text=has_text,
        passages=(first, only_model),
    )
    return replace(made, **more)
