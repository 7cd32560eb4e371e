"""What obstore raises, as the errors of this library."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from obstore import exceptions

from lr_core.errors import Fault, InvalidInput, ObjectChanged, ObjectExists, ObjectNotFound, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["translated"]

NO_BUCKET = "NoSuchBucket"
UNTRUSTED = re.compile(r"InvalidCertificate\(\s*(\w+)")
"""As rustls says it, in what obstore has for its own developers."""
REFUSALS = (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError)


@contextmanager
def translated(url: str, key: str) -> Iterator[None]:
    """Turn what obstore raises into the errors of this library."""
    try:
        yield
    except FileNotFoundError as error:
        if NO_BUCKET in str(error):
            raise StoreUnavailable(f"there is no bucket {url}") from error
        raise ObjectNotFound(f"there is no {key} in {url}") from error
    except exceptions.AlreadyExistsError as error:
        raise ObjectExists(f"{key} is in {url} already") from error
    except exceptions.PreconditionError as error:
        raise ObjectChanged(f"{key} changed meanwhile") from error
    except exceptions.InvalidPathError as error:
        raise InvalidInput([Fault(f"{url} holds a key that cannot be read; rename it: {first_line(error)}")]) from error
    except REFUSALS as error:
        raise StoreUnavailable(f"{url} refuses {key}: not allowed") from error
    except (exceptions.BaseError, OSError) as error:
        raise StoreUnavailable(explained(url, key, str(error))) from error


def explained(url: str, key: str, text: str) -> str:
    """Say what a server's answer means; a listing's errors have no class of their own."""
    if NO_BUCKET in text:
        return f"there is no bucket {url}"
    if "403 Forbidden" in text or "401 Unauthorized" in text:
        return f"{url} refuses {key}: not allowed"
    if found := UNTRUSTED.search(text):
        return f"no answer from {url}: its certificate is not trusted ({found[1]}); AWS_CA_BUNDLE names who signed it"
    return f"no answer from {url}: {first_line(text)}"


def first_line(said: object) -> str:
    """Return what obstore says, without what it has for its own developers."""
    return str(said).strip().partition("\n")[0]
