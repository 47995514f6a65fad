"""A module imports only from the layers before it, and importing the package stays cheap."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import nlp_pipeline

LAYERS = (
    ("errors", "ids", "records", "codebook"),
    ("resources", "wording", "config", "store", "exchange"),
    (
        "language",
        "readers",
        "segment",
        "agreement",
        "resample",
        "intervals",
        "patterns",
        "selective",
        "corpus",
        "audit",
        "decisions",
        "codebooks",
        "sample",
        "choose",
        "frame",
        "split",
    ),
    ("encode", "network", "rounding", "artifact", "cache", "base"),
    (
        "forward",
        "suggest",
        "classify",
        "untrained",
        "calibrate",
        "losses",
        "augment",
        "checkpoint",
        "heads",
        "examples",
        "pace",
        "learn",
        "warm",
        "train",
        "baselines",
        "certify",
    ),
    ("review", "analysis", "card"),
    ("pipeline", "scale"),
    (
        "progress",
        "console",
        "console_review",
        "console_study",
        "console_train",
        "console_agree",
        "console_certify",
        "cli_review",
        "cli_study",
        "cli_train",
        "cli_agree",
        "cli_certify",
        "cli",
        "__main__",
    ),
)
ORDER = [unit for layer in LAYERS for unit in layer]
"""Every module or subpackage of the package, each after all that it may import."""

PACKAGE = Path(nlp_pipeline.__file__).parent
ROOT = PACKAGE.name
MODULES = sorted(PACKAGE.rglob("*.py"))
HEAVY = ("torch", "transformers", "spacy", "sklearn", "datasets", "pandas")


def dotted(path, package):
    parts = path.relative_to(package.parent).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def imported_units(source, *, module, is_package):
    """Yield the unit (module or subpackage of the package) that each import names, and its line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            targets = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module.split(".") if node.module else []
            if node.level:
                above = len(module) - node.level + (1 if is_package else 0)
                base = [*module[:above], *base]
            targets = [[*base, alias.name] for alias in node.names]
        else:
            continue
        for target in targets:
            if target[0] == ROOT and len(target) > 1 and not target[1].startswith("__"):
                yield target[1], node.lineno


def problems(path, package=PACKAGE):
    module, is_package = dotted(path, package), path.name == "__init__.py"
    unit = module[1] if len(module) > 1 else None
    if unit is not None and unit not in ORDER:
        return [f"{unit}: not in the table of layers"]
    allowed = ORDER[: ORDER.index(unit) + 1] if unit else []
    source = path.read_text(encoding="utf-8")
    return [
        f"{'.'.join(module)}, line {line}: imports {target}"
        for target, line in imported_units(source, module=module, is_package=is_package)
        if target not in allowed
    ]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: ".".join(dotted(path, PACKAGE)))
def test_a_module_imports_only_from_earlier_ones(path):
    assert problems(path) == []


@pytest.mark.parametrize(
    ("place", "source", "found"),
    [
        ("ids.py", "import nlp_pipeline.config\n", ["config"]),
        ("ids.py", "from nlp_pipeline import cli as c, errors\n", ["cli"]),
        ("ids.py", "from nlp_pipeline.review.tables import x\n", ["review"]),
        ("ids.py", "from . import store\n", ["store"]),
        ("ids.py", "def f():\n    from .readers.base import x\n", ["readers"]),
        ("readers/odt.py", "from ..segment import x\nfrom .base import y\n", ["segment"]),
        ("readers/__init__.py", "from .base import y\nfrom ..cli import z\n", ["cli"]),
        ("readers/__init__.py", "from . import base\nfrom .. import cli\n", ["cli"]),
        ("__init__.py", "from .errors import x\n", ["errors"]),
        ("config.py", "import os, nlp_pipeline\nfrom nlp_pipeline import __version__\n", []),
        ("config.py", "import torch\nfrom nlp_pipeline.errors import x\n", []),
    ],
)
def test_every_form_of_import_is_seen(tmp_path, place, source, found):
    package = tmp_path / ROOT
    path = package / place
    path.parent.mkdir(parents=True)
    path.write_text(source, encoding="utf-8")
    assert [problem.rsplit(" ", 1)[1] for problem in problems(path, package)] == found


def test_a_module_that_is_not_in_the_table_is_reported(tmp_path):
    path = tmp_path / ROOT / "utils.py"
    path.parent.mkdir()
    path.write_text("", encoding="utf-8")
    assert problems(path, tmp_path / ROOT) == ["utils: not in the table of layers"]


@pytest.mark.parametrize("module", [ROOT, f"{ROOT}.cli"])
def test_importing_loads_nothing_heavy(module):
    code = f"import sys, {module}; print(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert ROOT in done.stdout.split()
    assert set(HEAVY).isdisjoint(done.stdout.split())
