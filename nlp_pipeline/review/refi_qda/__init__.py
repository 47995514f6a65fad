"""REFI-QDA: projects (.qdpx) and codebooks (.qdc) for ATLAS.ti, NVivo, MAXQDA and QualCoder.

An export has the model as a user of its own. A reviewer deletes the codings of the model that do
not apply and adds hers as herself. The description of each source says what was shown, since that
is what tools keep. An import compares the two:

- Nothing changed on a passage: nothing was decided on it.
- A coding of her own on exactly a passage decides on the whole passage: suggestions that are still
  there or that she coded too are accepted, the others rejected, her other codes added.
- A suggestion that is gone is rejected where it is known who decided: the coder for whom the file
  was made (``ExportOptions.coder``), or the only one with codings of her own in the file.
  Otherwise it is listed as not taken. A file without any coding at all decides nothing.
- The mark for seen passages says that no code applies; suggestions on that passage are rejected.
- A coding of the model at another place or with another code is a change by the reviewer.
- Earlier decisions come back as they were; one whose coding was deleted is rejected.

A file from elsewhere gives what its people coded, as imported.
"""

from nlp_pipeline.review.refi_qda.export import write
from nlp_pipeline.review.refi_qda.imports import read

__all__ = ["read", "write"]
