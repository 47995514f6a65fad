"""What is written to disk: whole files or none, the tables of a run folder, and its lock."""

from nlp_pipeline.store.files import (
    TEMPORARY,
    atomic_write,
    disk_error,
    hash_file,
    move_file,
    read_json,
    remove_folder,
    remove_temporary,
    write_json,
)
from nlp_pipeline.store.lock import LOCK_NAME, lock_folder
from nlp_pipeline.store.tables import (
    passage_from,
    read_passages,
    read_suggestions,
    read_transcripts,
    suggestion_from,
    to_row,
    transcript_from,
    write_passages,
    write_suggestions,
    write_transcripts,
)

__all__ = [
    "LOCK_NAME",
    "TEMPORARY",
    "atomic_write",
    "disk_error",
    "hash_file",
    "lock_folder",
    "move_file",
    "passage_from",
    "read_json",
    "read_passages",
    "read_suggestions",
    "read_transcripts",
    "remove_folder",
    "remove_temporary",
    "suggestion_from",
    "to_row",
    "transcript_from",
    "write_json",
    "write_passages",
    "write_suggestions",
    "write_transcripts",
]
