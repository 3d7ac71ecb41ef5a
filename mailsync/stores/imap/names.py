"""Folder names: modified UTF-7 (RFC 3501 5.1.3), quoting, and the way between a server's names and paths.

Rules of :class:`Names`:

* A path is the name below the personal namespace (RFC 2342), split at the server's delimiter, in Unicode NFC.
* ``INBOX`` counts in any case, and only as the first component (RFC 3501 5.1).
* A name that was listed is sent back octet for octet, however odd it is.
* For a new name, what can not be part of a component here becomes ``_``: the delimiter, control characters, nothing at all.
"""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from unicodedata import normalize

from mailsync.model import INBOX, Path

_SHIFTED = re.compile(rb"&([^-]*)-")
_TO_SHIFT = re.compile(r"&|[^\x20-\x7e]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def encode_utf7(text: str) -> bytes:
    """``Entwürfe`` -> ``Entw&APw-rfe``."""
    return _TO_SHIFT.sub(_shift, text).encode("ascii")


def _shift(match: re.Match[str]) -> str:
    if match[0] == "&":
        return "&-"
    base64 = b2a_base64(match[0].encode("utf-16-be", "surrogatepass"), newline=False).rstrip(b"=")
    return f"&{base64.replace(b'/', b',').decode()}-"


def decode_utf7(name: bytes) -> str:
    """The reverse. Raises ValueError for what is no modified UTF-7."""
    if not name.isascii():
        raise ValueError("not ASCII")
    result, at = [], 0
    for match in _SHIFTED.finditer(name):
        result += [_plain(name[at : match.start()]), _unshift(match[1])]
        at = match.end()
    return "".join([*result, _plain(name[at:])])


def _plain(name: bytes) -> str:
    if b"&" in name:
        raise ValueError("an & without its -")
    return name.decode("ascii")


def _unshift(base64: bytes) -> str:
    if not base64:
        return "&"
    try:
        octets = a2b_base64(base64.replace(b",", b"/") + b"=" * (-len(base64) % 4), strict_mode=True)
    except Base64Error as error:
        raise ValueError(str(error)) from error
    return octets.decode("utf-16-be")


def decode_name(name: bytes) -> str:
    """A listed component for a person: modified UTF-7, else the UTF-8 or Latin-1 that careless servers send."""
    try:
        return decode_utf7(name)
    except ValueError:
        pass
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("latin-1")


def quote(octets: bytes) -> bytes:
    """As a quoted string. Raises ValueError for what only a literal can carry (RFC 3501, QUOTED-CHAR)."""
    if re.search(rb"[\0\r\n]", octets):
        raise ValueError("line ends and NUL can not be quoted")
    return b'"%s"' % escape(octets)


def escape(octets: bytes) -> bytes:
    """As it stands between the quotes of a quoted string."""
    return re.sub(rb'([\\"])', rb"\\\1", octets)


def legal_component(component: str, delimiter: str) -> str:
    """What becomes of one component on a server with this delimiter (see the module's rules)."""
    if delimiter:
        component = component.replace(delimiter, "_")
    return _CONTROL.sub("_", component) or "_"


class Names:
    """The names of one server, as one user sees them.

    ``prefix`` is that of the first personal namespace, ``personal`` and ``foreign`` all prefixes, raw.
    """

    def __init__(
        self,
        delimiter: bytes = b"/",
        prefix: bytes = b"",
        personal: tuple[bytes, ...] = (b"",),
        foreign: tuple[bytes, ...] = (),
    ) -> None:
        self.delimiter, self.prefix, self.personal, self.foreign = delimiter, prefix, personal, foreign
        self.told = False  # by a NAMESPACE response; else the first folder that has a delimiter tells
        self._names: dict[Path, bytes] = {}  # those that were listed, and those that we made
        self._quoted: dict[Path, bytes] = {}

    def is_personal(self, name: bytes) -> bool:
        """Whether the longest prefix that fits is a personal one. The inbox always is."""
        if name.upper() == b"INBOX":
            return True
        ours = max((len(prefix) for prefix in self.personal if _begins(name, prefix)), default=-1)
        return ours > max((len(prefix) for prefix in self.foreign if _begins(name, prefix)), default=-1)

    def learn(self, name: bytes, delimiter: bytes) -> Path | None:
        """The path of a listed name, remembered for :meth:`raw`; None for what is not a folder of this user."""
        if not name or re.search(rb"[\0\r\n]", name) or not self.is_personal(name):
            return None
        path = self._path(name, delimiter)
        if path == INBOX and name.upper() != b"INBOX":
            path = (*INBOX, "INBOX")  # a folder that bears the inbox's name below the prefix
        if not path or self._names.get(path, name) != name:
            return self._other(path, name)
        self._names[path] = name
        return path

    def _path(self, name: bytes, delimiter: bytes) -> Path:
        if name.upper() == b"INBOX":
            return INBOX
        rest = name[len(self.prefix) :] if self.prefix and _begins(name, self.prefix) else name
        if not rest or name + self.delimiter == self.prefix:
            return ()
        levels = [normalize("NFC", decode_name(level)) for level in (rest.split(delimiter) if delimiter else [rest])]
        if levels[0].upper() == "INBOX":
            levels[0] = "INBOX"
        return tuple(levels)

    def _other(self, path: Path, name: bytes) -> Path | None:
        """Two names with one path: the same letters in two encodings. The second is shown as it is on the wire."""
        if not path:
            return None
        level = name.rpartition(self.delimiter or b"/")[2]
        path = (*path[:-1], f"{path[-1]} ({level.decode('latin-1')})")
        self._names[path] = name
        return path

    def raw(self, path: Path) -> bytes:
        """The server's name of a path: as listed, else by the module's rules."""
        if path not in self._names:
            usual = tuple(normalize("NFC", component) for component in path)
            self._names[path] = self._names.get(usual) or self._new_name(path)
        return self._names[path]

    def _new_name(self, path: Path) -> bytes:
        if len(path) == 1 and path[0].upper() == "INBOX":
            return b"INBOX"
        delimiter = self.delimiter.decode("latin-1")
        levels = [encode_utf7(legal_component(component, delimiter)) for component in path]
        return self.prefix + (self.delimiter or b"_").join(levels)

    def quoted(self, path: Path) -> bytes:
        """The server's name of a path, ready for a command."""
        if path not in self._quoted:
            self._quoted[path] = quote(self.raw(path))
        return self._quoted[path]


def _begins(name: bytes, prefix: bytes) -> bool:
    if prefix[:5].upper() == b"INBOX":
        return name[:5].upper() == b"INBOX" and name[5:].startswith(prefix[5:])
    return name.startswith(prefix)
