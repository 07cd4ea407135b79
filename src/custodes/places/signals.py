"""What happens to cameras that other apps must act on. Sent inside the change's transaction, as in `people.posts`."""

from django.dispatch import Signal

#: A camera was connected, for the first time or again. Arguments: ``camera``, ``by``, ``at``.
camera_connected = Signal()

#: A camera was taken out of use. Arguments: ``camera``, ``at``.
camera_retired = Signal()

#: Nothing may be installed where a camera stands: it is out at once, with every leave it had. Arguments: ``camera``, ``by``, ``at``.
camera_forbidden = Signal()

#: A post no longer watches a system. Arguments: ``system``, ``post``, ``at``.
post_withdrawn = Signal()
