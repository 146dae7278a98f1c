"""The IDL in the form before Anchor 0.30. anchorpy 0.21 reads no other form.

Names stay in snake_case (legacy IDLs had camelCase): anchorpy converts them to snake_case, and
the conversion is not exact for names with digits. PDA seeds are omitted; anchorpy does not use them.
Whatever has no legacy form is an error here, never a wrong layout there.
"""

import hashlib
from typing import Any

from hack.common.steps import StepError

Json = dict[str, Any]

SIMPLE_TYPES = {
    *("bool", "u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64", "u128", "i128", "f32", "f64"),
    *("bytes", "string"),
}
ANCHORPY_PREFIX = {"instructions": "global", "accounts": "account", "events": "event"}


def legacy(idl: Json) -> Json:
    """Convert an IDL to the legacy form. Raise StepError for a part without a legacy form."""
    _check_discriminators(idl)
    types = {t["name"]: t for t in idl.get("types", [])}
    accounts = [a["name"] for a in idl.get("accounts", [])]
    events = [e["name"] for e in idl.get("events", [])]
    listed = _listed_types(idl, types, accounts, events)
    return {
        "version": idl["metadata"]["version"],
        "name": idl["metadata"]["name"],
        **_docs(idl),
        "constants": [
            {"name": c["name"], "type": _type(c["type"], c["name"]), "value": c["value"]}
            for c in idl.get("constants", [])
        ],
        "instructions": [_instruction(i) for i in idl["instructions"]],
        "accounts": [_type_definition(types[name]) for name in accounts],
        "types": [_type_definition(types[name]) for name in listed],
        "events": [_event(types[name]) for name in events],
        "errors": idl.get("errors", []),
        "metadata": {"address": idl["address"]},
    }


def _listed_types(idl: Json, types: Json, accounts: list[str], events: list[str]) -> list[str]:
    """Return the names for `types`. Accounts and events have their own sections, unless a type holds them.

    anchorpy looks for the types of arguments in `accounts` and `types` together and needs each name
    exactly once there. For the fields of accounts and events it looks in `types` only.
    """
    argument_types = _reachable([i["args"] for i in idl["instructions"]], types)
    held = set().union(*(_reachable(t.get("type", {}), types) for t in types.values()))
    if both := sorted(set(accounts) & argument_types & held):
        raise StepError(f"anchorpy cannot take {both[0]} both as an argument and inside another type")
    own_section = {*accounts, *events}
    wanted = {e for e in events if e in held | argument_types} | (set(accounts) & held)
    return [name for name in types if name not in own_section or name in wanted]


def _reachable(value: Any, types: Json) -> set[str]:
    """Collect the names of all defined types in a part of the IDL, directly and through other types."""
    found: set[str] = set()
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            name = item.get("defined", {}).get("name") if "defined" in item else None
            if name is not None and name not in found:
                found.add(name)
                waiting.append(types[name]["type"])
            waiting.extend(item.values())
    return found


def _instruction(instruction: Json) -> Json:
    returns = instruction.get("returns")
    return {
        "name": instruction["name"],
        **_docs(instruction),
        "accounts": [_account_item(a) for a in instruction["accounts"]],
        "args": _fields(instruction["args"], instruction["name"]),
        **({"returns": _type(returns, instruction["name"])} if returns else {}),
    }


def _account_item(item: Json) -> Json:
    if "accounts" in item:
        return {"name": item["name"], "accounts": [_account_item(a) for a in item["accounts"]]}
    return {
        "name": item["name"],
        "isMut": item.get("writable", False),
        "isSigner": item.get("signer", False),
        **({"isOptional": True} if item.get("optional") else {}),
        **_docs(item),
    }


def _event(definition: Json) -> Json:
    name = definition["name"]
    fields = _fields(definition["type"].get("fields", []), name)
    return {"name": name, "fields": [{**field, "index": False} for field in fields]}


def _type_definition(definition: Json) -> Json:
    name, body = definition["name"], definition["type"]
    if definition.get("serialization", "borsh") != "borsh" or definition.get("generics"):
        raise StepError(f"{name}: legacy IDLs have no generics and no serialization except borsh")
    if body["kind"] == "struct":
        legacy_body: Json = {"kind": "struct", "fields": _fields(body.get("fields", []), name)}
    elif body["kind"] == "enum":
        legacy_body = {"kind": "enum", "variants": [_variant(v, name) for v in body["variants"]]}
    else:
        legacy_body = {"kind": "alias", "value": _type(body["alias"], name)}
    return {"name": name, **_docs(definition), "type": legacy_body}


def _variant(variant: Json, owner: str) -> Json:
    where = f"{owner}::{variant['name']}"
    fields = variant.get("fields")
    if not fields:
        return {"name": variant["name"]}
    named = isinstance(fields[0], dict) and "name" in fields[0]
    legacy_fields = _fields(fields, where) if named else [_type(f, where) for f in fields]
    return {"name": variant["name"], "fields": legacy_fields}


def _fields(fields: list[Any], owner: str) -> list[Json]:
    for field in fields:
        if not (isinstance(field, dict) and "name" in field):
            raise StepError(f"{owner}: a struct without field names has no legacy form")
    return [{"name": f["name"], **_docs(f), "type": _type(f["type"], f"{owner}.{f['name']}")} for f in fields]


def _type(kind: Any, owner: str) -> Any:
    """Convert a type (a name, or one key with its content) to the legacy form."""
    if kind == "pubkey":
        return "publicKey"
    if isinstance(kind, str) and kind in SIMPLE_TYPES:
        return kind
    if isinstance(kind, dict) and len(kind) == 1:
        ((form, content),) = kind.items()
        if form == "defined" and not content.get("generics"):
            return {"defined": content["name"]}
        if form == "array" and isinstance(content[1], int):
            return {"array": [_type(content[0], owner), content[1]]}
        if form in ("option", "vec"):
            return {form: _type(content, owner)}
    raise StepError(f"{owner}: {kind} has no legacy form that anchorpy reads")


def _docs(item: Json) -> Json:
    return {"docs": item["docs"]} if item.get("docs") else {}


def _check_discriminators(idl: Json) -> None:
    """Raise StepError for a custom discriminator: anchorpy always derives discriminators from names."""
    for section, prefix in ANCHORPY_PREFIX.items():
        for item in idl.get(section, []):
            derived = hashlib.sha256(f"{prefix}:{item['name']}".encode()).digest()[:8]
            if bytes(item["discriminator"]) != derived:
                raise StepError(f"{item['name']}: anchorpy cannot use a custom discriminator")
