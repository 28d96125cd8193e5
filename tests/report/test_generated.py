"""The pages and schemas that follow from the code say what the code says."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def test_every_generated_file_is_up_to_date() -> None:
    script = Path(__file__).parents[2] / "docs" / "generate.py"
    spec = importlib.util.spec_from_file_location("docs_generate", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for path, text in module.generated().items():
        assert text == path.read_text(encoding="utf-8"), f"{path.name}: run `make docs`"
