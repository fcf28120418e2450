"""
A client and a server of JSON-RPC 2.0, written from the specification alone. FRAMING is lines, content-length or
length-prefix (32 bits, big-endian).

    jsonrpc_peer.py client HOST PORT FRAMING     JSON lines in, JSON lines out:
        {"send": DOCUMENT}    sends it            {"send_text": "..."}   sends this text as a message
        {"receive": true}     waits for one       {"end": true}          FIN
    jsonrpc_peer.py server HOST PORT FRAMING     add(a, b), echo(...), fail(), ask(): calls the client back;
        prints `Listening on HOST:PORT`
"""

import json
import socket
import struct
import sys
import threading


class Messages:
    def __init__(self, connection, framing):
        self.connection = connection
        self.framing = framing
        self.buffer = b""

    def send(self, text):
        data = text.encode("utf-8")
        if self.framing == "lines":
            data += b"\n"
        elif self.framing == "content-length":
            data = b"Content-Length: %d\r\n\r\n" % len(data) + data
        else:
            data = struct.pack(">I", len(data)) + data
        self.connection.sendall(data)

    def receive(self):
        """The next text, or None at the end."""
        while True:
            message = self.take()
            if message is not None:
                return message.decode("utf-8")
            part = self.connection.recv(65536)
            if not part:
                return None
            self.buffer += part

    def take(self):
        if self.framing == "lines":
            line, separator, rest = self.buffer.partition(b"\n")
            if not separator:
                return None
            self.buffer = rest
            return line
        if self.framing == "content-length":
            header, separator, rest = self.buffer.partition(b"\r\n\r\n")
            if not separator:
                return None
            fields = dict(line.lower().split(b":", 1) for line in header.split(b"\r\n"))
            length = int(fields[b"content-length"])
        else:
            if len(self.buffer) < 4:
                return None
            length = struct.unpack(">I", self.buffer[:4])[0]
            rest = self.buffer[4:]
        if len(rest) < length:
            return None
        self.buffer = rest[length:]
        return rest[:length]


def run_client(address, framing):
    connection = socket.create_connection(address, timeout=20)
    messages = Messages(connection, framing)
    for line in sys.stdin:
        step = json.loads(line)
        answer = {}
        if "send" in step:
            messages.send(json.dumps(step["send"]))
        elif "send_text" in step:
            messages.send(step["send_text"])
        elif "receive" in step:
            text = messages.receive()
            answer = {"end": True} if text is None else {"text": text, "value": json.loads(text)}
        elif "end" in step:
            connection.shutdown(socket.SHUT_WR)
        print(json.dumps(answer), flush=True)


class RpcError(Exception):
    def __init__(self, code, message, data=None):
        Exception.__init__(self, message)
        self.error = {"code": code, "message": message}
        if data is not None:
            self.error["data"] = data


def call(messages, method, parameters):
    positional = parameters if isinstance(parameters, list) else []
    named = parameters if isinstance(parameters, dict) else {}
    if method == "add":
        try:
            return (lambda a, b: a + b)(*positional, **named)
        except TypeError as error:
            raise RpcError(-32602, "Invalid params", str(error))
    if method == "echo":
        return parameters
    if method == "fail":
        raise RpcError(7, "it failed", {"why": "always"})
    if method == "ask":
        messages.send(json.dumps({"jsonrpc": "2.0", "method": "name", "id": "server-1"}))
        answer = json.loads(messages.receive())
        return {"answer": answer.get("result"), "error": answer.get("error")}
    raise RpcError(-32601, "Method not found")


def respond(messages, request):
    """The response, or None for a notification."""
    number = request.get("id") if isinstance(request, dict) else None
    try:
        if not isinstance(request, dict) or request.get("jsonrpc") != "2.0" or not isinstance(request.get("method"), str):
            number = None
            raise RpcError(-32600, "Invalid Request")
        result = call(messages, request["method"], request.get("params"))
        response = {"jsonrpc": "2.0", "result": result, "id": number}
    except RpcError as error:
        response = {"jsonrpc": "2.0", "error": error.error, "id": number}
    if isinstance(request, dict) and "id" not in request and "method" in request:
        return None
    return response


def serve(connection, framing):
    messages = Messages(connection, framing)
    while True:
        text = messages.receive()
        if text is None:
            connection.close()
            return
        try:
            request = json.loads(text)
        except ValueError:
            messages.send(json.dumps({"jsonrpc": "2.0", "error": {"code": -32700, "message": "Parse error"}, "id": None}))
            continue
        if isinstance(request, list) and request:
            responses = [response for response in (respond(messages, one) for one in request) if response is not None]
            if responses:
                messages.send(json.dumps(responses))
            continue
        response = respond(messages, request)
        if response is not None:
            messages.send(json.dumps(response))


def run_server(address, framing):
    listener = socket.create_server(address, backlog=5)
    print("Listening on %s:%d" % listener.getsockname()[:2], flush=True)
    while True:
        connection, _address = listener.accept()
        threading.Thread(target=serve, args=(connection, framing), daemon=True).start()


role, host, port, framing = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
(run_client if role == "client" else run_server)((host, port), framing)
