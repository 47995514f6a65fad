import re
from itertools import pairwise

import pytest
import yaml
from pydantic import ValidationError

from nlp_pipeline.config import (
    LANGUAGES,
    LanguageTable,
    SegmentSettings,
    StudySettings,
    language_table,
    read_codebook,
    read_settings,
    read_yaml,
)
from nlp_pipeline.errors import CodebookError, ConfigError
from nlp_pipeline.records import Role
from nlp_pipeline.resources import resource

DEFAULT = resource("configs/default.yaml")


@pytest.fixture
def write(tmp_path):
    def write_file(text, name="study.yaml", encoding="utf-8"):
        path = tmp_path / name
        path.write_text(text, encoding=encoding, newline="\n")
        return path

    return write_file


def named_settings(model, prefix=""):
    for name, field in model.model_fields.items():
        yield prefix + name
        if hasattr(field.annotation, "model_fields"):
            yield from named_settings(field.annotation, f"{prefix}{name}.")


def named_keys(mapping, prefix=""):
    for name, value in mapping.items():
        yield prefix + name
        if isinstance(value, dict) and value:
            yield from named_keys(value, f"{prefix}{name}.")


def test_the_default_file_equals_the_defaults_of_the_code():
    assert read_settings(DEFAULT) == StudySettings() == read_settings(None)


def test_the_default_file_names_every_setting():
    assert set(named_keys(read_yaml(DEFAULT))) == set(named_settings(StudySettings))


def test_every_setting_in_the_default_file_has_a_comment_before_it():
    lines = DEFAULT.read_text(encoding="utf-8").splitlines()
    bare = [
        line
        for before, line in pairwise(lines)
        if re.match(r"\s*[a-z_]+:", line) and not re.match(r"\s*#|segment:", before)
    ]
    # The three lengths of a passage are explained together.
    assert [line.split(":")[0].strip() for line in bare] == ["target_words", "max_words"]


def test_an_empty_file_means_the_defaults(write):
    assert read_settings(write("")) == StudySettings()
    assert read_settings(write("# niets\n")) == StudySettings()


def test_settings_are_read_with_and_without_a_byte_order_mark(write):
    text = "name: Zorg in Súdwest\nread:\n  roles: {Anna: interviewer, 'Spreker 2': respondent}\n"
    for encoding in ("utf-8", "utf-8-sig"):
        settings = read_settings(write(text, encoding=encoding))
        assert settings.name == "Zorg in Súdwest"
        assert settings.read.roles == {"Anna": Role.INTERVIEWER, "Spreker 2": Role.RESPONDENT}


def test_settings_cannot_be_changed_afterwards():
    with pytest.raises(ValidationError):
        StudySettings().segment.min_words = 3


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("segmnt: {}\n", "segmnt"),
        ("segment:\n  targetwords: 3\n", "segment.targetwords"),
        ("segment:\n  max_words: veel\n", "segment.max_words"),
        ("segment:\n  cut_cost: .nan\n", "segment.cut_cost"),
        ("segment:\n  topic_weight: -1\n", "segment.topic_weight"),
        ("read:\n  roles: {Anna: baas}\n", "read.roles.Anna"),
        ("read:\n  language: de\n", "read.language"),
        ("- een\n- lijst\n", "(whole file)"),
    ],
)
def test_a_wrong_setting_is_named_with_its_file(write, text, place):
    path = write(text)
    with pytest.raises(ConfigError) as caught:
        read_settings(path)
    assert str(caught.value).startswith(str(path))
    assert f"  {place}: " in str(caught.value)


def test_all_wrong_settings_are_named_at_once(write):
    with pytest.raises(ConfigError, match=r"3 setting\(s\)") as caught:
        read_settings(write("nam: x\nsegment: {min_word: 1}\nclassify: {device: tpu}\n"))
    for place in ("nam:", "segment.min_word:", "classify.device:"):
        assert place in str(caught.value)


@pytest.mark.parametrize(
    "lengths",
    [
        {"min_words": 70},
        {"target_words": 130},
        {"max_words": 50},
        {"min_words": 30, "target_words": 20, "max_words": 10},
    ],
)
def test_lengths_have_to_be_in_order(lengths):
    with pytest.raises(ValidationError, match=r"min_words \(\d+\) <= target_words"):
        SegmentSettings(**lengths)
    assert SegmentSettings(min_words=5, target_words=5, max_words=5).max_words == 5


def test_a_mistake_in_yaml_has_its_line(write):
    with pytest.raises(ConfigError, match=r"study\.yaml, line 3, column 5: not valid YAML"):
        read_settings(write("name: x\nsegment: {min_words: 3\nread: y\n"))


def test_yaml_cannot_make_objects(write):
    with pytest.raises(ConfigError, match="not valid YAML"):
        read_yaml(write("name: !!python/object/apply:os.getcwd []\n"))


def test_a_missing_file_and_a_wrong_encoding_are_named(write, tmp_path):
    with pytest.raises(ConfigError, match="does not exist"):
        read_settings(tmp_path / "weg.yaml")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_settings(tmp_path)
    with pytest.raises(ConfigError, match="not UTF-8 at byte 7"):
        read_settings(write("name: Zé\n", encoding="cp1252"))


def codebook_text(codes, head="name: proef\nversion: '1'\n"):
    text = yaml.safe_dump(codes, allow_unicode=True, default_flow_style=True, width=10_000)
    return f"{head}facets:\n  - id: thema\n    codes: {text}"


def test_the_shipped_codebook_has_two_facets_in_both_languages():
    codebook = read_codebook("rmic")
    assert {facet.id: len(facet.codes) for facet in codebook.facets} == {"valence": 2, "level": 6}
    for code in codebook:
        assert set(code.label) == set(code.definition) == set(LANGUAGES)
        assert code.name("nl")
        assert code.meaning("en")


def test_a_codebook_in_one_language(write):
    path = write(codebook_text([{"id": "geld", "label": {"nl": "Geld"}}]), "codebook.yaml")
    assert read_codebook(path).code("geld").name("en") == "Geld"


def test_a_codebook_of_forty_codes_and_three_levels(write):
    codes = [{"id": "a"}, {"id": "a.1", "parent": "a"}, {"id": "a.1.x", "parent": "a.1"}]
    codes += [{"id": f"thema-{n}", "label": {"en": f"Theme {n}"}} for n in range(37)]
    codebook = read_codebook(write(codebook_text(codes), "groot.yaml"))
    assert len(codebook.code_ids) == 40
    assert codebook.code("a.1.x").parent == "a.1"


def test_a_codebook_in_the_study_folder_goes_before_a_shipped_one(write, tmp_path):
    write(codebook_text([{"id": "eigen"}]), "codebook.yaml")
    assert read_codebook("codebook.yaml", folder=tmp_path).code_ids == ("eigen",)
    assert read_codebook("rmic", folder=tmp_path).name == "rmic"


def test_an_unknown_codebook_gets_the_names_of_the_shipped_ones(tmp_path):
    with pytest.raises(CodebookError, match=r'"rmik" not found.*rmic'):
        read_codebook("rmik", folder=tmp_path)


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        ([{"id": "a"}, {"id": "a"}], 'code "a" occurs twice'),
        ([{"id": "a", "parent": "b"}], 'parent "b"'),
        ([{"id": "a", "parent": "a"}], "nested under itself"),
        ([{"id": "a b"}], "facets.0.codes.0.id"),
        ([{"id": "a", "color": "rood"}], "facets.0.codes.0.color"),
        ([{"id": "a", "lable": {"nl": "A"}}], "facets.0.codes.0.lable"),
        ([], "there is no code"),
    ],
)
def test_a_wrong_codebook_names_its_file_and_place(write, codes, message):
    path = write(codebook_text(codes), "codebook.yaml")
    with pytest.raises(CodebookError) as caught:
        read_codebook(path)
    assert str(caught.value).startswith(str(path))
    assert message in str(caught.value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_language_tables_are_words_in_lower_case_without_repeats(language):
    table = language_table(language)
    for field in LanguageTable.model_fields:
        words = getattr(table, field)
        if field != "name":
            assert all(word == word.lower().strip() != "" for word in words), field
            assert len(set(words)) == len(words), field
    assert not any(word.endswith(".") for word in table.abbreviations)
    assert set(table.name) == set(LANGUAGES)
