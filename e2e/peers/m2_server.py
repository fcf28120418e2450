"""A small M2 server to try clients on, written from the published facts alone, with nothing but the standard library of Python 3.

    python3 m2_server.py [--host 127.0.0.1] [--command-port 0] [--telemetry-port 0] [--rate 20] [--checks-sequence]

Prints one line, {"command": PORT, "telemetry": PORT}, when it listens. Known commands:

    resetForceOffsets            ack, m2AssemblyInPosition, success
    power(powerType, status)     ack, powerSystemState 3 and 5 (6 and 2), success
    switchForceBalanceSystem(status)   ack, forceBalanceSystemStatus, fail without motors, else success
    silent                       ack, and never an end
    duplicate                    ack and success, each twice
    stale                        ack, success of the number before, then its own
    slow(seconds)                ack, success so much later, while others go on

Others are answered noack. A parameter that is missing: ack, fail. Lines that are no command are left out. Telemetry: powerStatus at the
rate, axialForce too with motors on.
"""

import argparse
import json
import socket
import sys
import threading
import time

TERMINATOR = b"\r\n"


class Mirror:
    def __init__(self):
        self.lock = threading.Lock()
        self.power = {1: False, 2: False}


class CommandClient(threading.Thread):
    def __init__(self, connection, mirror, checks_sequence):
        super().__init__(daemon=True)
        self.connection = connection
        self.mirror = mirror
        self.checks_sequence = checks_sequence
        self.expected = None
        self.write_lock = threading.Lock()
        self.handlers = {
            "cmd_resetForceOffsets": self.reset_force_offsets,
            "cmd_power": self.power,
            "cmd_switchForceBalanceSystem": self.switch_force_balance_system,
            "cmd_silent": self.silent,
            "cmd_duplicate": self.duplicate,
            "cmd_stale": self.stale,
            "cmd_slow": self.slow,
        }

    def write(self, message):
        with self.write_lock:
            try:
                self.connection.sendall(json.dumps(message).encode() + TERMINATOR)
            except OSError:
                pass

    def reply(self, status, sequence_id):
        self.write({"id": status, "sequence_id": sequence_id})

    def run(self):
        self.write({"id": "tcpIpConnected", "isConnected": True})
        self.write({"id": "enabledFaultsMask", "mask": 18410715311050326015})
        carried = b""
        while True:
            try:
                received = self.connection.recv(65536)
            except OSError:
                received = b""
            if not received:
                self.connection.close()
                return
            carried += received
            *lines, carried = carried.split(TERMINATOR)
            for line in lines:
                self.take(line)

    def take(self, line):
        try:
            message = json.loads(line)
            name = message["id"]
            sequence_id = message["sequence_id"]
        except (ValueError, KeyError, TypeError):
            return
        if self.checks_sequence:
            if self.expected not in (None, sequence_id):
                self.reply("noack", self.expected)
                return
            self.expected = 1 if sequence_id == 2147483647 else sequence_id + 1
        handler = self.handlers.get(name)
        if handler is None:
            self.reply("noack", sequence_id)
            return
        self.reply("ack", sequence_id)
        try:
            end = handler(message, sequence_id)
        except (KeyError, TypeError, ValueError):
            end = "fail"
        if end is not None:
            self.reply(end, sequence_id)

    def reset_force_offsets(self, _message, _sequence_id):
        self.write({"id": "m2AssemblyInPosition", "inPosition": False})
        return "success"

    def power(self, message, _sequence_id):
        power_type, status = message["powerType"], message["status"]
        if power_type not in (1, 2) or not isinstance(status, bool):
            return "fail"
        for state in (3, 5) if status else (6, 2):
            self.write({"id": "powerSystemState", "powerType": power_type, "status": status, "state": state})
        with self.mirror.lock:
            self.mirror.power[power_type] = status
        return "success"

    def switch_force_balance_system(self, message, _sequence_id):
        with self.mirror.lock:
            is_on = message["status"] and self.mirror.power[1]
        self.write({"id": "forceBalanceSystemStatus", "status": is_on})
        return "success" if is_on == message["status"] else "fail"

    def silent(self, _message, _sequence_id):
        return None

    def duplicate(self, _message, sequence_id):
        self.reply("ack", sequence_id)
        self.reply("success", sequence_id)
        return "success"

    def stale(self, _message, sequence_id):
        self.reply("success", sequence_id - 1)
        return "success"

    def slow(self, message, sequence_id):
        timer = threading.Timer(float(message["seconds"]), self.reply, ("success", sequence_id))
        timer.daemon = True
        timer.start()
        return None


def send_telemetry(connection, mirror, rate):
    count = 0
    try:
        while True:
            with mirror.lock:
                motors = mirror.power[1]
            messages = [{"id": "powerStatus", "motorVoltage": 23.0 if motors else 0.0, "commVoltage": 0.0, "count": count}]
            if motors:
                forces = [count + index / 7 for index in range(72)]
                names = ("lutGravity", "lutTemperature", "applied", "measured", "hardpointCorrection")
                messages.append({"id": "axialForce", **{name: forces for name in names}})
            for message in messages:
                connection.sendall(json.dumps(message).encode() + TERMINATOR)
            count += 1
            time.sleep(1 / rate)
    except OSError:
        connection.close()


def accept_forever(listener, serve):
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        serve(connection)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--command-port", type=int, default=0)
    parser.add_argument("--telemetry-port", type=int, default=0)
    parser.add_argument("--rate", type=float, default=20.0)
    parser.add_argument("--checks-sequence", action="store_true")
    options = parser.parse_args()
    mirror = Mirror()
    commands = socket.create_server((options.host, options.command_port))
    telemetry = socket.create_server((options.host, options.telemetry_port))
    print(json.dumps({"command": commands.getsockname()[1], "telemetry": telemetry.getsockname()[1]}), flush=True)

    def serve_telemetry(connection):
        threading.Thread(target=send_telemetry, args=(connection, mirror, options.rate), daemon=True).start()

    threading.Thread(target=accept_forever, args=(telemetry, serve_telemetry), daemon=True).start()
    accept_forever(commands, lambda connection: CommandClient(connection, mirror, options.checks_sequence).start())


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
