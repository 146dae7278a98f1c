"""The container image of the operator and its Jobs, as an archive that a cluster can load."""

from hack.image.archive import Image, image

__all__ = ["Image", "image"]
