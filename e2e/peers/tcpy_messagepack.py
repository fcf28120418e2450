"""MessagePack as tcpy has it: strings and bytes are both "raw", floats have 64 bits. Written from the format alone."""

import struct


def pack(value):
    if value is None:
        return b"\xc0"
    if value is True:
        return b"\xc3"
    if value is False:
        return b"\xc2"
    if isinstance(value, int):
        return pack_integer(value)
    if isinstance(value, float):
        return b"\xcb" + struct.pack(">d", value)
    if isinstance(value, str):
        return pack_raw(value.encode("utf-8"))
    if isinstance(value, bytes):
        return pack_raw(value)
    if isinstance(value, (list, tuple)):
        return sized(0x90, 15, 0xDC, len(value)) + b"".join(pack(item) for item in value)
    if isinstance(value, dict):
        entries = b"".join(pack(key) + pack(item) for key, item in value.items())
        return sized(0x80, 15, 0xDE, len(value)) + entries
    raise TypeError("%r is not serializable" % (value,))


def pack_integer(value):
    if 0 <= value < 128:
        return bytes([value])
    if -32 <= value < 0:
        return bytes([value + 256])
    forms = [(0xCC, ">B", 2**8), (0xCD, ">H", 2**16), (0xCE, ">I", 2**32), (0xCF, ">Q", 2**64)]
    if value < 0:
        forms = [(0xD0, ">b", 2**7), (0xD1, ">h", 2**15), (0xD2, ">i", 2**31), (0xD3, ">q", 2**63)]
    for header, form, bound in forms:
        if (value >= 0 and value < bound) or (value < 0 and value >= -bound):
            return bytes([header]) + struct.pack(form, value)
    raise OverflowError("Integer value out of range")


def pack_raw(data):
    if len(data) < 32:
        return bytes([0xA0 | len(data)]) + data
    if len(data) < 2**16:
        return b"\xda" + struct.pack(">H", len(data)) + data
    return b"\xdb" + struct.pack(">I", len(data)) + data


def sized(fix, most, header, count):
    if count <= most:
        return bytes([fix | count])
    if count < 2**16:
        return bytes([header]) + struct.pack(">H", count)
    return bytes([header + 1]) + struct.pack(">I", count)


class Malformed(Exception):
    """Text as tcpy tells it."""


class Reader:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, count):
        if self.at + count > len(self.data):
            raise Malformed("Unpack failed: incomplete input")
        taken = self.data[self.at : self.at + count]
        self.at += count
        return taken

    def number(self, form):
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def value(self):
        header = self.take(1)[0]
        if header < 0x80:
            return header
        if header < 0x90:
            return self.map(header & 0x0F)
        if header < 0xA0:
            return [self.value() for _ in range(header & 0x0F)]
        if header < 0xC0:
            return self.text(header & 0x1F)
        if header >= 0xE0:
            return header - 256
        simple = {0xC0: None, 0xC2: False, 0xC3: True}
        if header in simple:
            return simple[header]
        numbers = {
            0xCA: ">f", 0xCB: ">d",
            0xCC: ">B", 0xCD: ">H", 0xCE: ">I", 0xCF: ">Q",
            0xD0: ">b", 0xD1: ">h", 0xD2: ">i", 0xD3: ">q",
        }
        if header in numbers:
            return self.number(numbers[header])
        sizes = {
            0xC4: ">B", 0xC5: ">H", 0xC6: ">I",
            0xD9: ">B", 0xDA: ">H", 0xDB: ">I",
            0xDC: ">H", 0xDD: ">I", 0xDE: ">H", 0xDF: ">I",
        }
        if header not in sizes:
            raise Malformed("Unknown header: 0x%x" % header)
        size = self.number(sizes[header])
        if header >= 0xDE:
            return self.map(size)
        if header >= 0xDC:
            return [self.value() for _ in range(size)]
        return self.text(size)

    def map(self, count):
        entries = {}
        for _ in range(count):
            key = self.value()
            entries[key] = self.value()
        return entries

    def text(self, count):
        data = self.take(count)
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return data


def unpack(data):
    """One value and nothing behind it, else an error without a text, as tcpy has it."""
    reader = Reader(data)
    value = reader.value()
    if reader.at < len(data):
        raise Malformed("")
    return value
