"""Encode and decode accounts, arguments and events of an Anchor IDL, by field name.

An independent second client of pump.fun: tests compare the operator's codec with it.
"""

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hack.pump.base58 import b58decode, b58encode

_INTEGERS = {
    name: (int(name[1:]) // 8, name[0] == "i")
    for name in ("u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64", "u128", "i128")
}


class Idl:
    """An Anchor IDL. Values are plain Python: int, bool, str (also for a pubkey), list and dict."""

    def __init__(self, path: Path) -> None:
        self.doc: dict[str, Any] = json.loads(path.read_text())
        self.address: str = self.doc["address"]
        self._types = {item["name"]: item["type"] for item in self.doc["types"]}
        self.instructions = {item["name"]: item for item in self.doc["instructions"]}
        self.errors: dict[int, str] = {e["code"]: e["name"] for e in self.doc.get("errors", [])}

    def discriminator(self, kind: str, name: str) -> bytes:
        """Return the eight bytes that mark ``name`` in ``accounts``, ``events`` or ``instructions``."""
        return bytes(next(x["discriminator"] for x in self.doc[kind] if x["name"] == name))

    def encode_account(self, name: str, values: Mapping[str, Any], *, size: int = 0) -> bytes:
        """Encode an account, padded with zeros to ``size``. Raise KeyError unless the fields match."""
        data = self.discriminator("accounts", name) + self.encode({"defined": {"name": name}}, values)
        return data.ljust(size, b"\0")

    def decode_account(self, name: str, data: bytes) -> dict[str, Any]:
        """Decode an account. Programs extend their accounts: fields that an older account lacks are zero.

        Raises ValueError if the discriminator is another one.
        """
        return self._decode_marked("accounts", name, data)

    def decode_event(self, name: str, data: bytes) -> dict[str, Any]:
        """Decode an event, given without the eight bytes that mark a self-CPI."""
        return self._decode_marked("events", name, data)

    def _decode_marked(self, kind: str, name: str, data: bytes) -> dict[str, Any]:
        if not data.startswith(self.discriminator(kind, name)):
            raise ValueError(f"not a {name}: {data[:8].hex()}")
        value, _ = self.decode({"defined": {"name": name}}, data + bytes(4096), 8)
        fields: dict[str, Any] = value
        return fields

    def encode(self, kind: Any, value: Any) -> bytes:
        """Encode ``value`` as the IDL type ``kind``."""
        if isinstance(kind, str) and kind in _INTEGERS:
            size, signed = _INTEGERS[kind]
            return int(value).to_bytes(size, "little", signed=signed)
        if kind == "bool":
            return b"\1" if value else b"\0"
        if kind == "pubkey":
            key = b58decode(str(value))
            if len(key) != 32:
                raise ValueError(f"not a pubkey: {value}")
            return key
        if kind == "string":
            text = str(value).encode()
            return struct.pack("<I", len(text)) + text
        if "vec" in kind:
            return struct.pack("<I", len(value)) + self._encode_all(kind["vec"], value)
        if "array" in kind:
            inner, length = kind["array"]
            if len(value) != length:
                raise ValueError(f"{length} values wanted, {len(value)} given")
            return self._encode_all(inner, value)
        if "option" in kind:
            return b"\0" if value is None else b"\1" + self.encode(kind["option"], value)
        return self._encode_struct(kind["defined"]["name"], value)

    def _encode_all(self, kind: Any, values: Any) -> bytes:
        return b"".join(self.encode(kind, value) for value in values)

    def _encode_struct(self, name: str, value: Any) -> bytes:
        fields = self._types[name]["fields"]
        if not isinstance(fields[0], dict) or "name" not in fields[0]:  # a tuple struct: OptionBool
            return b"".join(self.encode(kind, value) for kind in fields)
        names = [field["name"] for field in fields]
        if set(names) != set(value):
            raise KeyError(f"{name}: {sorted(set(names) ^ set(value))} missing or unknown")
        return b"".join(self.encode(field["type"], value[field["name"]]) for field in fields)

    def decode(self, kind: Any, data: bytes, at: int) -> tuple[Any, int]:
        """Decode the value at offset ``at``. Return the value and the offset behind it."""
        if isinstance(kind, str) and kind in _INTEGERS:
            size, signed = _INTEGERS[kind]
            return int.from_bytes(data[at : at + size], "little", signed=signed), at + size
        if kind == "bool":
            return data[at] != 0, at + 1
        if kind == "pubkey":
            return b58encode(data[at : at + 32]), at + 32
        if kind == "string":
            end = at + 4 + int.from_bytes(data[at : at + 4], "little")
            return data[at + 4 : end].decode(errors="replace"), end
        if "vec" in kind:
            length = int.from_bytes(data[at : at + 4], "little")
            return self._decode_all(kind["vec"], length, data, at + 4)
        if "array" in kind:
            inner, length = kind["array"]
            return self._decode_all(inner, length, data, at)
        if "option" in kind:
            return self.decode(kind["option"], data, at + 1) if data[at] else (None, at + 1)
        return self._decode_struct(kind["defined"]["name"], data, at)

    def _decode_all(self, kind: Any, length: int, data: bytes, at: int) -> tuple[list[Any], int]:
        values = []
        for _ in range(length):
            value, at = self.decode(kind, data, at)
            values.append(value)
        return values, at

    def _decode_struct(self, name: str, data: bytes, at: int) -> tuple[dict[str, Any], int]:
        values = {}
        for field in self._types[name]["fields"]:
            if isinstance(field, dict) and "name" in field:
                values[field["name"]], at = self.decode(field["type"], data, at)
            else:
                values[str(len(values))], at = self.decode(field, data, at)
        return values, at
