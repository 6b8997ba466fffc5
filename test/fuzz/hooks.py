"""What Schemathesis has to be told about the contract. fuzz-contract.ts names this file."""

import json
import os
import re

import schemathesis
from schemathesis.openapi.checks import RejectedPositiveData

RULES = json.loads(os.environ["RULES_BEYOND_SCHEMA"])


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Takes lone surrogates out of the patterns.

    The contract forbids them in names, as the regular expressions of JSON Schema can. Those of Rust, which Schemathesis
    checks with, can't name them; it would drop the whole pattern. A string of UTF-8 can't hold one either way.
    """
    remove_surrogates(raw_schema)


def remove_surrogates(node):
    if isinstance(node, dict):
        if isinstance(node.get("pattern"), str):
            node["pattern"] = node["pattern"].replace(r"\ud800-\udfff", "")
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            remove_surrogates(child)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Accepts a 400 to a request that its schema allows, if rules that no schema can say are all that it broke."""
    is_refusal = isinstance(failure, RejectedPositiveData) and response.status_code == 400
    return not (is_refusal and is_foreseen(case, response))


@schemathesis.hook
def map_query(context, query):
    """Leaves out a made-up cursor of the right form: with one, most calls of a list would only refuse it.

    Those of the wrong form stay, those that the server gave out come after this, and the contract's examples have one.
    """
    if isinstance(query, dict) and re.fullmatch(r"[A-Za-z0-9._~-]{1,4096}", str(query.get("cursor", ""))):
        return {name: value for name, value in query.items() if name != "cursor"}
    return query


def is_foreseen(case, response):
    operation_id = case.operation.definition.raw["operationId"]
    details = response.json()["details"]
    return len(details) > 0 and all(is_beyond_schema(operation_id, detail) for detail in details)


def is_beyond_schema(operation_id, detail):
    return any(
        operation_id in rule["operationIds"]
        and detail["rule"] == rule["rule"]
        and re.fullmatch(rule["field"], detail["field"])
        for rule in RULES
    )
