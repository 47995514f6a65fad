"""Segmentation: transcripts to passages, the units that are coded."""

from nlp_pipeline.segment.context import turns_with_context
from nlp_pipeline.segment.cuts import Embed
from nlp_pipeline.segment.passages import segment_transcript

__all__ = ["Embed", "segment_transcript", "turns_with_context"]
