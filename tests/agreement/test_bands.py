import pytest

from nlp_pipeline.agreement import krippendorff_band, landis_koch


@pytest.mark.parametrize(
    ("kappa", "band"),
    [
        (-1, "poor"), (-0.006, "poor"), (0.0, "slight"), (0.204, "slight"), (0.206, "fair"),
        (0.5, "moderate"), (0.8, "substantial"), (0.81, "almost_perfect"), (1.0, "almost_perfect"),
    ],
)  # fmt: skip
def test_words_of_landis_and_koch(kappa, band):
    assert landis_koch(kappa).id == band


@pytest.mark.parametrize(
    ("alpha", "band"),
    [
        (1.0, "reliable"), (0.8, "reliable"), (0.799, "tentative"), (0.667, "tentative"),
        (0.666, "unreliable"), (-0.3, "unreliable"),
    ],
)  # fmt: skip
def test_bounds_of_krippendorff(alpha, band):
    assert krippendorff_band(alpha).id == band


def test_every_band_has_words_in_every_language():
    figures = [figure / 20 for figure in range(-20, 21)]
    bands = [band(figure) for figure in figures for band in (landis_koch, krippendorff_band)]
    assert {band.id: set(band.words) for band in bands} == {band.id: {"en", "nl"} for band in bands}
    assert len({word for band in bands for word in band.words.values()}) == 2 * 9
