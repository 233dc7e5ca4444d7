"""The planner agrees with a second one that scores every state anew."""

import json

from hypothesis import HealthCheck, assume, given, settings

from maturity import Case, assess, codec, load_framework
from tests.maturity.cases import read_cases
from tests.maturity.goldens import differences
from tests.maturity.slow_roadmap import SlowPlanner


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(read_cases())
def test_the_fast_planner_equals_the_slow_one(case: Case) -> None:
    framework = load_framework()
    findings = assess(framework, case)
    assume(findings.roadmap is not None)
    expected = json.loads(json.dumps(SlowPlanner(framework, case).best()))
    got = codec.dump(findings)["roadmap"]
    assert differences(expected, got) == []
