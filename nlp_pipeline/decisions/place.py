"""Where a decision of a review file stands in the transcripts of a study."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from nlp_pipeline.decisions.log import Moved
from nlp_pipeline.exchange import Found, text_sha256
from nlp_pipeline.ids import sha256_bytes
from nlp_pipeline.records import Transcript

OTHER_VERSION = "another version"
"""How a refusal is marked that `--reanchor` may lift."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A decision at a place of a transcript, or the reason why it has none.

    ``version`` is the hash of the other text when the file was made for another version.
    """

    found: Found
    transcript: Transcript | None = None
    moved: Moved | None = None
    reason: str = ""
    version: str | None = None


class Places:
    """The transcripts of a study, to recognise by text, by id and by name, in this order."""

    def __init__(
        self, transcripts: Sequence[Transcript], *, versions: Mapping[str, str] | None = None
    ) -> None:
        """Index the transcripts.

        Args:
            transcripts: Those of the study.
            versions: Earlier texts by their hash, to tell where a text has changed.
        """
        self.hashes = {t.id: text_sha256(t.text) for t in transcripts}
        self._versions = versions or {}
        self._by_id = {t.id: t for t in transcripts}
        self._by_text: dict[str, list[Transcript]] = defaultdict(list)
        self._by_name: dict[str, list[Transcript]] = defaultdict(list)
        for transcript in transcripts:
            raw = transcript.text.encode("utf-8", errors="replace")
            for known in {self.hashes[transcript.id], sha256_bytes(raw)}:
                self._by_text[known].append(transcript)
            for name in names_of(transcript):
                self._by_name[name].append(transcript)

    def place(self, found: Found, *, reanchor: bool) -> Placed:
        """Return where a decision stands.

        Args:
            found: The decision.
            reanchor: Whether a quoted text that is found exactly once in a changed transcript
                may be taken for the same stretch.
        """
        if not 0 <= found.start < found.end:
            return Placed(found=found, reason="its start and end enclose no text")
        same = self._by_text.get(found.text_sha256, []) if found.text_sha256 else []
        transcript = self._one_of(same, found) or self._named(found)
        if transcript is None:
            reason = "its transcript is not in this study, by text, by id or by name"
            return Placed(found=found, reason=reason)
        stands = transcript.text[found.start : found.end]
        if transcript in same:
            return self._in_same_text(found, transcript, stands)
        if not found.text_sha256 and found.quote and stands == found.quote:
            return Placed(found=found, transcript=transcript)
        return self._in_other_text(found, transcript, reanchor=reanchor)

    def difference(self, transcript: Transcript, version: str) -> str:
        """Return in numbers how a text differs from another version, without a word of it."""
        old, new = self._versions.get(version), transcript.text
        if not version:
            return f"the text has {len(new)} characters; the file does not tell which text it had"
        if old is None:
            return f"the text has {len(new)} characters now; the other version is not in any run"
        first = _common(old, new)
        last = _common(old[first:][::-1], new[first:][::-1])
        return (
            f"the texts begin to differ at character {first}; characters {first} to "
            f"{len(old) - last} of {len(old)} have become {first} to {len(new) - last} of "
            f"{len(new)}"
        )

    def _one_of(self, transcripts: Sequence[Transcript], found: Found) -> Transcript | None:
        """Return the transcript that is meant of several with the same text."""
        named = [t for t in transcripts if t.id == found.transcript]
        named = named or [t for t in transcripts if folded(found.name) in names_of(t)]
        return next(iter(named or transcripts), None)

    def _named(self, found: Found) -> Transcript | None:
        known = self._by_id.get(found.transcript)
        if known is not None:
            return known
        same = self._by_name.get(folded(found.name), []) if found.name else []
        return same[0] if len(same) == 1 else None

    def _in_same_text(self, found: Found, transcript: Transcript, stands: str) -> Placed:
        if found.end > len(transcript.text):
            reason = f"it ends at {found.end}, but the text has {len(transcript.text)} characters"
            return Placed(found=found, reason=reason)
        if found.quote and _bare(found.quote) != _bare(stands):
            reason = (
                f"the quoted text is not what stands at {found.start} to {found.end}; the row or "
                "its place was changed"
            )
            return Placed(found=found, reason=reason)
        return Placed(found=found, transcript=transcript)

    def _in_other_text(self, found: Found, transcript: Transcript, *, reanchor: bool) -> Placed:
        count = _occurrences(transcript.text, found.quote)
        if reanchor and count == 1:
            start = transcript.text.index(found.quote)
            moved = Moved(start=found.start, end=found.end, text_sha256=found.text_sha256)
            here = replace(found, start=start, end=start + len(found.quote))
            return Placed(found=here, transcript=transcript, moved=moved)
        if not reanchor:
            reason = f"the file was made for {OTHER_VERSION} of this transcript"
        elif not found.quote:
            reason = "the text has changed and the file does not quote the stretch"
        else:
            times = "not" if count == 0 else "more than once"
            reason = f"the text has changed and the quoted stretch is {times} in it"
        return Placed(found=found, transcript=transcript, reason=reason, version=found.text_sha256)


def names_of(transcript: Transcript) -> set[str]:
    """Return the names by which a file may call a transcript."""
    path = transcript.source_name
    bare = path.rsplit("/", 1)[-1]
    stem = bare.rpartition(".")[0] or bare
    return {folded(name) for name in (path, path.rpartition(".")[0], bare, stem) if name}


def folded(name: str) -> str:
    """Return a name for comparing, without capitals and spaces at its ends."""
    return " ".join(name.replace("\\", "/").casefold().split())


def _bare(text: str) -> str:
    return "".join(text.split())


def _occurrences(text: str, quote: str) -> int:
    """Count where a quote stands, up to two; stretches that overlap count too."""
    first = text.find(quote) if quote else -1
    return 0 if first < 0 else 1 + (text.find(quote, first + 1) >= 0)


def _common(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their start."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))
