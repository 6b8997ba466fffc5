"""Two workers share five jobs over a network that loses answers. One of them gets each job; its credits are held before
the work and debited after it: once, however often the requests have to be sent.

  HOLDFAST_API_KEY=hf_live_… python3 examples/python/main.py
"""

from __future__ import annotations

import os
import threading
import time
import urllib.parse
import urllib.request
from typing import Any

from holdfast import Holdfast


class LossyNetwork(urllib.request.BaseHandler):
    """Loses the first answer to every second write: the server has done it, and nobody hears of it."""

    def __init__(self) -> None:
        self.lost = 0
        self._keys: set[str] = set()
        self._mutex = threading.Lock()

    def http_response(self, request: urllib.request.Request, response: Any) -> Any:
        key = request.get_header("Idempotency-key")
        with self._mutex:
            is_lost = key is not None and key not in self._keys and len(self._keys) % 2 == 0
            self._keys.update([key] if key else [])
            self.lost += is_lost
        if is_lost:
            response.close()
            raise ConnectionResetError("the answer was lost")
        return response


network = LossyNetwork()
url = os.environ.get("HOLDFAST_URL", "http://127.0.0.1:4000")
holdfast = Holdfast(url, os.environ.get("HOLDFAST_API_KEY", ""), network)

# A run of its own, so that the example can be run again while the last run's claims still stand.
run = f"run-{time.time_ns()}"
customer, metric = f"{run}-studio", f"image-{run}"

holdfast.post("/v1/billable-metrics", {"key": metric})
holdfast.post("/v1/metering-rules", {"billable_metric_key": metric, "cost_type": "per_unit", "unit_cost": 1000})
holdfast.post("/v1/topup/grant", {"external_customer_id": customer, "credits": 50_000})


def claim(worker: str, job: str) -> bool:
    """Whether the job is this worker's: now, or already before."""
    item = {"requester": worker, "resource": job, "ttlSeconds": 300}
    [result] = holdfast.post("/api/v1/Reservation/reserve", [item])
    return result["status"] in ("ACQUIRED", "ALREADY_HAD")


def paint(images: int) -> int:
    """One image turns out badly, and nobody pays for it."""
    return images - 1


def do(job: str) -> None:
    units = {"external_customer_id": customer, "billable_metric_key": metric, "estimated_units": 4}
    hold = holdfast.post("/v1/reserve", units, idempotency_key=f"{job}/hold")
    painted = paint(4)
    path = f"/v1/reserve/{hold['id']}/commit"
    holdfast.post(path, {"actual_units": painted}, idempotency_key=f"{job}/commit")


def work(worker: str) -> None:
    for job in jobs:
        if claim(worker, job):
            do(job)
            done.append(job)
            print(f"{worker} has done {job}")


jobs = [f"{run}/job-{number}" for number in range(1, 6)]
done: list[str] = []
workers = [threading.Thread(target=work, args=[name]) for name in ("worker-1", "worker-2")]
for thread in workers:
    thread.start()
for thread in workers:
    thread.join()

account = holdfast.get(f"/v1/customer-by-external-id/{urllib.parse.quote(customer, safe='')}/credits")
debited, held = 50_000 - account["balance"], account["reserved_balance"]
jobs_done = f"{len(set(done))} jobs done, {len(done)} times"
print(f"{network.lost} answers were lost; {jobs_done}; {debited} debited, {held} held.")
