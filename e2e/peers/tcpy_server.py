"""
A server of tcpy 0.0.10, written from what is known of the real one. Reads exactly one request of a connection, answers it,
and keeps the connection open until the next client comes; serves one at a time. Commands:

    add(x, y) {solution, success}   boom raises   nope error with a code   nothing nil
    chat three turns                hang_up a frame, then the end         whoami(**) its parameters, raw

Prints `TCPServer is listening at HOST:PORT!`.
"""

import socket
import struct
import sys

import tcpy_messagepack


class Connection:
    def __init__(self, connection):
        self.connection = connection

    def send(self, value):
        payload = tcpy_messagepack.pack(value)
        # Two writes, as the real one.
        self.connection.sendall(struct.pack(">I", len(payload)))
        self.connection.sendall(payload)

    def receive(self):
        head = self.connection.recv(4)
        if len(head) < 4:
            raise ConnectionError("Socket closed!")
        length = struct.unpack(">I", head)[0]
        body = b""
        while len(body) < length:
            part = self.connection.recv(length - len(body))
            if not part:
                raise ConnectionError("Socket closed!")
            body += part
        return tcpy_messagepack.unpack(body)

    def finish(self):
        self.connection.shutdown(socket.SHUT_RDWR)
        self.connection.close()


class Failure(Exception):
    def __init__(self, message, **extra):
        Exception.__init__(self, message)
        self.message = message
        self.extra = extra


def add(connection, x, y):
    return {"solution": x + y, "success": True}


def boom(connection):
    raise Failure("boom happened")


def nope(connection):
    return {"message": "nope", "code": 42, "error": True}


def nothing(connection):
    return None


def chat(connection):
    connection.send({"prompt": "Say something."})
    connection.send({"echo": connection.receive(), "n": 1})
    return {"final": connection.receive(), "success": True}


def hang_up(connection):
    connection.send({"last": True})
    connection.finish()
    return {"success": True}


def whoami(connection, **parameters):
    return parameters


# Parameters by name; None takes any.
COMMANDS = {
    "add": (add, ["x", "y"]),
    "boom": (boom, []),
    "nope": (nope, []),
    "nothing": (nothing, []),
    "chat": (chat, []),
    "hang_up": (hang_up, []),
    "whoami": (whoami, None),
}


def handle(connection, request):
    if not isinstance(request, dict):
        # The name of the type is the one of Python 2 for what tests send.
        name = {"NoneType": "NoneType", "bytes": "str"}.get(type(request).__name__, type(request).__name__)
        raise Failure("make_handler() argument after ** must be a mapping, not %s" % name)
    parameters = dict(request)
    name = parameters.pop("cmd", None) or None
    if name not in COMMANDS:
        raise Failure("Invalid command %s!" % name)
    command, names = COMMANDS[name]
    if names is not None:
        for key in parameters:
            if key not in names:
                raise Failure("__init__() got an unexpected keyword argument '%s'" % key)
        if len(parameters) < len(names):
            counts = (len(names) + 1, len(parameters) + 1)
            raise Failure("__init__() takes exactly %d arguments (%d given)" % counts)
    return command(connection, **parameters)


def serve(client):
    connection = Connection(client)
    try:
        reply = handle(connection, connection.receive())
    except ConnectionError:
        return
    except Failure as failure:
        reply = dict(message=failure.message, error=True, **failure.extra)
    except tcpy_messagepack.Malformed as error:
        reply = {"message": str(error), "error": True}
    try:
        connection.send(reply)
    except OSError:
        pass


def main():
    host, port = sys.argv[1], int(sys.argv[2])
    listener = socket.create_server((host, port), backlog=5)
    print("TCPServer is listening at %s:%d!" % listener.getsockname()[:2], flush=True)
    last = None
    while True:
        client, _address = listener.accept()
        if last is not None:
            last.close()
        last = client
        serve(client)


main()
