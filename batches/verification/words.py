"""What a verification found, in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from batches.models import Verification
from batches.words import error_words

KINDS: Mapping[str, Promise] = {
    "missing": gettext_lazy("Only on the source"),
    "extra": gettext_lazy("Only on the target"),
    "duplicate": gettext_lazy("Extra copies on the target"),
    "date": gettext_lazy("With another date"),
    "flags": gettext_lazy("With other flags"),
    "keywords": gettext_lazy("With other keywords"),
    "order": gettext_lazy("In another order"),
}
EXPLANATIONS: Mapping[str, Promise] = {
    "skipped": gettext_lazy("skipped, with its reason"),
    "excluded": gettext_lazy("not selected for the batch"),
    "repaired": gettext_lazy("repaired so that the target takes it"),
    "arrived_later": gettext_lazy("new since the last sync"),
    "changed_later": gettext_lazy("changed at the source since the last sync"),
    "vanished_at_source": gettext_lazy("deleted at the source after it was copied"),
    "unreadable_later": gettext_lazy("copied before the source stopped handing it out"),
    "added_at_target": gettext_lazy("put there by somebody else"),
    "changed_at_target": gettext_lazy("flags set on the target since it was copied"),
    "date_not_kept": gettext_lazy("not kept by the target, as it is before 1970, after 2037 or in the future"),
    "keyword_not_kept": gettext_lazy("not kept by the target"),
    "sent_again": gettext_lazy("copied after what follows it"),
    "selected_later": gettext_lazy("selected later than what follows it"),
}


def difference_words(key: str) -> str:
    """``missing:skipped`` as a person says it."""
    kind, _colon, explanation = key.partition(":")
    why = EXPLANATIONS.get(explanation, explanation) if explanation else _("unexplained")
    return f"{KINDS.get(kind, kind)}: {why}"


def error_sentence(verification: Verification) -> str:
    """What kept the mailboxes from being compared, and what to do. Reads the user's batch and its endpoints."""
    user = verification.user
    endpoint = {"source": user.batch.source, "target": user.batch.target}.get(verification.error_side)
    server = endpoint.server if endpoint else ""
    return error_words(verification.error_code, side=verification.error_side, server=server, user=user.address)
