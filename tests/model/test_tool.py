"""What a result says of its maker."""

from __future__ import annotations

import json

import qaudit
from qaudit.model.options import Options
from qaudit.model.tool import tool_facts


def test_it_names_the_version_the_settings_and_the_libraries() -> None:
    facts = tool_facts(Options(), "builtin-1", 0.03)
    assert (facts["version"], facts["options"], facts["profile"]) == (qaudit.__version__, Options().digest(), "builtin-1")
    assert facts["base_rate"] == 0.03
    assert "numpy" in facts["libraries"]
    json.dumps(facts)


def test_other_options_have_another_digest() -> None:
    assert tool_facts(Options(seed=1), "p", 0.5)["options"] != tool_facts(Options(), "p", 0.5)["options"]
