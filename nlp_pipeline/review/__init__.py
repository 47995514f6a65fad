"""Suggestions as files that people read: tables, an Excel workbook and a page for the browser."""
