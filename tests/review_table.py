"""A CSV table for review, filled in as a reviewer would do it."""

import csv
import io


def rows_of(path):
    """Return the rows of a table as dictionaries."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def fill_in(path, decide):
    """Write a decision into each row, by a function of the row; an empty one changes nothing."""
    rows = rows_of(path)
    for row in rows:
        row["decision"] = decide(row) or row["decision"]
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(buffer.getvalue().encode("utf-8"))
    return path


def accept_all(row):
    """Accept what is suggested."""
    return "yes" if row["suggested"] == "yes" else ""
