"""The benchmark of the DNS asks all that it says, of few domains."""

from __future__ import annotations

from bench.dns import ASKED, costs, delay
from tests.servers.internet import Internet


def test_every_kind_of_question_is_counted_and_a_silent_server_too() -> None:
    with Internet(4) as internet:
        names = [internet.domain().name for _ in range(3)]
        rows = costs(names, internet.network(), 1).splitlines()
        assert [row.split(" | ")[0].strip("| ") for row in rows[2:]] == list(ASKED)
        assert delay(names, internet).endswith("and 0 of these have to wait for it.\n")
