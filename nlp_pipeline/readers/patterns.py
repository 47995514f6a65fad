"""What the beginning of a turn looks like: names, times and the emphasis around them."""

import re

from nlp_pipeline.readers.times import STAMP

_EM = r"(?:\*\*\*|\*\*|__|\*|_)?"
_GAP = r"\s{0,4}"  # bounded, so that a line of nothing but spaces takes no time
_LABEL = r"(?P<label>(?!\d{1,3}:)[^\W_][^:\t\n\[\]<>*#|]{0,47}?)"
_DETAIL = rf"(?:{_GAP}\((?P<detail>[^():]{{1,40}})\))?"
_TIME = rf"(?P<time>{STAMP})"
_NAME = rf"{_EM}{_LABEL}{_DETAIL}{_EM}"

COLON = re.compile(
    rf"\s*(?:>{{1,3}}\s?)?{_EM}(?:{_TIME}{_GAP}[-–:]?{_GAP})?{_EM}{_LABEL}{_DETAIL}"
    rf"{_GAP}{_EM}{_GAP}(?P<time2>{STAMP})?{_GAP}{_EM}[:：]{_EM}(?![\d/\\])\s*"
)
"""A name and a colon, perhaps with a function, a time or emphasis."""

ENUMERATED = re.compile(rf"\s*{_EM}(?P<label>[^\W\d_]{{1,8}}\s?\d{{1,3}})[.)]{_EM}\s+")
BRACKET = re.compile(
    rf"\s*{_EM}(?:{_TIME}\s{{1,4}})?"
    rf"(?:\[(?P<label>[^\]\[:#]{{1,40}})\]|<(?P<angle>[^<>:/]{{1,40}})>){_EM}{_GAP}:?{_EM}\s*"
)
TAB = re.compile(rf"\s*(?:{_TIME}\s{{1,4}})?{_LABEL}{_DETAIL}\t\s*(?=\S)")
DASH = re.compile(rf"\s*{_NAME}{_GAP}[-–—]\s{{1,4}}(?=\S)")
ALONE = re.compile(rf"{_NAME}{_GAP}:?{_EM}")
ONLY_STAMP = re.compile(rf"{_EM}{_TIME}{_EM}")
STAMPED = re.compile(rf"\[?{_NAME}\]?{_GAP}[:,|–-]?\s{{0,12}}{_EM}{_TIME}{_EM}{_GAP}:?{_EM}\\?")
STAMP_FIRST = re.compile(rf"{_EM}{_TIME}{_GAP}[,|–-]?{_GAP}{_NAME}")
