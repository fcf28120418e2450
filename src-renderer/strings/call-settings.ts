/** How a session calls commands: the fields, in the session and in the form of a connection. */
export const callSettingsWords = {
  protocol: 'Protocol of the calls',
  protocols: [
    { value: 'off', label: 'None: this connection makes no calls' },
    { value: 'tcpy', label: 'tcpy: MessagePack after a length' },
    { value: 'm2', label: 'M2: JSON lines with sequence numbers' },
    { value: 'jsonrpc', label: 'JSON-RPC 2.0' },
  ],
  names: { tcpy: 'tcpy', m2: 'M2', jsonrpc: 'JSON-RPC' },
  offHint: 'Choose a protocol to call commands by name, with parameters, and to see what became of every call.',
  lostCommands: (count: number): string =>
    count === 1
      ? 'Saving removes the one known command from the profile. Choose a protocol to keep it.'
      : `Saving removes the ${count} known commands from the profile. Choose a protocol to keep them.`,
  mode: 'Connections',
  modes: [
    { value: 'execute', label: 'One for every call' },
    { value: 'session', label: 'The open one, turn by turn' },
  ],
  modeHints: {
    execute: 'Connects, calls, reads one reply and closes. The session itself need not be connected.',
    session: 'Calls go over the open connection of the session; each waits for the reply before it.',
  },
  timeout: 'Wait for a reply at most',
  timeoutPlaceholder: 'without end',
  timeoutHint: 'Empty waits as long as it takes.',
  maximumInFlight: 'Calls at once',
  maximumInFlightHint: 'Further calls wait until one is over.',
  maximumReply: 'Largest reply',
  maximumReplyHint: 'A reply that announces more is refused before anything is kept of it.',
  telemetry: 'Telemetry on a second connection',
  telemetryHint: 'To the same host. It opens and closes with the connection for commands.',
  telemetryPort: 'Telemetry port',
  sequence: 'Sequence numbers',
  sequences: [
    { value: 'own', label: 'Of this session' },
    { value: 'shared', label: 'Shared with other sessions' },
  ],
  heartbeat: 'Send heartbeats',
  heartbeatHint: 'The line “heartbeat” on the connection for commands.',
  heartbeatEvery: 'Every',
  framing: 'Framing',
  framings: [
    { value: 'lines', label: 'One document a line' },
    { value: 'content-length', label: 'Content-Length headers' },
    { value: 'length-prefix', label: 'After a binary length' },
  ],
  lengthField: 'Length field',
  identifiers: 'Identifiers',
  identifierKinds: [
    { value: 'numbers', label: 'Numbers: 1, 2, 3' },
    { value: 'texts', label: 'Texts: "1", "2", "3"' },
  ],
  serverCalls: 'Calls of the peer',
  serverCallKinds: [
    { value: 'by-hand', label: 'Wait for my answer' },
    { value: 'refuse', label: 'Refuse: method not found' },
  ],
  noTelemetry: 'without telemetry',
  telemetryOn: (port: number): string => `telemetry on ${port}`,
  off: 'None',
  milliseconds: 'ms',
  bytes: 'B',
  title: 'How this session calls',
  save: 'Use these settings',
  turnOff: 'Turn calls off',
  callsUnderWay: 'Calls are under way: another protocol can be chosen once they are over.',
} as const

/** What is wrong with a field. */
export const callSettingsProblems = {
  timeoutMs: 'Enter a time from 1 ms to 24 hours, or nothing to wait without end.',
  maximumInFlight: 'Enter a number from 1 to 256.',
  telemetryPort: 'Enter a port from 1 to 65535.',
  heartbeatEveryMs: 'Enter a time from 50 ms to 1 hour.',
  maximumReplyBytes: 'Enter a number of bytes from 1 to 1073741824.',
  samePort: 'Telemetry cannot use the port of the commands. Choose another one.',
} as const
