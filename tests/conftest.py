"""What all tests share: no network, no time limits on slow machines, and one browser."""

import os
import shutil

import pytest
from hypothesis import HealthCheck, settings

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_OFFLINE"] = "1"

settings.register_profile(
    "slow-machines",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("slow-machines")


@pytest.fixture
def interviews(tmp_path):
    """Return a folder with three short interviews, two in Dutch and one in English."""
    from interviews import write_interviews

    return write_interviews(tmp_path / "interviews")


BROWSERS = ("chromium", "chromium-browser", "google-chrome", "msedge")


def pytest_addoption(parser):
    parser.addoption(
        "--need-browser",
        action="store_true",
        help="fail, instead of skipping, where the browser tests find no browser",
    )


@pytest.fixture(scope="session")
def chromium(request):
    """Return a browser for all tests that are marked with `browser`."""
    lacking = pytest.fail if request.config.getoption("--need-browser") else pytest.skip
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        lacking("there is no Chromium, Chrome or Edge on this computer")
    try:
        from playwright import sync_api
    except ImportError:
        lacking("Playwright is not installed; pip install -e .[dev]")
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path)
        yield browser
        browser.close()


SPOKEN = ("korte lijnen", "zorgverzekeraar", "huddle", "verdieping", "funding")
"""Words of the invented participants, which no command may print."""


@pytest.fixture
def call(capsys):
    """Return a function that runs a command line and gives exit code, output and complaints."""
    from nlp_pipeline import cli

    def call(*arguments):
        with pytest.raises(SystemExit) as left:
            cli.main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert all(word not in out + err for word in SPOKEN)
        return left.value.code, out, err

    return call


@pytest.fixture
def study(tmp_path):
    """Return the folder of a study that was run once, with suggestions by keyword."""
    from interviews import KeywordClassifier, write_interviews

    from nlp_pipeline import pipeline

    folder = tmp_path / "my-study"
    write_interviews(folder / "transcripts")
    (folder / "study.yaml").write_text("name: Proef\n", encoding="utf-8")
    pipeline.run(pipeline.load_study([folder]), KeywordClassifier())
    return folder
