import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_pipeline.errors import InputError
from nlp_pipeline.readers import otranscribe
from nlp_pipeline.readers.base import Paragraph


def stamp(seconds: str, shown: str) -> str:
    return (
        f'<span class="timestamp" contenteditable="false" data-timestamp="{seconds}">{shown}</span>'
    )


def read(html: str) -> list[Paragraph]:
    data = json.dumps({"text": html, "media": "opname.mp3", "media-time": 12.5}).encode()
    return list(otranscribe.read(data, "gesprek.otr").paragraphs)


def texts(html: str) -> list[str]:
    return [paragraph.text for paragraph in read(html)]


def test_paragraphs_line_breaks_and_time_stamps():
    html = (
        f"<p>{stamp('62.7', '1:02')}&nbsp;I: Hoe gaat&nbsp;het?<br />R: Goed,<br>dank u</p>"
        f"<p>{stamp('3725', '1:02:05')} I: En nu?</p>"
    )
    assert texts(html) == [
        "[00:01:02] I: Hoe gaat het?",
        "R: Goed,",
        "dank u",
        "[01:02:05] I: En nu?",
    ]


def test_a_time_stamp_inside_a_paragraph_stays_there():
    assert texts(f"<p>R: eerst {stamp('5', '0:05')}en toen</p>") == ["R: eerst [00:00:05] en toen"]


def test_a_time_stamp_on_a_line_of_its_own_belongs_to_the_next_words():
    assert texts(f"<p>{stamp('5', '0:05')}</p><p><br></p><p>I: zo</p>") == ["[00:00:05] I: zo"]


def test_the_time_that_is_shown_counts_when_the_exact_one_is_damaged():
    assert texts(f"<p>{stamp('', '2:03')} ja</p>") == ["[00:02:03] ja"]
    assert texts(f"<p>{stamp('NaN', 'zo')} ja</p>") == ["zo ja"]


def test_words_typed_inside_a_time_stamp_that_never_ends_are_kept():
    html = '<p><span class="timestamp" data-timestamp="5">0:05 ja dat is zo</p><p>en dit</p>'
    assert texts(html) == ["[00:00:05] 0:05 ja dat is zo", "en dit"]


def test_bold_and_italic():
    html = f"<p><b>{stamp('5', '0:05')} I:</b> hoe?</p><p><i>Zo <b>dus</b></i></p><p><b>R</b></p>"
    first, second, third = read(html)
    assert first.text[: first.bold_prefix] == "[00:00:05] I:"
    assert (first.bold, second.italic, second.bold, third.bold) == (False, True, False, True)


def test_code_is_no_speech_and_entities_are_decoded():
    assert texts("<p>a<script>alert('x')</script> &lt;b&gt; &amp; c<!-- niet --></p>") == [
        "a <b> & c"
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not valid JSON"),
        (b'{"text": "<p>ja', "line 1, column"),
        (b'{"segments": []}', "oTranscribe"),
        (b'{"text": 5}', "oTranscribe"),
        (b'{"text": "<p><br></p>"}', "no words"),
        (b"[1]", "oTranscribe"),
    ],
)
def test_other_files_are_refused(data, message):
    with pytest.raises(InputError, match=message):
        otranscribe.read(data, "gesprek.otr")


@given(st.text(alphabet="<>/![]&;=\"'- pbispanrt0:5\\", max_size=80), st.text(max_size=20))
@settings(max_examples=200, deadline=None)
def test_any_html_is_read_or_refused(html, words):
    try:
        paragraphs = read(html + words)
    except InputError:
        return
    assert all(p.text and 0 <= p.bold_prefix <= len(p.text) for p in paragraphs)


@given(st.binary(max_size=60))
@settings(max_examples=50, deadline=None)
def test_any_bytes_are_read_or_refused(data):
    with suppress(InputError):
        assert otranscribe.read(b'{"text": "' + data, "a.otr").paragraphs
