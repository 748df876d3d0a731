"""Read a server's answer in JSON, so that one broken record does not take the whole page with it."""

import json
from typing import Any

import orjson


def read_object(content: bytes) -> dict[str, Any]:
    """The JSON object that the answer holds. Raises ValueError saying what else it is.

    Bytes that are not UTF-8, and halves of surrogate pairs, are replaced; the rest of the answer is worth more than they are.
    """
    if not content.strip():
        raise ValueError("an empty answer")
    try:
        try:
            found = orjson.loads(content)
        except orjson.JSONDecodeError:
            lenient = json.loads(content.decode("utf-8-sig", "replace"))
            found = orjson.loads(json.dumps(lenient, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON, or cut short: {str(error)[:120]}") from error
    if not isinstance(found, dict):
        raise ValueError(f"a JSON {type(found).__name__}, not an object")
    return found


def dig(value: Any, *path: str) -> Any:
    """What lies at the end of the path of keys; None where the path leads nowhere."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def text_at(value: Any, *path: str) -> str | None:
    """The text at the end of the path; None for anything that is no text, or a blank one."""
    found = dig(value, *path)
    return found if isinstance(found, str) and found.strip() else None


def list_at(value: Any, *path: str) -> list[Any]:
    """The list at the end of the path; empty for anything that is none."""
    found = dig(value, *path)
    return found if isinstance(found, list) else []
