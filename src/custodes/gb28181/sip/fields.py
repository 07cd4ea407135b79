"""Header fields in order, with compact names written out (RFC 3261 §7.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

COMPACT = {
    "v": "Via", "f": "From", "t": "To", "m": "Contact", "i": "Call-ID", "e": "Content-Encoding", "l": "Content-Length",
    "c": "Content-Type", "s": "Subject", "k": "Supported", "o": "Event", "u": "Allow-Events", "r": "Refer-To", "b": "Referred-By",
}  # fmt: skip


class Headers:
    """Fields in the order in which they came; names are compared without case, one name may come several times."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        self._fields = [(name.lower(), name, value) for name, value in fields]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return ((name, value) for _key, name, value in self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __contains__(self, name: str) -> bool:
        wanted = name.lower()
        return any(key == wanted for key, _name, _value in self._fields)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self._fields == other._fields

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Headers({[name for _key, name, _value in self._fields]})"

    def get(self, name: str, default: str = "") -> str:
        """The first value of `name`."""
        wanted = name.lower()
        for key, _name, value in self._fields:
            if key == wanted:
                return value
        return default

    def all(self, name: str) -> list[str]:
        """All values of `name`, a field each."""
        wanted = name.lower()
        return [value for key, _name, value in self._fields if key == wanted]

    def items(self, name: str) -> list[str]:
        """All values of a field that is a list, whether it came as one field or as several (RFC 3261 §7.3.1)."""
        return [item for value in self.all(name) for item in split_list(value)]

    def add(self, name: str, value: str) -> None:
        """Append a field."""
        self._fields.append((name.lower(), name, value))

    def set(self, name: str, value: str) -> None:
        """Put one field in the place of all of its name."""
        self.drop(name)
        self.add(name, value)

    def drop(self, name: str) -> None:
        """Take all fields of a name out."""
        wanted = name.lower()
        self._fields = [field for field in self._fields if field[0] != wanted]

    def copy(self) -> Headers:
        """Its own list of the same fields."""
        made = Headers()
        made._fields = list(self._fields)
        return made


def split_list(value: str) -> list[str]:
    """A value cut at commas that stand in neither quotes nor angle brackets; empty parts are left out."""
    if "," not in value:
        text = value.strip()
        return [text] if text else []
    return [part for part in (piece.strip() for piece in _cut(value, ",")) if part]


def split_parameters(value: str) -> list[str]:
    """A value cut at semicolons outside of quotes and angle brackets."""
    if '"' not in value and "<" not in value:
        return value.split(";")
    return _cut(value, ";")


def _cut(value: str, at: str) -> list[str]:
    parts: list[str] = []
    begin, quoted, angled, escaped = 0, False, False, False
    for index, letter in enumerate(value):
        if escaped:
            escaped = False
        elif quoted:
            escaped = letter == "\\"
            quoted = letter != '"'
        elif letter == '"':
            quoted = True
        elif letter == "<":
            angled = True
        elif letter == ">":
            angled = False
        elif letter == at and not angled:
            parts.append(value[begin:index])
            begin = index + 1
    parts.append(value[begin:])
    return parts


def parameters(parts: Iterable[str]) -> dict[str, str]:
    """``name=value`` parts with names in lower case; the first of a name counts, a flag has an empty value."""
    found: dict[str, str] = {}
    for part in parts:
        name, _equals, value = part.partition("=")
        name = name.strip().lower()
        if name:
            found.setdefault(name, unquote(value.strip()))
    return found


def unquote(text: str) -> str:
    """The content of a quoted string; other text as it is."""
    if len(text) >= 2 and text[0] == text[-1] == '"':
        inner = text[1:-1]
        if "\\" not in inner:
            return inner
        letters = iter(inner)
        return "".join(next(letters, "") if letter == "\\" else letter for letter in letters)
    return text
