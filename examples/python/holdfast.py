"""Holdfast by plain HTTP, with Python's standard library and nothing else.

A request that got no answer may have taken effect. So each write has an idempotency key, the same one in every attempt:
the server carries it out once, and answers a repetition as it answered the first time.
"""

from __future__ import annotations

import http.client
import itertools
import json
import random
import time
import urllib.error
import urllib.request
import uuid
from typing import Any

TIMEOUT_SECONDS = 10
MOST_RETRIES = 5
FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 8

# A server that asks for more patience than this gets no retry: the caller hears of it at once instead.
LONGEST_RETRY_AFTER_SECONDS = 60

# The same request may succeed a little later. What else is refused stays refused.
PASSING_STATUSES = {408, 429, 500, 502, 503, 504}


class Refused(Exception):
    """The server has refused: 402 for too few credits, 409 for a conflict, and so on. `body` says why."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body


class Holdfast:
    """A client that threads can share."""

    def __init__(self, url: str, api_key: str, *handlers: urllib.request.BaseHandler) -> None:
        self._url = url.rstrip("/")
        self._headers = {"X-API-Key": api_key, "Content-Type": "application/json"}
        self._opener = urllib.request.build_opener(*handlers)

    def get(self, path: str) -> Any:
        return self._call(urllib.request.Request(self._url + path, headers=self._headers))

    def post(self, path: str, body: Any, idempotency_key: str | None = None) -> Any:
        """Takes effect once. A key of your own keeps it so when your program runs again, for 24 hours."""
        headers = {**self._headers, "Idempotency-Key": idempotency_key or str(uuid.uuid4())}
        data = json.dumps(body).encode()
        return self._call(urllib.request.Request(self._url + path, data=data, headers=headers, method="POST"))

    def _call(self, request: urllib.request.Request) -> Any:
        for retry in itertools.count():
            try:
                with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as refusal:
                asked_seconds = int(refusal.headers.get("Retry-After", 0))
                is_passing = refusal.code in PASSING_STATUSES and asked_seconds <= LONGEST_RETRY_AFTER_SECONDS
                if not is_passing or retry == MOST_RETRIES:
                    raise Refused(refusal.code, refusal.read().decode()) from None
            except (OSError, http.client.HTTPException):
                # No answer, or half of one. It may have taken effect: the same request again finds out.
                asked_seconds = 0
                if retry == MOST_RETRIES:
                    raise
            # At random, so that clients that failed together don't come back together.
            time.sleep(asked_seconds + random.uniform(0, min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**retry)))
