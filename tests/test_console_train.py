from pathlib import Path

import pytest

from nlp_pipeline.analysis.comparison import Compared
from nlp_pipeline.analysis.records import Estimate
from nlp_pipeline.console_train import print_adapted
from nlp_pipeline.pipeline.adapting import AdaptSummary
from nlp_pipeline.pipeline.rounds import Round

FIGURE = Estimate(value=0.5, low=None, high=None)


def summary(passages, interviews):
    made = Round(
        trained_at="2026-03-01T09:00:00+00:00",
        model="wijk-1",
        model_id="wijk-1@0123456789ab",
        base="base@0123456789ab",
        method="head",
        passages=passages,
        coded=1,
        interviews=interviews,
        measured_on="test",
        measured_passages=passages,
        measured_interviews=interviews,
        mean_f1=FIGURE,
        mean_f1_left_out=FIGURE,
        codes=(),
        others={},
        is_default=True,
        reason="it is the first",
        seed=20,
    )
    only = Compared(
        name="new",
        note="",
        knows=(),
        codes=(),
        mean_f1=FIGURE,
        mean_known=FIGURE,
        ahead=FIGURE,
    )
    return AdaptSummary(folder=Path("m"), round=made, compared=(only,), little={}, notes=())


@pytest.mark.parametrize(
    ("passages", "interviews", "said"),
    [
        (
            1,
            1,
            (
                "1 passage of 1 interview (",
                "F1 on 1 passage of 1 interview:",
                "1 interview learned",
            ),
        ),
        (
            9,
            2,
            (
                "9 passages of 2 interviews (",
                "F1 on 9 passages of 2 interviews:",
                "2 interviews learned",
            ),
        ),
    ],
)
def test_one_is_said_in_the_singular(capsys, passages, interviews, said):
    print_adapted(summary(passages, interviews))
    out = capsys.readouterr().out
    assert all(part in out for part in said)
