"""The type libraries: asked only what our own checks cannot tell, as each takes some 70 ms to import.

They raise many kinds of error for what they do not know. Then nothing is known, and nothing refused.
"""

from __future__ import annotations

from typing import Any


def is_subtype(produced: Any, wanted: Any) -> bool:
    """Whether beartype takes `produced` for a subtype of `wanted`, or cannot judge it."""
    from beartype.door import is_subhint

    try:
        return is_subhint(produced, wanted)
    except Exception:  # noqa: BLE001 - see above
        return True


def value_complaint(value: Any, annotation: Any) -> str | None:
    """What typeguard has against a value, without its subject: "has no method named 'fit'"."""
    import typeguard

    try:
        typeguard.check_type(
            value,
            annotation,
            forward_ref_policy=typeguard.ForwardRefPolicy.IGNORE,
            collection_check_strategy=typeguard.CollectionCheckStrategy.ALL_ITEMS,
        )
    except typeguard.TypeCheckError as error:
        # Its message begins with the value's class, or with "class" and the name of one.
        return str(error).split(" ", 2 if isinstance(value, type) else 1)[-1]
    except Exception:  # noqa: BLE001 - see above
        return None
    return None
