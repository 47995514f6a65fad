"""What all tests share: no network, and no time limits on slow machines."""

import os

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
