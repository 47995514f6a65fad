"""The mappings of columns: those that come along, the user's, and what is wrong with them."""

import inspect
import re
import textwrap
from pathlib import Path

import pytest
import yaml
from outside_files import known
from review_examples import example

from nlp_pipeline import cli_review
from nlp_pipeline.errors import ConfigError
from nlp_pipeline.resources import resource
from nlp_pipeline.review.opening import read_review
from nlp_pipeline.review.outside.columns import read_columns, shipped
from nlp_pipeline.review.outside.mapping import FIELDS, TableMapping, fit


def write(path, **mapping):
    path.write_text(yaml.safe_dump(mapping, allow_unicode=True), encoding="utf-8")
    return path


def test_every_mapping_that_comes_along_says_what_it_rests_on():
    paths = sorted(resource("configs/outside").glob("*.yaml"))
    assert {path.stem for path in paths} == set(shipped())
    for path in paths:
        if path.stem != "any":
            words = " ".join(path.read_text(encoding="utf-8").replace("#", " ").split()).casefold()
            assert re.search("from (the |its )?public", words), path
            assert "not tried" in words, path


@pytest.mark.parametrize("name", sorted(set(shipped()) - {"any"}))
def test_a_table_of_one_tool_is_not_taken_for_that_of_another(name):
    mapping = shipped()[name]
    header = [headers[0] for headers in mapping.columns.values()]
    header += [group[0] for group in mapping.marks if group[0] not in header]
    header += ["Code: x Applied"] if mapping.code_columns else []
    fitting = [
        other
        for other, one in shipped().items()
        if fit(one, header, needed=frozenset(), is_code=lambda _: False) is not None
    ]
    assert fitting[0] == name


def test_a_mapping_of_the_user(tmp_path):
    path = write(
        tmp_path / "ours.yaml",
        columns={"document": ["Naam"], "quote": "Stuk", "code": "Thema", "coder": "Wie"},
        separators=["+"],
        codes={"Geld": "system", "Overig": None},
    )
    columns = read_columns(str(path), ["note=Bij"])
    assert columns.needed == {"document", "quote", "code", "coder", "note"}
    saved = tmp_path / "a.csv"
    saved.write_text(
        "Wie;Naam;Stuk;Thema;Bij\nAnna;dawn;waiting;Geld + Belemmerend + Overig;ja?\n",
        encoding="utf-8",
    )
    review = read_review(saved, known(example()), columns=columns)
    assert sorted((f.coder, f.code, f.note) for f in review.found) == [
        ("Anna", "barrier", "ja?"),
        ("Anna", "system", "ja?"),
    ]


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"columns": {"quote": "a"}}, "give code, or code_columns"),
        ({"columns": {"start": "a", "code": "b"}}, "give quote, or start and end"),
        ({"columns": {"quote": "a", "code": "b", "kleur": "c"}}, "choose from document"),
        ({"columns": {"quote": "a"}, "code_columns": "Code"}, "has one \\*"),
        ({"columns": {"quote": "a", "code": "b"}, "count": "words"}, "count"),
        ({"columns": {"quote": "a", "code": "b"}, "kolommen": {}}, "kolommen"),
        ({}, "columns"),
    ],
)
def test_a_mapping_that_is_none_is_refused(tmp_path, mapping, message):
    path = write(tmp_path / "wrong.yaml", **mapping)
    with pytest.raises(ConfigError, match=message) as error:
        read_columns(str(path), [])
    assert "wrong.yaml" in str(error.value)


@pytest.mark.parametrize("item", ["code", "code=", "kleur=Code", "=x"])
def test_a_column_is_a_field_and_a_header(item):
    with pytest.raises(ConfigError, match="write FIELD=HEADER"):
        read_columns("", [item])


def test_a_mapping_can_be_like_that_of_a_tool(tmp_path):
    path = write(
        tmp_path / "ours.yaml",
        like="maxqda",
        columns={"note": "Bijschrift"},
        codes={"Geldzaken": "system"},
    )
    columns = read_columns(str(path), [])
    assert columns.needed == {"note"}
    saved = tmp_path / "a.csv"
    saved.write_text(
        "Documentnaam,Code,Gecodeerd segment,Bijschrift\ndawn,Geldzaken,waiting,zie memo\n",
        encoding="utf-8",
    )
    (found,) = read_review(saved, known(example()), columns=columns).found
    assert (found.code, found.note) == ("system", "zie memo")
    with pytest.raises(ConfigError, match="like: there is no such mapping"):
        read_columns(str(write(path, like="maxqdata")), [])


def test_a_mapping_that_is_not_there_names_those_that_are():
    with pytest.raises(ConfigError, match="maxqda, atlas_ti"):
        read_columns("maxqda.yml", [])


def test_a_mapping_is_no_more_than_its_fields():
    assert set(FIELDS) >= {field for one in shipped().values() for field in one.columns}
    assert TableMapping(columns={"quote": "a", "code": "b"}).columns["quote"] == ("a",)


def test_the_program_and_its_page_name_every_mapping(tmp_path):
    page = Path(__file__).parents[2] / "docs" / "outside.md"
    if not page.exists():
        pytest.skip("needs the source folder")
    text = page.read_text(encoding="utf-8")
    told = inspect.getsource(cli_review.import_)
    assert all(f"(`{name}`)" in text and name in told for name in set(shipped()) - {"any"})
    blocks = re.findall(r"(?:^    [^\n]*\n|^\n)+", text, re.MULTILINE)
    first, more = (textwrap.dedent(b) for b in blocks if "columns:" in b or "code_columns:" in b)
    path = tmp_path / "own.yaml"
    path.write_text(first, encoding="utf-8")
    assert read_columns(str(path), []).listed == {"document", "quote", "code", "coder"}
    path.write_text(f"like: maxqda\n{more}", encoding="utf-8")
    mapping = read_columns(str(path), []).mapping
    assert mapping.code_columns == {"barrier": "barrier", "facilitator": "facilitator"}
