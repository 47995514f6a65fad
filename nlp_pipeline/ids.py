"""Deterministic ids and content hashes: the same content always has the same name."""

import hashlib
import json
import uuid
from typing import Any

NAMESPACE = uuid.UUID("6f0d3f5e-2c0b-5b0e-9a55-7c1d5d1f4b6a")
"""The namespace of every id of this program; a constant, so ids agree between machines."""


def make_id(kind: str, *parts: str | int) -> str:
    """Return the uuid5 of a thing's kind and identifying parts.

    Args:
        kind: What the id names, such as ``"passage"``; keeps ids of different kinds apart.
        parts: What identifies it within its kind, in order.

    >>> make_id("passage", "t1", 0, 12) == make_id("passage", "t1", 0, 12)
    True
    >>> make_id("passage", "t1", 0, 12) == make_id("passage", "t1", 0, 13)
    False
    """
    return str(uuid.uuid5(NAMESPACE, json.dumps([kind, *parts], ensure_ascii=False)))


def sha256_bytes(data: bytes) -> str:
    """Return the SHA-256 of bytes as lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def sha256_json(value: Any) -> str:
    """Return the SHA-256 of a JSON-like value, independent of the order of its keys.

    >>> sha256_json({"a": 1, "b": 2}) == sha256_json({"b": 2, "a": 1})
    True
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256_bytes(text.encode("utf-8"))
