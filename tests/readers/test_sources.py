import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from reader_files import read_bytes, roles_of, turns_of

from nlp_pipeline.config import ReadSettings
from nlp_pipeline.errors import InputError
from nlp_pipeline.readers import SUFFIXES, Source, find_sources, read_source


def touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("R: Ja.", encoding="utf-8")


def test_folders_are_walked_in_order(tmp_path: Path) -> None:
    touch(tmp_path, "b.txt", "a.docx", "ronde 2/c.vtt", "ronde 1/d.TXT")
    names = [source.name for source in find_sources([tmp_path])]
    assert names == ["a.docx", "b.txt", "ronde 1/d.TXT", "ronde 2/c.vtt"]


def test_clutter_is_passed_over(tmp_path: Path) -> None:
    touch(tmp_path, "a.txt", ".DS_Store", "~$a.docx", "Thumbs.db", ".git/b.txt", ".~lock.a.odt#")
    assert [source.name for source in find_sources([tmp_path])] == ["a.txt"]


def test_other_formats_come_with_a_reason(tmp_path: Path) -> None:
    touch(tmp_path, "a.txt", "foto.jpg", "oud.doc", "opname.mp3", "zonder")
    reasons = {source.name: source.reason for source in find_sources([tmp_path])}
    assert reasons["a.txt"] == ""
    assert reasons["foto.jpg"] == "not a format that is read: .jpg"
    assert ".docx" in reasons["oud.doc"]
    assert "transcribe" in reasons["opname.mp3"]
    assert "no suffix" in reasons["zonder"]


def test_a_file_given_twice_is_read_once(tmp_path: Path) -> None:
    touch(tmp_path, "a.txt", "b.txt")
    found = find_sources([tmp_path / "b.txt", tmp_path, tmp_path / "a.txt"])
    assert [source.name for source in found] == ["b.txt", "a.txt"]


def test_two_files_with_one_name_stay_apart(tmp_path: Path) -> None:
    touch(tmp_path, "een/a.txt", "twee/a.txt")
    found = find_sources([tmp_path / "een", tmp_path / "twee"])
    assert [source.name for source in found] == ["a.txt", "twee/a.txt"]


def test_names_are_composed(tmp_path: Path) -> None:
    touch(tmp_path, unicodedata.normalize("NFD", "cliënt.txt"))
    assert [source.name for source in find_sources([tmp_path])] == ["cliënt.txt"]


def test_missing_paths_are_all_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"(?s)een\.txt: this file.*twee: this file"):
        find_sources([tmp_path / "een.txt", tmp_path / "twee"])


def test_empty_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.txt: the file is empty"):
        read_bytes(tmp_path, "a.txt", b"")


def test_large_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.txt: the file is 0 MB, and files over 0\.001 MB"):
        read_bytes(tmp_path, "a.txt", b"R: ja\n" * 400, max_megabytes=0.001)


@pytest.mark.parametrize("data", [b" \n\n", b"I:\nR:\n", b"... \xe2\x80\xa6 ---"])
def test_no_words(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.txt: there are no words"):
        read_bytes(tmp_path, "a.txt", data)


def test_file_that_has_gone(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.txt: this file cannot be opened"):
        read_source(Source(path=tmp_path / "a.txt", name="a.txt"), ReadSettings())


def test_unknown_format(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg")
    with pytest.raises(InputError, match=r"a\.jpg: not a format that is read"):
        read_source(find_sources([tmp_path])[0], ReadSettings())


def test_reading_twice_is_the_same(tmp_path: Path) -> None:
    data = b"I: Wie?\nR: Ik doe dat."
    assert read_bytes(tmp_path, "a.txt", data) == read_bytes(tmp_path, "a.txt", data)


def test_table_of_passages(tmp_path: Path) -> None:
    table = (
        "id,speaker,text,context,language\n"
        "p1,R1,De huisarts belt nooit terug en dat maakt het lastig.,Hoe gaat het?,\n"
        "p2,R2,,,\n"
        "p3,I,En wat zou er dan helpen?,,\n"
        "p4,,The nurse rings me back and that really makes the difference.,,\n"
        "p5,R1,Ja.,,en\n"
    )
    result = read_bytes(tmp_path, "citaten.csv", table.encode())
    passages = result.passages or ()
    text = result.transcript.text
    assert result.row_ids == ("p1", "p3", "p4", "p5")
    assert [text[p.start : p.end] for p in passages] == [p.text for p in passages]
    assert [p.language for p in passages] == ["nl", "nl", "en", "en"]
    assert passages[0].context == "Hoe gaat het?"
    assert len({p.id for p in passages}) == 4
    assert [speaker for speaker, _ in turns_of(result.transcript)] == ["R1", "I", None, "R1"]
    assert roles_of(result.transcript) == ["respondent", "interviewer", "respondent", "respondent"]
    assert result.warnings == ("citaten.csv, row(s) 3: no words in the text, skipped",)


def test_table_without_words(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"citaten\.csv: no row has words"):
        read_bytes(tmp_path, "citaten.csv", b"text\n-\n")


def test_prose_has_no_passages(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, "a.txt", b"I: Wie?\nR: Ik.").passages is None


def test_language_of_the_settings_wins(tmp_path: Path) -> None:
    result = read_bytes(tmp_path, "a.txt", b"I: Wie doet dat?\nR: Ik.", language="en")
    assert result.transcript.language == "en"


@pytest.mark.parametrize("suffix", SUFFIXES, ids=str)
def test_no_format_fails_with_a_foreign_error(suffix: str, tmp_path: Path) -> None:
    for data in (b"\x00\x01\x02", b"{", b"<a>", b"PK\x03\x04zip", b"\xff\xfe\x00", b"%PDF-1.4"):
        with pytest.raises(InputError, match=r"gesprek\."):
            read_bytes(tmp_path, f"gesprek{suffix}", data)


def test_the_package_loads_no_reader() -> None:
    code = "import sys, nlp_pipeline.readers as r; print(sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    for module in ("pypdf", "lxml", "openpyxl", "py3langid", "spacy", "torch"):
        assert f"'{module}'" not in done.stdout
