"""
A client of tcpy, written from what is known of the real one: connect, the length and the body in two writes, one frame back,
close. Calls come as JSON lines on stdin, what happened goes out as JSON lines on stdout.

    {"execute": {"cmd": "add", "x": 1}}        a connection of its own, one reply
    {"open": true}                              a connection for what follows
    {"send": {...}}  {"send_hex": "c1"}         a frame with this value, or this payload
    {"write_hex": "0000"}                       bytes without a frame
    {"receive": true}                           waits for a frame, or for the end
    {"end": true}  {"close": true}              FIN, or the end of the connection

Bytes that are no text are written as {"hex": "..."}. A frame that does not come within 20 s is an error.
"""

import json
import socket
import struct
import sys

import tcpy_messagepack


def connect(address):
    connection = socket.create_connection(address, timeout=20)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def send_frame(connection, payload):
    # The real one writes twice, so that the body may arrive late.
    connection.sendall(struct.pack(">I", len(payload)))
    connection.sendall(payload)


def read_exactly(connection, count):
    data = b""
    while len(data) < count:
        part = connection.recv(count - len(data))
        if not part:
            break
        data += part
    return data


def read_frame(connection):
    head = read_exactly(connection, 4)
    if len(head) < 4:
        return {"end": True, "missing": 4 - len(head) if head else 0}
    length = struct.unpack(">I", head)[0]
    body = read_exactly(connection, length)
    if len(body) < length:
        return {"end": True, "missing": length - len(body)}
    return {"hex": (head + body).hex(), "value": shown(tcpy_messagepack.unpack(body))}


def shown(value):
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    if isinstance(value, list):
        return [shown(item) for item in value]
    if isinstance(value, dict):
        return {str(key): shown(item) for key, item in value.items()}
    return value


def main():
    address = (sys.argv[1], int(sys.argv[2]))
    connection = None
    for line in sys.stdin:
        step = json.loads(line)
        answer = {}
        try:
            if "execute" in step:
                with connect(address) as single:
                    send_frame(single, tcpy_messagepack.pack(step["execute"]))
                    answer = read_frame(single)
            elif "open" in step:
                connection = connect(address)
            elif "send" in step:
                send_frame(connection, tcpy_messagepack.pack(step["send"]))
            elif "send_hex" in step:
                send_frame(connection, bytes.fromhex(step["send_hex"]))
            elif "write_hex" in step:
                connection.sendall(bytes.fromhex(step["write_hex"]))
            elif "receive" in step:
                answer = read_frame(connection)
            elif "end" in step:
                connection.shutdown(socket.SHUT_WR)
            elif "close" in step:
                connection.close()
        except OSError as error:
            answer = {"error": type(error).__name__}
        print(json.dumps(answer), flush=True)


main()
