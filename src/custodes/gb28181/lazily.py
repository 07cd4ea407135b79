"""A property that is worked out when it is first asked for and kept: `functools.cached_property` takes a lock for that until Python 3.12."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")


class lazily(Generic[T]):
    """Works a value out once for each object that has a `__dict__`, and keeps it there, where it is found before this is asked again.

    For what one thread reads: two that come at once work it out twice. An error is not kept.
    """

    def __init__(self, work: Callable[[Any], T]) -> None:
        self._work = work
        self.__doc__ = work.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> Self | T:
        if instance is None:
            return self
        found = instance.__dict__[self._name] = self._work(instance)
        return found
