"""Projects that other programs keep in an SQLite database: QualCoder's and Taguette's."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from nlp_pipeline.errors import InputError
from nlp_pipeline.exchange import Known, ReviewFile
from nlp_pipeline.review.outside import qualcoder, taguette
from nlp_pipeline.review.outside.collect import Collector
from nlp_pipeline.review.outside.names import CodeNames
from nlp_pipeline.store import disk_error

QUALCODER_FILE = "data.qda"
"""The database in the folder of a QualCoder project."""

_BESIDE = ("", "-wal", "-journal")
_READERS = ((qualcoder.TABLES, qualcoder.collect), (taguette.TABLES, taguette.collect))


def read(path: Path, known: Known) -> ReviewFile:
    """Read the codings in a project of QualCoder or Taguette; the project itself is not opened.

    Args:
        path: The database, or the folder of a QualCoder project.
        known: What the study knows, to recognise codes and transcripts by.

    Raises:
        InputError: It is neither, or it is damaged.
        StoreError: The disk refuses.
    """
    collector = Collector(known, CodeNames(known.codebook))
    data = path / QUALCODER_FILE if path.is_dir() else path
    try:
        with _copied(data) as database:
            tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master")}
            for needed, collect in _READERS:
                if needed <= tables:
                    return collect(database, collector)
    except sqlite3.Error as error:
        msg = (
            f"{path.name}: this database cannot be read ({type(error).__name__}); close the "
            "program that it belongs to, and copy or export it again"
        )
        raise InputError(msg) from error
    msg = f"{path.name}: a database, but no project of QualCoder or Taguette"
    raise InputError(msg)


@contextmanager
def _copied(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a copy of a database, with what its program has not yet put into it."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "copy.sqlite"
        for ending in _BESIDE:
            source = path.with_name(path.name + ending)
            try:
                if not ending or source.exists():
                    shutil.copyfile(source, copy.with_name(copy.name + ending))
            except OSError as error:
                raise disk_error(source, error, "read") from error
        with closing(sqlite3.connect(copy)) as database:
            database.text_factory = lambda raw: raw.decode("utf-8", errors="replace")
            yield database
