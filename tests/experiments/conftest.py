from pathlib import Path

import pytest

from projects import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A fresh clone."""
    return Project(tmp_path)
