import pytest

from nlp_pipeline.codebook import Code, Codebook, Facet
from nlp_pipeline.errors import CodebookError


def code(code_id, parent=None, **label):
    return Code(id=code_id, parent=parent, label=label or {"nl": code_id.title()})


def book(*facets):
    return Codebook(name="proef", version="2", facets=facets)


def facet(*codes, facet_id="thema"):
    return Facet(id=facet_id, codes=codes)


def test_codes_come_in_the_order_of_the_file():
    codebook = book(facet(code("b"), code("a"), facet_id="x"), facet(code("c"), facet_id="y"))
    assert codebook.code_ids == ("b", "a", "c")
    assert [c.id for c in codebook] == ["b", "a", "c"]
    assert codebook.facet_of("c").id == "y"


def test_every_problem_is_reported_at_once():
    with pytest.raises(CodebookError) as caught:
        book(
            facet(code("a"), code("a"), code("b", parent="weg"), facet_id="x"),
            facet(code("c"), facet_id="x"),
        )
    message = str(caught.value)
    assert 'codebook "proef"' in message
    assert 'code "a" occurs twice' in message
    assert 'code "b" has a parent "weg"' in message
    assert 'facet "x" occurs twice' in message


def test_the_same_code_in_two_facets_is_a_duplicate():
    with pytest.raises(CodebookError, match='"a" occurs twice'):
        book(facet(code("a"), facet_id="x"), facet(code("a"), facet_id="y"))


def test_a_parent_has_to_be_in_the_same_facet():
    with pytest.raises(CodebookError, match='parent "a" that is not in its facet'):
        book(facet(code("a"), facet_id="x"), facet(code("b", parent="a"), facet_id="y"))


@pytest.mark.parametrize(
    "codes",
    [
        [code("a", parent="a")],
        [code("a", parent="b"), code("b", parent="a")],
        [code("a", parent="b"), code("b", parent="c"), code("c", parent="b")],
    ],
)
def test_nesting_in_a_circle_is_refused(codes):
    with pytest.raises(CodebookError, match="nested under itself"):
        book(facet(*codes))


def test_a_codebook_without_codes_is_refused():
    with pytest.raises(CodebookError, match="there is no code"):
        book(facet())


def test_an_unknown_code_gets_the_nearest_as_a_hint():
    codebook = book(facet(code("facilitator"), code("barrier")))
    with pytest.raises(CodebookError, match=r'"facilitater".*version 2\. Did you mean "facilit'):
        codebook.code("facilitater")
    with pytest.raises(CodebookError) as caught:
        codebook.facet_of("xyz")
    assert "Did you mean" not in str(caught.value)


def test_three_levels_of_nesting():
    codebook = book(facet(code("a"), code("a1", parent="a"), code("a1x", parent="a1")))
    assert codebook.code("a1x").parent == "a1"


def test_labels_fall_back_to_the_language_there_is():
    only_dutch = Code(id="geld", label={"nl": "Geld"}, definition={"nl": "Over geld."})
    assert (only_dutch.name("en"), only_dutch.meaning("en")) == ("Geld", "Over geld.")
    both = Code(id="geld", label={"nl": "Geld", "en": "Money"})
    assert (both.name("nl"), both.name("en"), both.meaning("nl")) == ("Geld", "Money", "")
    assert Code(id="geld", label={}).name("nl") == "geld"
    assert Facet(id="f", codes=(), label={"en": "Theme"}).name("nl") == "Theme"
    assert Facet(id="f", codes=()).name("nl") == "f"
