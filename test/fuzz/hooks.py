"""What Schemathesis has to be told about the contract. fuzz-contract.ts names this file."""

import json
import os
import re
import zlib
from urllib.parse import unquote

import schemathesis
from schemathesis.openapi.checks import RejectedPositiveData

RULES = json.loads(os.environ["RULES_BEYOND_SCHEMA"])
STATE_STATUSES = json.loads(os.environ["STATE_STATUSES"])
KNOWN_THINGS = json.loads(os.environ["KNOWN_THINGS"])


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Takes lone surrogates out of the patterns.

    The contract forbids them in names, as the regular expressions of JSON Schema can. Those of Rust, which Schemathesis
    checks with, can't name them; it would drop the whole pattern. A string of UTF-8 can't hold one either way.
    """
    remove_surrogates(raw_schema)
    describe_streams(raw_schema)


def describe_streams(node):
    """Has the schema of a stream describe one event, as Schemathesis reads it; the contract's describes the text."""
    if isinstance(node, dict):
        if "text/event-stream" in node:
            members = {"id": {"pattern": "^[0-9]+$"}, "event": {"type": "string"}, "data": {"type": "string"}}
            node["text/event-stream"]["schema"] = {"type": "object", "required": list(members), "properties": members}
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            describe_streams(child)


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
    """Accepts the refusal of a request that its schema allows, if rules beyond schemas, or the state, are why."""
    if not isinstance(failure, RejectedPositiveData):
        return True
    is_refusal = response.status_code == 400
    return not (response.status_code in STATE_STATUSES or (is_refusal and is_foreseen(case, response)))


@schemathesis.hook
def map_query(context, query):
    """Leaves out a made-up cursor of the right form: with one, most calls of a list would only refuse it.

    Those of the wrong form stay, those that the server gave out come after this, and the contract's examples have one.
    """
    if isinstance(query, dict) and re.fullmatch(r"[A-Za-z0-9._~-]{1,4096}", str(query.get("cursor", ""))):
        query = {name: value for name, value in query.items() if name != "cursor"}
    return with_known_things(context, query)


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    return with_known_things(context, path_parameters)


@schemathesis.hook
def map_body(context, body):
    return with_known_things(context, body)


def with_known_things(context, node):
    """Has most requests name what is there from the start. Which ones depends on the request alone."""
    if context.operation is None:
        return node
    operation_id = context.operation.definition.raw["operationId"]
    for things in KNOWN_THINGS:
        draw = zlib.crc32(f"{list(things['forms'])} {node!r}".encode("utf-8", "replace"))
        is_due = things.get("isAlways") or draw % 4 > 0
        if operation_id in things["operationIds"] and is_due:
            node = with_known_thing(things, node, draw)
    return node


def with_known_thing(things, node, draw):
    if isinstance(node, list):
        return [with_known_thing(things, child, draw + 4 * index) for index, child in enumerate(node)]
    if not isinstance(node, dict):
        return node
    names = [name for name in things["forms"] if name in node]
    is_enough = len(names) == len(things["forms"]) if things.get("isWhole") else len(names) > 0
    # What is malformed stays: the server has to refuse it.
    if not is_enough or not all(has_form(node[name], things["forms"][name]) for name in names):
        return {name: with_known_thing(things, child, draw) for name, child in node.items()}
    others = {name: child for name, child in node.items() if name not in names}
    return {**others, **things["things"][draw // 4 % len(things["things"])]}


def has_form(value, form):
    """Values of paths come percent-encoded."""
    return isinstance(value, str) and re.fullmatch(form, value) and re.fullmatch(form, unquote(value))


def is_foreseen(case, response):
    operation_id = case.operation.definition.raw["operationId"]
    if response.headers["content-type"][0].startswith("text/plain"):
        return is_sentence_beyond_schema(operation_id, response.text)
    problem = response.json()
    faults = problem.get("details") or problem.get("errors") or []
    return len(faults) > 0 and all(is_beyond_schema(operation_id, fault) for fault in faults)


def is_beyond_schema(operation_id, fault):
    return any(
        operation_id in rule["operationIds"]
        and fault["rule"] == rule.get("rule")
        and re.fullmatch(rule["field"], fault.get("field") or fault.get("pointer"))
        for rule in RULES
    )


def is_sentence_beyond_schema(operation_id, sentence):
    return any(
        operation_id in rule["operationIds"] and re.fullmatch(rule.get("sentence", "(?!)"), sentence) for rule in RULES
    )
