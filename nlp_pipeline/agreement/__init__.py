"""Agreement between coders: figures in numpy, each with the reason where there is none.

- `figures`: what a figure is; two yes/no codings of the same passages, code by code.
- `nominal`: any number of coders, one value each: kappa, alpha, AC1, PABAK, percent agreement.
- `labelsets`: any number of coders, a set of codes each: alpha with MASI distance.
- `boundaries`: where coders cut the text: boundary similarity, WindowDiff.
- `continuum`: cuts and codes together: alpha by character, uncoded text included.
- `bands`: what a figure is called.

Functions in the singular take codings and return a `Figure`. Those in the plural take sums of terms
that can be added up over passages, with any axes before the last, and return nan where a figure is
undefined: that is how thousands of resamples are one product of matrices.
"""

from nlp_pipeline.agreement.bands import Band, band_words, krippendorff_band, landis_koch
from nlp_pipeline.agreement.boundaries import (
    boundary_similarities,
    boundary_similarity,
    boundary_terms,
    cut_flags,
    window_diff,
    window_diffs,
    window_terms,
)
from nlp_pipeline.agreement.continuum import (
    Pieces,
    Stretch,
    character_alpha,
    character_alphas,
    character_terms,
    cut_pieces,
)
from nlp_pipeline.agreement.figures import (
    CodeFigures,
    Figure,
    Flags,
    average_precision,
    cohen_kappa,
    compare,
)
from nlp_pipeline.agreement.labelsets import (
    masi_alpha,
    masi_alphas,
    masi_distances,
    number_sets,
    set_tables,
)
from nlp_pipeline.agreement.nominal import (
    MISSING,
    fleiss_kappa,
    fleiss_kappas,
    gwet_ac1,
    gwet_ac1s,
    krippendorff_alpha,
    krippendorff_alphas,
    no_figure,
    number_values,
    pabak,
    pabaks,
    percent_agreement,
    percent_agreements,
    prevalences,
    rating_terms,
    value_counts,
    yes_no_counts,
)

__all__ = [
    "MISSING",
    "Band",
    "CodeFigures",
    "Figure",
    "Flags",
    "Pieces",
    "Stretch",
    "average_precision",
    "band_words",
    "boundary_similarities",
    "boundary_similarity",
    "boundary_terms",
    "character_alpha",
    "character_alphas",
    "character_terms",
    "cohen_kappa",
    "compare",
    "cut_flags",
    "cut_pieces",
    "fleiss_kappa",
    "fleiss_kappas",
    "gwet_ac1",
    "gwet_ac1s",
    "krippendorff_alpha",
    "krippendorff_alphas",
    "krippendorff_band",
    "landis_koch",
    "masi_alpha",
    "masi_alphas",
    "masi_distances",
    "no_figure",
    "number_sets",
    "number_values",
    "pabak",
    "pabaks",
    "percent_agreement",
    "percent_agreements",
    "prevalences",
    "rating_terms",
    "set_tables",
    "value_counts",
    "window_diff",
    "window_diffs",
    "window_terms",
    "yes_no_counts",
]
