"""Untrusted bytes to `Photo`: the only room that knows image files and their decoders."""

from .read import read_photo, start_reader

__all__ = ["read_photo", "start_reader"]
