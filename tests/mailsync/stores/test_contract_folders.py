"""The promises of :mod:`mailsync.store` about folders, on every store."""

from __future__ import annotations

import pytest

from mailsync.errors import Retry
from mailsync.model import INBOX, FlagChange, FlagQuery, Path, Refused
from mailsync.store import Store
from mailsync.uids import UidSet
from tests.mailsync.stores.messages import (
    keep,
    kept,
    mail,
    make,
    message,
    messages,
    uids_in,
)
from tests.servers.kinds import PECULIARITIES, Peculiarities

ARCHIVE: Path = ("Archive",)


def test_folders_come_with_their_state_and_parents_before_children(store: Store) -> None:
    keep(store, ("Work", "Projects", "2009"), [mail("a", "\\Seen"), mail("b")])
    make(store, ("Work",))
    found = {folder.path: folder for folder in store.folders()}
    paths = list(found)
    assert paths.index(("Work",)) < paths.index(("Work", "Projects", "2009"))
    state = found["Work", "Projects", "2009"].state
    assert state is not None
    assert (state.messages, state.uidnext) == (2, uids_in(store, ("Work", "Projects", "2009")).last + 1)
    assert state == store.state(("Work", "Projects", "2009"))
    assert found["Work",].state is not None


@pytest.mark.parametrize(
    "path",
    [
        ("Entwürfe & Notizen",),
        ("日本語", "予定"),
        ("Почта", "Входящие", "Ещё"),
        ("smile 😀 &", "a&b-c"),
        ('quo"ted', "back\\slash"),
        (" blanks around ",),
        ("100%", "star*"),
        ("INBOX", "Below the inbox"),
        ("NIL",),
    ],
    ids=ascii,
)
def test_a_folder_with_any_name_is_made_listed_and_used(store: Store, store_kind: str, path: Path) -> None:
    if path in PECULIARITIES.get(store_kind, Peculiarities()).refused_names:
        refused = store.create([(path, ""), (ARCHIVE, "")])
        assert [(name, error.code) for name, error in refused.items()] == [(path, "folder_refused")]
        assert " NO " in str(refused[path])
        assert store.state(path) is None
        assert store.state(ARCHIVE) is not None
        return
    keep(store, path, [mail("inside")])
    assert path in [folder.path for folder in store.folders()]
    assert len(kept(store, path)) == 1
    assert store.state(path) is not None


def test_making_a_folder_that_is_there_is_no_error(store: Store) -> None:
    keep(store, ARCHIVE, [mail("kept")])
    make(store, ARCHIVE)
    make(store, INBOX)
    assert len(uids_in(store, ARCHIVE)) == 1


def test_a_folder_that_is_not_there_has_no_state(store: Store) -> None:
    assert store.state(("Nowhere",)) is None


def test_uids_of_a_folder_that_is_not_there_are_to_be_asked_for_again_later(store: Store) -> None:
    with pytest.raises(Retry, match="unavailable"):
        uids_in(store, ("Nowhere",))
    keep(store, ARCHIVE, [mail("and it goes on")])


def test_appending_to_a_folder_that_is_not_there_is_refused_for_that_reason(store: Store) -> None:
    outcomes = list(store.append(messages([mail("a"), mail("b", "$Keyword")], ("Nowhere",))))
    assert {(type(outcome), getattr(outcome, "code", "")) for outcome in outcomes} == {(Refused, "folder_missing")}
    assert [uid for outcome in outcomes for uid in outcome.uids] == [1, 2]
    keep(store, ARCHIVE, [mail("and it goes on")])


def test_many_folders_are_made_looked_at_and_changed_at_once(store: Store) -> None:
    paths: list[Path] = [INBOX, *((f"Folder {number}", "Below") for number in range(30))]
    assert store.create((path, "") for path in paths) == {}
    list(store.append((path, message(number, mail(path[0]))) for path in paths for number in range(3)))
    uids = store.uids(reversed(paths))
    assert {path: len(found) for path, found in uids.items()} == dict.fromkeys(paths, 3)
    seen, answered = frozenset({"\\Seen"}), frozenset({"\\Answered"})
    last = [(path, FlagChange(UidSet([uids[path].last]), add=seen)) for path in paths]
    rest = [(path, FlagChange(uids[path], add=answered)) for path in paths[::2]]
    store.change_flags([*last, *rest])
    told = list(store.flags(FlagQuery(path, uids[path]) for path in paths))
    assert list(dict.fromkeys(path for path, _, _ in told)) == paths
    assert {(path, uid): flags for path, uid, flags in told} == {
        (path, uid): (seen if uid == uids[path].last else frozenset())
        | (answered if path in paths[::2] else frozenset())
        for path in paths
        for uid in uids[path]
    }
