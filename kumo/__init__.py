"""kumo (雲): the simulations behind the book, their pictures, and the contract that every host relies on."""

from kumo.core.registry import explorers, frame_json, load

__all__ = ["explorers", "frame_json", "load"]
