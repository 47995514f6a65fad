"""The model that `run` takes for a study: the setting ``model`` in ``study.yaml``."""

import re
from pathlib import Path

from nlp_pipeline.config import StudySettings, read_settings
from nlp_pipeline.errors import ConfigError
from nlp_pipeline.pipeline.study import STUDY_FILE
from nlp_pipeline.store import atomic_write, disk_error

_SETTING = re.compile(r"^model[ \t]*:[^\r\n]*", re.MULTILINE)


def set_default(study: Path, model: str) -> None:
    """Make a model in the folder ``models`` of a study the one that its runs take.

    Only the line of this setting is changed; comments and everything else stay as they are.

    Raises:
        ConfigError: The file is written in a way in which one line cannot be changed; it is left
            as it is.
        StoreError: The disk refuses.
    """
    path = study / STUDY_FILE
    before = read_settings(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise disk_error(path, error, "read") from error
    line = f"model: {_quoted(model)}"
    end = "\r\n" if "\r\n" in text else "\n"
    if _SETTING.search(text):
        new = _SETTING.sub(lambda _: line, text, count=1)
    else:
        new = text + ("" if not text or text.endswith("\n") else end) + line + end
    with atomic_write(path) as temporary:
        temporary.write_bytes(new.encode("utf-8"))
        if not _is_changed(temporary, before, model):
            msg = (
                f'{path}: the setting "model" stands there in a way that cannot be changed; write '
                f"{line} on a line of its own"
            )
            raise ConfigError(msg)


def _is_changed(path: Path, before: StudySettings, model: str) -> bool:
    try:
        return read_settings(path) == before.model_copy(update={"model": model})
    except ConfigError:
        return False


def _quoted(name: str) -> str:
    """Return a name so that YAML takes it for a text, whatever it looks like."""
    return name if re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)+", name) else f"'{name}'"
