"""What a coder who read everything saw without giving a code."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from nlp_pipeline.records import Passage, Transcript
from nlp_pipeline.review.outside.collect import Collector, Remark, Spot

Reader = tuple[str, str]
"""A coder and the id of a transcript."""


@dataclass
class Reading:
    """Who read which transcript, where they coded, and where that is not known."""

    coded: dict[Reader, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    lost: Counter[Reader] = field(default_factory=Counter)

    def read(self, coder: str, transcript: Transcript) -> None:
        """Note that somebody read a transcript."""
        self.coded[coder, transcript.id]

    def code(self, coder: str, spot: Spot) -> None:
        """Note that somebody coded a stretch; a stretch with no sure place counts as lost."""
        if spot.is_sure:
            self.coded[coder, spot.transcript.id].append((spot.start, spot.end))
        else:
            self.lose(coder, [spot.transcript])

    def lose(self, coder: str, transcripts: Iterable[Transcript]) -> None:
        """Note that somebody coded something of which the place is not known."""
        for transcript in transcripts:
            self.lost[coder, transcript.id] += 1

    def finish(self, collector: Collector) -> None:
        """Take the passages without any coding as seen and not coded.

        Where a coding of the same coder has no place, nothing is taken: it could be on any passage.
        """
        transcripts = {t.id: t for t in collector.known.transcripts}
        for (coder, own), count in self.lost.items():
            name = transcripts[own].source_name
            reason = f"passages without a code are not taken as seen: {count} row(s) have no place"
            collector.leave(f"{name}{f', {coder}' if coder else ''}", reason)
        for (coder, own), spans in self.coded.items():
            if (coder, own) in self.lost:
                continue
            for passage in collector.known.passages:
                if passage.transcript_id == own and not _is_touched(passage, spans):
                    place = f"{transcripts[own].source_name}, {passage.start}-{passage.end}"
                    spot = Spot(transcript=transcripts[own], start=passage.start, end=passage.end)
                    collector.add(spot, (), Remark(coder=coder, place=place))


def _is_touched(passage: Passage, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start < passage.end and passage.start < end for start, end in spans)
