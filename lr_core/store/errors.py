"""What obstore raises, as the errors of this library."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from obstore import exceptions

from lr_core.errors import ObjectChanged, ObjectExists, ObjectNotFound, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["translated"]

REFUSALS = (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError)


@contextmanager
def translated(url: str, key: str) -> Iterator[None]:
    """Turn what obstore raises into the errors of this library."""
    try:
        yield
    except FileNotFoundError as error:
        raise ObjectNotFound(f"there is no {key} in {url}") from error
    except exceptions.AlreadyExistsError as error:
        raise ObjectExists(f"{key} is in {url} already") from error
    except exceptions.PreconditionError as error:
        raise ObjectChanged(f"{key} changed meanwhile") from error
    except REFUSALS as error:
        raise StoreUnavailable(f"{url} refuses {key}: not allowed") from error
    except (exceptions.BaseError, OSError) as error:
        raise StoreUnavailable(f"no answer from {url}: {first_line(error)}") from error


def first_line(error: Exception) -> str:
    """Return what an error says, without what it says to programmers."""
    return str(error).strip().partition("\n")[0] or type(error).__name__
