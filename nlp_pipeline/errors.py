"""The errors that a user can meet, each with a message that says what to do.

A message names the file and the place, what was found and what was expected. It never holds the
words of a participant: ids, offsets and line numbers point to them instead.
"""


class PipelineError(Exception):
    """Something the user can mend; the command line prints it and exits with 1."""


class ConfigError(PipelineError):
    """A settings file is missing, malformed or contradicts itself."""


class CodebookError(ConfigError):
    """A codebook is malformed, or a code is not in it."""


class InputError(PipelineError, ValueError):
    """A transcript or table cannot be read."""


class ForeignError(InputError):
    """A file is not one that this program made; another reader may know it."""


class CorpusError(PipelineError, ValueError):
    """A coded corpus is incomplete or inconsistent."""


class ModelError(PipelineError):
    """A model folder is missing, incompatible or has been changed."""


class StoreError(PipelineError):
    """A run folder cannot be read or written."""


class MissingExtraError(PipelineError, ImportError):
    """An optional package is needed for what was asked."""
