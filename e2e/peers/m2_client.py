"""A client of an M2 server, written from the published facts alone, with nothing but the standard library of Python 3.

    python3 m2_client.py HOST COMMAND_PORT [TELEMETRY_PORT] [--telemetry N] [--timeout S] [--command COMMAND ...]

Each COMMAND is a JSON object of parameters with the name of the command under "command"; "raw" sends that text as a line instead and
waits for nothing. Commands go one after another: the next one once the last was answered success, fail or noack. Then N
further messages of telemetry are waited for.

Prints one JSON object per line: {"port": "command"|"telemetry", "text": LINE, "same": what json.dumps(json.loads(LINE)) gives is LINE},
then {"replies": [[NAME, ID, ...], ...]}: the ids of the messages from each command to its end. Ends with 1 when a reply is missing.
"""

import argparse
import json
import queue
import socket
import sys
import threading
import time

TERMINATOR = b"\r\n"
ENDS = ("success", "fail", "noack")


def read_lines(port_name, connection, lines):
    """Puts every line into the queue, and None when the connection ends."""
    carried = b""
    while True:
        try:
            received = connection.recv(65536)
        except OSError:
            received = b""
        if not received:
            lines.put((port_name, None))
            return
        carried += received
        *whole, carried = carried.split(TERMINATOR)
        for line in whole:
            lines.put((port_name, line.decode("utf-8")))


class Client:
    def __init__(self, host, command_port, telemetry_port, timeout):
        self.timeout = timeout
        self.lines = queue.Queue()
        self.sequence_id = 0
        self.telemetry_count = 0
        self.commands = self.connect("command", host, command_port)
        self.telemetry = None if telemetry_port is None else self.connect("telemetry", host, telemetry_port)

    def connect(self, port_name, host, port):
        connection = socket.create_connection((host, port), self.timeout)
        connection.settimeout(None)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=read_lines, args=(port_name, connection, self.lines), daemon=True).start()
        return connection

    def next_message(self, deadline):
        """The next message of either port, told on standard output."""
        while True:
            port_name, line = self.lines.get(timeout=max(0.0, deadline - time.monotonic()))
            if line is None:
                raise ConnectionError(f"the {port_name} connection ended")
            message = json.loads(line)
            print(json.dumps({"port": port_name, "text": line, "same": json.dumps(message) == line}), flush=True)
            if port_name == "telemetry":
                self.telemetry_count += 1
            return port_name, message

    def call(self, parameters):
        """Sends a command and waits for its end. The ids of the messages on the command port until then."""
        self.sequence_id += 1
        details = dict(parameters)
        name = details.pop("command")
        message = {**details, "id": "cmd_" + name, "sequence_id": self.sequence_id}
        self.commands.sendall(json.dumps(message).encode() + TERMINATOR)
        ids = []
        deadline = time.monotonic() + self.timeout
        while True:
            port_name, received = self.next_message(deadline)
            if port_name != "command":
                continue
            if "sequence_id" in received and received["sequence_id"] != self.sequence_id:
                raise ValueError(f"a reply to {received['sequence_id']} while {self.sequence_id} is waited for")
            if ids or "sequence_id" in received:
                ids.append(received["id"])
            if received["id"] in ENDS:
                return [name, *ids]

    def send_raw(self, text):
        self.commands.sendall(text.encode() + TERMINATOR)

    def await_telemetry(self, count):
        deadline = time.monotonic() + self.timeout
        self.telemetry_count = 0
        while self.telemetry_count < count:
            self.next_message(deadline)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("host")
    parser.add_argument("command_port", type=int)
    parser.add_argument("telemetry_port", type=int, nargs="?")
    parser.add_argument("--telemetry", type=int, default=0)
    parser.add_argument("--timeout", type=float, default=10.0)
    parser.add_argument("--command", action="append", default=[], type=json.loads)
    options = parser.parse_args()
    client = Client(options.host, options.command_port, options.telemetry_port, options.timeout)
    replies = []
    try:
        for command in options.command:
            if "raw" in command:
                client.send_raw(command["raw"])
            else:
                replies.append(client.call(command))
        client.await_telemetry(options.telemetry)
    except (queue.Empty, ConnectionError, ValueError) as error:
        print(json.dumps({"error": str(error) or "no answer in time", "replies": replies}), flush=True)
        return 1
    print(json.dumps({"replies": replies}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
