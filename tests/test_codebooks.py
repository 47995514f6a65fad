"""A codebook that changes: what is wrong with it, what changed, and decisions that follow."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_pipeline.codebook import Code, Codebook, Facet
from nlp_pipeline.codebooks import Migration, check, compare, migrate, overlaps
from nlp_pipeline.config import read_code_map, read_codebook
from nlp_pipeline.decisions import Decision, codings, not_moved_on, read_log, write_log
from nlp_pipeline.decisions.replay import is_echo
from nlp_pipeline.errors import CodebookError, ConfigError
from nlp_pipeline.exchange import Verdict
from nlp_pipeline.ids import make_id
from nlp_pipeline.records import Origin


def code(name, *, parent=None, **texts):
    label = texts.pop("label", {"nl": name.title()})
    definition = texts.pop("definition", {"nl": f"Wat over {name} gaat."})
    full = {"include": ("dit",), "exclude": ("dat",), "examples": ("zo",)} | texts
    return Code(id=name, parent=parent, label=label, definition=definition, **full)


def book(*codes, exclusive=False, mood=(), name="study"):
    facets = [Facet(id="theme", codes=tuple(codes), exclusive=exclusive)]
    if mood:
        facets.append(Facet(id="mood", codes=tuple(mood), exclusive=True))
    return Codebook(name=name, version="1", facets=tuple(facets))


# Checking


def kinds(codebook):
    return [(f.fault, f.kind, f.codes) for f in check(codebook)]


def test_nothing_is_said_of_a_good_codebook():
    assert kinds(book(code("geld"), code("tijd"))) == []


@pytest.mark.parametrize(
    ("codebook", "found"),
    [
        (book(code("geld"), code("tijd", definition={})), (True, "definition", ("tijd",))),
        (book(code("geld"), code("tijd", definition={"nl": " "})), (True, "definition", ("tijd",))),
        (
            book(code("geld", label={"nl": "Geld", "en": "Money"}), code("tijd")),
            (True, "label", ("tijd",)),
        ),
        (
            book(code("geld"), code("Geld", label={"nl": "X"})),
            (True, "same name", ("geld", "Geld")),
        ),
        (
            book(code("geld"), code("b", label={"nl": " geld"})),
            (True, "same name", ("geld", "b")),
        ),
        (book(code("geld"), code("tijd", examples=())), (False, "examples", ("tijd",))),
        (book(code("geld"), code("tijd", exclude=())), (False, "exclude", ("tijd",))),
        (book(code("geld"), code("tijd", include=())), (False, "include", ("tijd",))),
        (
            book(code("teamoverleg", label={"nl": "A"}), code("teamoverleg_2", label={})),
            (False, "alike", ("teamoverleg", "teamoverleg_2")),
        ),
        (
            book(code("geld"), code("loon", parent="geld"), code("huur", parent="geld"),
                 exclusive=True),
            (True, "nesting", ("geld",)),
        ),
        (
            book(code("geld"), code("tijd"), code("loon", parent="geld")),
            (False, "nesting", ("geld", "loon")),
        ),
        (
            book(
                code("geld"), code("tijd", parent="geld"), code("loon", parent="geld"),
                code("huur", parent="loon"), code("plek", parent="loon"),
                code("muur", parent="huur"), code("deur", parent="huur"),
            ),
            (False, "nesting", ("muur", "deur")),
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found_and_nothing_else_of_its_kind(codebook, found):
    assert [one for one in kinds(codebook) if one[1] == found[1]] == [found]


def test_faults_come_before_advice():
    told = check(book(code("geld", examples=()), code("tijd", definition={})))
    assert [finding.fault for finding in told] == [True, False]


@pytest.mark.parametrize("name", ["rmic", "cfir"])
def test_the_shipped_codebooks_have_no_faults(name):
    assert [finding for finding in check(read_codebook(name)) if finding.fault] == []


def test_definitions_that_an_encoder_finds_alike_are_reported_within_a_facet():
    places = {"Wat over geld gaat.": 0.0, "Wat over loon gaat.": 0.2, "Wat over tijd gaat.": 1.5}

    def embed(texts):
        angles = [places[text] for text in texts]
        return np.array([[np.cos(a), np.sin(a)] for a in angles], dtype=np.float32)

    codebook = book(code("geld"), code("tijd"), code("loon"), mood=[code("kosten", definition={})])
    (found,) = overlaps(codebook, embed, limit=0.9)
    assert (found.codes, found.fault) == (("geld", "loon"), False)
    assert "0.98" in found.text
    assert overlaps(codebook, embed, limit=0.99) == ()


# Comparing


def test_a_codebook_and_itself_do_not_differ():
    cfir = read_codebook("cfir")
    changes = compare(cfir, cfir)
    assert not changes.needs_migration
    assert not any(value for value in changes.to_json().values())


def test_every_sort_of_change_is_told_once():
    old = book(code("geld"), code("loon", parent="geld"), code("huur"), code("weg"), code("tijd"))
    new = book(
        code("geld", examples=("anders",)), code("salaris", definition=old.code("loon").definition),
        code("huur", parent="geld"), code("tijd"), code("plek"),
        mood=[code("blij", definition={"nl": "Blij."})],
    )  # fmt: skip
    changes = compare(old, new)
    assert changes.renamed == (("loon", "salaris"),)
    assert (changes.removed, changes.added) == (("weg",), ("plek", "blij"))
    assert changes.moved == (
        ("huur", "(facet theme)", "geld"),
        ("loon", "geld", "(facet theme)"),
    )
    assert changes.changed == (("geld", ("examples",)), ("salaris", ("label",)))
    assert changes.facets == ('facet "mood" is new',)
    assert changes.needs_migration


def test_a_map_tells_renamed_merged_and_split_codes_apart():
    old = book(*map(code, ("a", "b", "c", "d", "e", "f")))
    new = book(*map(code, ("x", "y", "z", "v", "f")))
    mapping = {"a": ("x",), "b": ("y",), "c": ("y",), "d": ("z", "v"), "e": ()}
    changes = compare(old, new, mapping)
    assert changes.renamed == (("a", "x"),)
    assert changes.merged == ((("b", "c"), "y"),)
    assert changes.split == (("d", ("z", "v")),)
    assert (changes.removed, changes.added) == (("e",), ())


def test_a_code_under_a_renamed_code_has_not_moved():
    same = {"nl": "Alles over geld."}
    old = book(code("geld", definition=same), code("loon", parent="geld"))
    new = book(code("money", definition=same), code("loon", parent="money"))
    assert compare(old, new).moved == ()


def test_of_two_codes_with_one_definition_none_is_taken_for_renamed():
    same = {"nl": "Alles over geld."}
    old, new = (
        book(code("a", definition=same), code("b", definition=same)),
        book(code("x", definition=same)),
    )
    changes = compare(old, new)
    assert (changes.renamed, changes.removed) == ((), ("a", "b"))


# Migrating

OLD = book(*map(code, "abcdeg"), mood=[code("glad"), code("sad")])
NEW = book(*map(code, "vwxyzg"), mood=[code("happy"), code("sad")])
MAP = {
    "a": ("v",),
    "b": ("w",),
    "c": ("w",),
    "d": ("x", "y"),
    "e": (),
    "glad": ("happy",),
}


def decision(code="a", verdict=Verdict.ADDED, *, at="2024-03-01", coder="Anna", start=0, **more):
    moment = f"{at}T12:00:00+00:00"
    values = {
        "origin": Origin.BLIND,
        "decided_at": moment,
        "file_time": moment,
        "note": "",
        "shown": None,
    } | more
    own = make_id("test", code or "", verdict.value, coder, start, at, values["origin"].value)
    return Decision(
        id=own, transcript_id="t1", text_sha256="0" * 64, start=start, end=start + 9, code=code,
        verdict=verdict, coder=coder, imported_at="2024-06-01", file="a.csv", file_sha256="1" * 64,
        **values,
    )  # fmt: skip


def migration(codes=None, at="2025-01-01"):
    return Migration(
        codes=MAP if codes is None else codes, file="map.yaml", file_sha256="2" * 64, at=at
    )


def moved(*log, codes=None, new=NEW):
    """Migrate a log twice: the second time changes nothing. Return the whole log."""
    done = migrate(log, new, migration(codes))
    whole = (*log, *done.new)
    again = migrate(whole, new, migration(codes, at="2025-02-02"))
    assert (again.new, again.again, again.counts) == ((), done.again, {})
    return whole


def said(log, new=NEW, **options):
    return {
        (c.start, c.coder, c.code, c.verdict in ("added", "accepted"))
        for c in codings(log, new, **options)
    }


def by_hand(log, origin):
    """Return what the codings say when each is rewritten by the rules of the documentation."""
    applied = {(d.start, d.coder) for d in log if d.code == "d" and d.applies}
    stretches = {}
    # Codes that are gone say nothing any more, also not that a stretch has a code.
    staying = [d for d in log if MAP.get(d.code) != ()]
    read = [c for c in codings(staying, OLD, origin=origin) if c.code is None]
    coded = [c for c in codings(log, OLD, origin=origin) if c.code is not None]
    for c in [*coded, *read]:
        found = stretches.setdefault((c.start, c.coder), {})
        applies = c.verdict in ("added", "accepted")
        to = MAP.get(c.code, (c.code,))
        if c.code == "d" and (c.start, c.coder) in applied:
            to = ("d",)
        for target in to:
            found[target] = found.get(target, False) or applies
    return {
        (*stretch, target, applies)
        for stretch, found in stretches.items()
        for target, applies in (found or {None: False}).items()
    }


@st.composite
def logs(draw):
    days = draw(st.permutations([f"2024-03-{n:02}" for n in range(1, 15)]))
    said_what = st.tuples(
        st.sampled_from(["a", "b", "c", "d", "e", "g", "glad", "sad", None]),
        st.sampled_from([Verdict.ADDED, Verdict.ACCEPTED, Verdict.REJECTED]),
        st.sampled_from(["Anna", "Bram"]),
        st.sampled_from([0, 20]),
        st.sampled_from([Origin.BLIND, Origin.ASSISTED]),
    )
    return [
        decision(c, Verdict.SEEN if c is None else v, at=day, coder=who, start=start, origin=origin)
        for day, (c, v, who, start, origin) in zip(
            days, draw(st.lists(said_what, max_size=14)), strict=False
        )
    ]


@settings(max_examples=100)
@given(logs())
def test_migrated_codings_are_the_codings_mapped_by_hand_however_they_are_looked_at(log):
    whole = moved(*log)
    assert whole[: len(log)] == tuple(log)
    for origin in (None, *Origin):
        assert said(whole, origin=origin) == by_hand(log, origin)


def test_a_stretch_that_was_read_stays_so_when_a_code_on_it_is_gone_and_another_was_rejected():
    log = [
        decision(None, Verdict.SEEN, at="2024-03-06"),
        decision("e", Verdict.REJECTED, at="2024-03-07"),
        decision("a", Verdict.REJECTED, at="2024-03-08"),
    ]
    assert said(moved(*log)) == {(0, "Anna", None, False), (0, "Anna", "v", False)}


@settings(max_examples=25)
@given(logs(), st.randoms(use_true_random=False))
def test_the_order_of_the_log_does_not_matter_for_what_holds(log, random):
    whole = list(moved(*log))
    before = said(whole)
    random.shuffle(whole)
    assert said(whole) == before


def test_a_successor_says_who_when_and_what_was_before_and_the_log_keeps_it(tmp_path):
    old = decision("a", note="twijfel")
    _, new = moved(old)
    assert new == replace(
        old, id=new.id, code="v", imported_at="2025-01-01", file="map.yaml", file_sha256="2" * 64,
        before=(old.id,), was=("a",),
    )  # fmt: skip
    write_log(tmp_path / "log.jsonl", [old, new])
    assert read_log(tmp_path / "log.jsonl") == (old, new)


def test_a_log_of_before_there_were_maps_can_be_read(tmp_path):
    path = tmp_path / "log.jsonl"
    write_log(path, [decision()])
    path.write_text(path.read_text(encoding="utf-8").replace(', "was": []', ""), encoding="utf-8")
    assert read_log(path) == (decision(),)


@pytest.mark.parametrize("own", ["0", "z"])
def test_a_successor_that_comes_back_in_a_review_file_is_no_news(own):
    _, new = moved(decision("a"))
    back = replace(new, id=own, was=(), before=())
    assert (is_echo(back, new), is_echo(new, back)) == (True, False)


def test_codes_that_were_merged_hold_while_one_of_them_does():
    yes, no = decision("b"), decision("c", Verdict.REJECTED, at="2024-04-01")
    whole = moved(yes, no)
    assert said(whole) == {(0, "Anna", "w", True)}
    later = decision("w", Verdict.REJECTED, at="2025-03-01")
    assert said((*whole, later)) == {(0, "Anna", "w", False)}


def test_a_code_merged_into_one_that_was_there_does_not_undo_what_was_said_of_that():
    new = book(code("g"))
    whole = moved(decision("a"), decision("g", Verdict.REJECTED, at="2024-05-01"),
                  codes={"a": ("g",)}, new=new)  # fmt: skip
    assert said(whole, new) == {(0, "Anna", "g", True)}


def test_what_was_decided_blind_stays_blind():
    whole = moved(
        decision("a"), decision("a", Verdict.REJECTED, at="2024-05-01", origin=Origin.ASSISTED)
    )
    assert said(whole) == {(0, "Anna", "v", False)}
    assert said(whole, origin=Origin.BLIND) == {(0, "Anna", "v", True)}


def test_a_code_that_is_gone_leaves_a_stretch_that_was_read():
    assert said(moved(decision("e"))) == {(0, "Anna", None, False)}
    assert said(moved(decision("e"), decision("g"))) == {(0, "Anna", "g", True)}


def test_a_split_code_waits_for_the_same_coder():
    log = (decision("d"), decision("d", coder="Bram"))
    done = migrate(log, NEW, migration())
    assert [(d.code, d.coder) for d in done.again] == [("d", "Anna"), ("d", "Bram")]
    whole = (*log, *done.new, decision("y", at="2025-03-01"))
    then = migrate(whole, NEW, migration())
    assert [d.coder for d in then.again] == ["Bram"]
    assert said((*whole, *then.new)) == {(0, "Anna", "y", True), (0, "Bram", "d", True)}
    assert migrate((*whole, *then.new), NEW, migration()).new == ()


def test_a_split_code_is_not_settled_by_the_rejection_of_one_part():
    log = (decision("d"),)
    whole = (*log, *migrate(log, NEW, migration()).new)
    one = (*whole, decision("x", Verdict.REJECTED, at="2025-03-01"))
    assert migrate(one, NEW, migration()).again
    both = (*one, decision("y", Verdict.REJECTED, at="2025-03-01"))
    settled = migrate(both, NEW, migration())
    assert not settled.again
    assert said((*both, *settled.new)) == {(0, "Anna", "x", False), (0, "Anna", "y", False)}


def test_where_a_split_code_was_only_rejected_its_parts_are():
    assert said(moved(decision("d", Verdict.REJECTED))) == {
        (0, "Anna", "x", False),
        (0, "Anna", "y", False),
    }


def test_codebooks_can_change_again_and_again():
    first = moved(decision("b"), decision("c", Verdict.REJECTED, at="2024-04-01"))
    second = book(code("q"), code("sad"))
    whole = moved(*first, codes={"w": ("q",)}, new=second)
    assert said(whole, second) == {(0, "Anna", "q", True)}
    assert len(not_moved_on(whole)) == 2


def test_a_later_decision_on_a_merged_code_stays_the_later_one_after_another_map():
    first = moved(decision("b"), decision("c"))
    first = (*first, decision("w", Verdict.REJECTED, at="2025-01-05"))
    second = book(code("q"))
    whole = moved(*first, codes={"w": ("q",)}, new=second)
    assert said(whole, second) == {(0, "Anna", "q", False)}


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        ({"b": ("w",)}, r'neither in the new codebook nor in the map: "a" \(1 decisions\)'),
        ({"a": ("nergens",)}, '"a" becomes "nergens"'),
        ({"a": ("v",), "g": ("w",)}, '"g" is a code of the new codebook'),
    ],
)
def test_a_map_that_does_not_fit_is_refused_and_says_why(codes, told):
    with pytest.raises(CodebookError, match=told):
        migrate([decision("a")], NEW, migration(codes))


def test_a_map_is_read_with_one_several_or_no_new_codes(tmp_path):
    path = tmp_path / "map.yaml"
    path.write_text("codes:\n  a: x\n  b: [x, y]\n  c: []\n  d:\n", encoding="utf-8")
    assert read_code_map(path) == {"a": ("x",), "b": ("x", "y"), "c": (), "d": ()}
    path.write_text("a: x\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="not understood"):
        read_code_map(path)
