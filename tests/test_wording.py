"""Every phrase is there in every language, in all tables of the package."""

import importlib
import pkgutil
import re

import pytest

import nlp_pipeline
from nlp_pipeline.errors import PipelineError
from nlp_pipeline.wording import UI_LANGUAGES, Phrases

BLANK = re.compile(r"\{\w*\}")


def tables():
    """Yield the tables of phrases of the package, with their names."""
    for part in ("review", "analysis"):
        package = importlib.import_module(f"{nlp_pipeline.__name__}.{part}")
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            for name, value in vars(module).items():
                if isinstance(value, Phrases) and not name.startswith("__"):
                    yield pytest.param(value, id=f"{found.name}.{name}")


TABLES = list(tables())


def test_there_are_tables():
    assert len({table.id for table in TABLES}) >= 6


@pytest.mark.parametrize("table", TABLES)
def test_every_phrase_is_there_in_every_language_with_the_same_blanks(table):
    assert table
    for key, said in table.items():
        assert len(said) == len(UI_LANGUAGES), key
        assert all(phrase.strip() for phrase in said), key
        assert len({tuple(sorted(BLANK.findall(phrase))) for phrase in said}) == 1, key


def test_a_phrase_is_found_by_language_and_by_key():
    table = Phrases({"no": ("No", "Nee"), "yes": ("Yes", "Ja")})
    assert dict(table.of("nl")) == {"no": "Nee", "yes": "Ja"}
    assert table["yes"] == ("Yes", "Ja")
    with pytest.raises(PipelineError, match="en, nl"):
        table.of("fy")
