"""How often the web and the nodes are asked about upper platforms, and how long anybody waits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UpperPace:
    """Seconds.

    Attributes:
        fetch: between two looks which uppers there are.
        tree: between two takings of what one upper is shown, at most; tree_least: at least; share: how many times as long as the last one
            cost in between. off_least likewise. again: after one that failed, before there was any.
        off: between two looks from which channels no pictures come.
        alarms: between two questions for alarms; positions: between two where what moves is.
        tell: between two reports how links stand.
        standing: between two questions whether calls may still be had; keep: between two words to nodes that they are wanted.
        look: between two looks at what is due.
        decide: for web and node together, until a call is refused; uppers give up after about ten.
        node: for an answer of a node to anything else; step: to a step in a recording and to a command that moves a camera.
        kept: since a node last heard that a call is wanted, after which it has ended it.
        unconfirmed: for which a call stands while the web says nothing.
        leave: for an upper's answer to our unregistering.
        say_again: after which a node is told again of a movement that is held: its helm stops one of which it hears nothing for a second.
        held: for which a movement is said again without a word of the upper, then it is stopped. Uppers say a movement once and stop it on
            the release of a key; where that is lost a camera would turn for ever. A dome goes all the way round in less.
        idle: without a command, after which a hand is taken off; no sooner than an officer's own ends (`steer_idle_seconds`): whoever steers
            from above would go on believing that he does, and not hear that the camera was taken.
        barred: for which nobody is asked about a camera that somebody here was found to steer.
        open: until a port or a name that could not be had is tried again.
        names: between two looks whether a name is to be looked up again; name_least: between two times that one is.
    """

    fetch: float = 5.0
    tree: float = 60.0
    tree_least: float = 5.0
    off_least: float = 5.0
    share: float = 30.0
    again: float = 10.0
    off: float = 30.0
    alarms: float = 5.0
    positions: float = 5.0
    tell: float = 10.0
    standing: float = 10.0
    keep: float = 10.0
    look: float = 0.5
    decide: float = 7.5
    node: float = 5.0
    step: float = 4.0
    kept: float = 30.0
    unconfirmed: float = 600.0
    leave: float = 1.0
    say_again: float = 0.7
    held: float = 10.0
    idle: float = 60.0
    barred: float = 2.0
    open: float = 30.0
    names: float = 5.0
    name_least: float = 30.0


UPPER_PACE = UpperPace()
