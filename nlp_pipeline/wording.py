"""What the program says to people: tables of phrases in its languages, and counts in words."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from nlp_pipeline.errors import PipelineError

UI_LANGUAGES = {"en": "English", "nl": "Nederlands"}
"""The languages of the files for people and their own names."""

Table = Mapping[str, tuple[str, str]]
"""Phrases by their key, each in the languages of `UI_LANGUAGES` and in their order."""


def counted(number: int, one: str, several: str = "") -> str:
    """Return a number with what is counted, in the singular or the plural.

    >>> counted(1, "passage"), counted(2, "passage"), counted(0, "persoon", "mensen")
    ('1 passage', '2 passages', '0 mensen')
    """
    return f"{number} {one if number == 1 else several or one + 's'}"


class Phrases(Mapping[str, tuple[str, str]]):
    """A table of phrases, to look up by language and by key.

    ``{n}`` and the like in a phrase stand for what is filled in.

    >>> Phrases({"no": ("No", "Nee")}).of("nl")["no"]
    'Nee'
    """

    def __init__(self, table: Table) -> None:
        """Sort the phrases by language."""
        self._table = dict(table)
        self._by_language = {
            language: MappingProxyType({key: said[place] for key, said in self._table.items()})
            for place, language in enumerate(UI_LANGUAGES)
        }

    def of(self, language: str) -> Mapping[str, str]:
        """Return the phrases in one language. Raises `PipelineError` if there is no such one."""
        if language not in self._by_language:
            names = ", ".join(UI_LANGUAGES)
            msg = f'review files cannot be written in "{language}"; choose one of: {names}'
            raise PipelineError(msg)
        return self._by_language[language]

    def __getitem__(self, key: str) -> tuple[str, str]:
        """Return one phrase in every language, to recognise it by."""
        return self._table[key]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the keys."""
        return iter(self._table)

    def __len__(self) -> int:
        """Return how many phrases there are."""
        return len(self._table)
