"""Joining systems into the sharing platform (S21 to S25): the directory, who must connect, platforms, links, the shared tree, cooperation.

What the gateway reads of this room is `tree.showing.shown` (the catalogue of an upper) and `links.serving.may_serve` (whether a camera may be
served); it writes through `links.standing.heard` alone.
"""
