"""Word files: the transcripts with each suggested code as a comment, and what people answered.

One file, with a heading for every transcript. What comments say, when the file comes back:

- An answer to a comment of the model decides on its code: yes, no, or other codes in its place.
- A comment with codes (``#code``, or labels or ids with ``;`` between them) gives these codes.
  "No code" on a passage says that none applies. "Yes" or "no" that is no answer to a comment
  counts where a single code is suggested, and is listed elsewhere.
- Who answers or codes on a passage decides on all of it: suggestions of which nobody said anything
  are accepted if their comment is still there, and rejected if it was deleted.
- A comment of the model that was deleted, on a passage that nobody decided on, means nothing.
- Other comments become a note beside what the same person decided there, or are listed.
- Earlier decisions come back as they were, unless the same coder decides again.

Positions are found by comparing the text with that of the transcript, so that edits around a
comment do no harm. Changes that Word tracked are read as if they were not made.
"""

from nlp_pipeline.review.docx.reading import read
from nlp_pipeline.review.docx.writing import write

__all__ = ["read", "write"]
