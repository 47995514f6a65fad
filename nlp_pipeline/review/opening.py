"""Any file with decisions or codings, whoever made it: which reader it is for."""

from pathlib import Path

from nlp_pipeline.errors import ForeignError, InputError
from nlp_pipeline.exchange import Known, ReviewFile
from nlp_pipeline.readers.workbook import xlsx_sheets
from nlp_pipeline.review.formats import recognise
from nlp_pipeline.review.outside import database, table
from nlp_pipeline.review.outside.columns import Columns
from nlp_pipeline.review.xlsx.table import find_record
from nlp_pipeline.store import disk_error

_SQLITE = b"SQLite format 3\x00"
_SUFFIXES = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm")


def data_file(path: Path) -> Path:
    """Return the file that holds the data: that in its folder for a project of QualCoder.

    Raises:
        InputError: It is a folder, but no such project.
    """
    if not path.is_dir():
        return path
    data = path / database.QUALCODER_FILE
    if not data.is_file():
        msg = f"{path}: a folder without {data.name}, so no QualCoder project; give the files in it"
        raise InputError(msg)
    return data


def read_review(path: Path, known: Known, *, columns: Columns | None = None) -> ReviewFile:
    """Read what people decided in a file of this program, or coded in another.

    Args:
        path: A file, or the folder of a QualCoder project.
        known: What the study knows.
        columns: What the user said of the columns of tables from elsewhere.

    Raises:
        PipelineError: It cannot be read, is none of these, or was not understood.
    """
    data = data_file(path)
    head = _head(data)
    if head.startswith(_SQLITE):
        return database.read(path, known)
    columns = columns or Columns()
    try:
        format = recognise(data)
        if columns.is_given and format.name == "xlsx" and not _is_ours(data):
            return table.read(data, known, columns=columns)
        return format.read(data, known)
    except ForeignError:
        # What is no table for sure is not looked into: its first line would be in the message.
        if data.suffix.lower() not in _SUFFIXES and not columns.is_given:
            raise
        return table.read(data, known, columns=columns)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(4096)
    except FileNotFoundError as error:
        msg = f"{path}: this file does not exist"
        raise InputError(msg) from error
    except OSError as error:
        raise disk_error(path, error, "read") from error


def _is_ours(path: Path) -> bool:
    """Tell whether a workbook has the hidden sheet of an export."""
    return find_record(xlsx_sheets(path.read_bytes(), path.name)) is not None
