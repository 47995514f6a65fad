"""The report of agreement: a page, a workbook and a paragraph for a methods section."""

from nlp_pipeline.analysis.agreement_report.methods import methods_texts
from nlp_pipeline.analysis.agreement_report.page import to_html, write_page
from nlp_pipeline.analysis.agreement_report.workbook import write_workbook

__all__ = ["methods_texts", "to_html", "write_page", "write_workbook"]
