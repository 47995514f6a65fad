"""The small parts of training a study: the plan, the default in ``study.yaml``, names, rounds."""

import pytest

from nlp_pipeline.analysis.records import Estimate
from nlp_pipeline.codebook import Code, Codebook, Facet
from nlp_pipeline.config import read_codebook, read_settings
from nlp_pipeline.errors import ConfigError, InputError, StoreError
from nlp_pipeline.pipeline.defaulting import set_default
from nlp_pipeline.pipeline.modelnames import codebook_yaml, free_name
from nlp_pipeline.pipeline.plan import make_plan, parts_of
from nlp_pipeline.pipeline.rounds import CodeResult, Round, add_round, read_rounds
from nlp_pipeline.pipeline.splitting import StudySplit


def split_of(**members):
    return StudySplit(rows=(), splits={i: split for split, own in members.items() for i in own})


EIGHT = split_of(train="ab", validation="cd", calibration="ef", test="gh")


def test_from_eight_coded_interviews_on_test_interviews_are_only_measured_on():
    plan = make_plan("abcdefgh", EIGHT, most_folds=10, seed=1)
    assert (plan.measured_on, plan.learn, plan.measure) == ("test", tuple("abcdef"), tuple("gh"))
    assert sorted(i for part in plan.folds for i in part) == list("abcdef")
    assert parts_of(plan, EIGHT) == {
        "train": ("a", "b"),
        "validation": ("c", "d"),
        "calibration": ("e", "f"),
        "test": ("g", "h"),
    }


def test_with_seven_every_interview_is_left_out_in_turn_and_all_are_learned_from():
    plan = make_plan("abcdefg", EIGHT, most_folds=3, seed=1)
    assert plan.measured_on == "folds"
    assert plan.learn == plan.measure == tuple("abcdefg")
    assert len(plan.folds) == 3
    assert "fewer than 8" in plan.notes[0]


def test_eight_with_too_few_test_interviews_leave_those_untouched():
    split = split_of(train="abcdefghi", test="xy")
    plan = make_plan("abcdefgx", split, most_folds=10, seed=1)
    assert plan.measured_on == "folds"
    assert "x" not in plan.touched
    assert "coded blind" in plan.notes[0]


@pytest.mark.parametrize("coded", ["ab", "abc", "abcd"])
def test_without_coded_interviews_in_a_split_they_are_divided_anew(coded):
    split = split_of(train="abcd", test="xy")
    plan = make_plan(coded, split, most_folds=4, seed=1)
    parts = parts_of(plan, split)
    assert all(parts.values())
    assert set(parts["train"]) | set(parts["validation"]) | set(parts["calibration"]) == set(coded)


def test_one_interview_is_too_few():
    with pytest.raises(InputError, match="at least two"):
        make_plan("a", EIGHT, most_folds=10, seed=1)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "model: my-model-1\n"),
        ("name: x", "name: x\nmodel: my-model-1\n"),
        (
            "# Uitleg.\r\nmodel: rmic-nl-en\r\nname: x\r\n",
            "# Uitleg.\r\nmodel: my-model-1\r\nname: x\r\n",
        ),
        ("model:   'a b'  # kept\nread:\n  roles: {model: interviewer}\n",
         "model: my-model-1\nread:\n  roles: {model: interviewer}\n"),
    ],
)  # fmt: skip
def test_only_the_line_of_the_model_is_changed(tmp_path, before, after):
    path = tmp_path / "study.yaml"
    path.write_bytes(before.encode("utf-8"))
    set_default(tmp_path, "my-model-1")
    assert path.read_bytes().decode("utf-8") == after
    assert read_settings(path).model == "my-model-1"


@pytest.mark.parametrize("name", ["1e3", "no", "2024-01-01", "a-1"])
def test_a_name_stays_a_text_whatever_it_looks_like(tmp_path, name):
    (tmp_path / "study.yaml").write_text("model: x\n", encoding="utf-8")
    set_default(tmp_path, name)
    assert read_settings(tmp_path / "study.yaml").model == name


@pytest.mark.parametrize("text", ["{model: x, name: y}\n", "model: >-\n  folded\nname: y\n"])
def test_a_file_in_which_no_line_can_be_changed_is_left_alone(tmp_path, text):
    path = tmp_path / "study.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="on a line of its own"):
        set_default(tmp_path, "my-model-1")
    assert path.read_text(encoding="utf-8") == text
    assert [file.name for file in tmp_path.iterdir()] == ["study.yaml"]


def test_names_are_made_of_the_title_and_never_taken_twice(tmp_path):
    assert free_name(tmp_path, None, "Zorg & wélzijn (2024)") == "zorg-welzijn-2024-1"
    (tmp_path / "models" / "zorg-1").mkdir(parents=True)
    assert free_name(tmp_path, None, "Zorg") == "zorg-2"
    assert free_name(tmp_path, None, "日本") == "study-1"
    with pytest.raises(InputError, match="is there already"):
        free_name(tmp_path, "zorg-1", "Zorg")


def test_a_codebook_is_taken_along_without_its_examples(tmp_path):
    codes = (
        Code(id="a", label={"nl": "Áá"}, definition={"nl": "D: 'x'"}, examples=("Zei iemand.",)),
        Code(id="b", label={"nl": "B"}, parent="a", include=("ook dit",)),
    )
    book = Codebook(name="n", version="1", facets=(Facet(id="f", codes=codes, exclusive=True),))
    path = tmp_path / "codebook.yaml"
    path.write_text(codebook_yaml(book), encoding="utf-8")
    found = read_codebook(path)
    assert "Zei iemand" not in path.read_text(encoding="utf-8")
    assert found.facets[0].exclusive
    assert [(c.id, c.parent, c.label, c.include) for c in found] == [
        ("a", None, {"nl": "Áá"}, ()),
        ("b", "a", {"nl": "B"}, ("ook dit",)),
    ]


def round_of(number):
    some = Estimate(value=0.5, low=0.4, high=0.6)
    none = Estimate(value=None, reason="no passage carries the code")
    code = CodeResult(code="a", coded=3, suggested=2, f1=some, kappa=none, average_precision=some)
    return Round(
        trained_at="2024-03-05T10:00:00+00:00",
        model=f"m-{number}",
        model_id=f"m-{number}@0",
        base="b@0",
        method="head",
        passages=10,
        coded=5,
        interviews=4,
        measured_on="folds",
        measured_passages=10,
        measured_interviews=4,
        mean_f1=some,
        codes=(code,),
        others={"definitions": none},
        is_default=True,
        reason="better",
        seed=20,
    )


def test_rounds_come_back_in_the_order_of_training(tmp_path):
    assert read_rounds(tmp_path) == ()
    for number in range(3):
        add_round(tmp_path, round_of(number))
    assert read_rounds(tmp_path) == tuple(map(round_of, range(3)))


def test_a_damaged_history_is_named_and_not_overwritten(tmp_path):
    path = tmp_path / "rounds.json"
    path.write_text('{"format": "nlp-pipeline rounds", "rounds": [{}]}', encoding="utf-8")
    with pytest.raises(StoreError, match=r"rounds\.json"):
        add_round(tmp_path, round_of(1))
    assert "[{}]" in path.read_text(encoding="utf-8")
