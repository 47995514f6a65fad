"""The review page: one HTML file in which people decide, and the decisions that it saves."""

from nlp_pipeline.review.html.decisions import read
from nlp_pipeline.review.html.page import to_html, write

__all__ = ["read", "to_html", "write"]
