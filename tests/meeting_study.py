"""A small study that two people have coded, for what happens at a consensus meeting."""

import json
import re

from coded_study import answers_of, decide, write_study

from nlp_pipeline.analysis.figures import Sampling
from nlp_pipeline.config import read_codebook
from nlp_pipeline.pipeline.agreeing import agree
from nlp_pipeline.pipeline.asked import AgreeOptions
from nlp_pipeline.records import Origin

CODES = read_codebook("rmic").code_ids


def write_disputed(folder):
    """Write a study and return it; the first passages are in dispute.

    On the first passage Anna gives barrier and Bram facilitator, and both professional; on the
    second only Bram gives a code; the third Anna coded with suggestions in view; on the fourth and
    the fifth they agree.
    """
    study = write_study(folder, interviews=2, answers=4)
    one, two, three, four, five, *_ = answers_of(study)
    decide(
        study,
        "Anna",
        {
            one: ["barrier", "professional"],
            two: [],
            four: ["barrier"],
            five: [],
        },
    )
    decide(study, "Anna", {three: ["normative"]}, origin=Origin.ASSISTED)
    decide(
        study,
        "Bram",
        {
            one: ["facilitator", "professional"],
            two: ["barrier"],
            three: [],
            four: ["barrier"],
            five: [],
        },
    )
    return study


def run_agree(study, **options):
    """Run the measurement with few resamples and return its summary."""
    sampling = Sampling(resamples=100, seed=3)
    return agree(study, options=AgreeOptions(sampling=sampling, **options))


def data_of(page):
    """Return what a page was made from."""
    text = page.read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    return json.loads(found[1])


def passage_at(study, number):
    """Return an answer by its number, from 0."""
    return answers_of(study)[number]
