"""The review workbook: one row per passage, a column to decide in for each facet.

What a row says, when it comes back:

- A row without any decision was not seen.
- A decision for a facet says which of its codes apply; suggested codes that are not kept are
  rejected. The column for the whole passage decides for every facet that has no word of its own.
- A facet without a word, in a row that has decisions, is left undecided if codes were suggested
  for it; how many there are is told.
- A row in which every facet is decided and no code is kept was seen and has no code.
- Earlier decisions come back as they were, unless the same coder decides again.

A row is known by a hidden key that moves with it when the sheet is sorted, else by its text. A
column is known by a hidden word above its header, else by its header.
"""

from nlp_pipeline.review.xlsx.reading import read
from nlp_pipeline.review.xlsx.writing import write

__all__ = ["read", "write"]
