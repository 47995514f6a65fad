"""Codings that other programs made: tables of any tool, QualCoder's and Taguette's databases.

Every coding becomes a `Found` at its place in a transcript of the study, with origin imported, or a
`NotTaken` with the reason. Nothing is guessed: a quote that stands twice has no place.
"""
