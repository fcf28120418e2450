import { faultSpecExamples } from '../../protocol/server-faults/fault-spec.ts'
import { captureHelp } from './capture/capture-actions.ts'

/** Options of the commands that connect. */
const tlsHelp = `TLS (any of these options turns it on):
  --tls                    with the roots that come with Wirebench, made for the dialled host
  --ca PATH                trust these certificates instead: a PEM file, or a folder of them
  --servername NAME        sent as SNI and checked in the certificate, whatever host is dialled
  --cert FILE --key FILE   client certificate (PEM, leaf first) and key; one file may have both
  --pfx FILE               the same in one PKCS #12 file
  --passphrase-env NAME    the environment variable that holds the passphrase of the key or PFX
  --verify WHAT            required (default); optional: a server without a certificate is taken;
                           off: nothing is enforced, and the result is told all the same
  --no-name-check          the certificate may be made for any name; --verify off needs it
  --insecure               --verify off --no-name-check
  --pin SHA256             take the certificate with this fingerprint and no other, whoever signed it
  --min-version V, --max-version V   TLSv1, TLSv1.1, TLSv1.2, TLSv1.3; by default 1.2 to 1.3
  --ciphers LIST           as OpenSSL writes them; those of TLS 1.3 stay unless one is named
  --alpn A,B               protocols to offer, the preferred one first
  --starttls SEND          begin in plain text: send this first (escapes as with --escapes),
  --starttls-expect TEXT   wait for this text, and switch to TLS then
`

/** What `--help` prints, by command; `''` for the program itself. */
export const helpTexts: Readonly<Record<'' | 'web' | 'send' | 'call' | 'serve' | 'doctor' | 'capture', string>> = {
  '': `Wirebench: a workbench for raw sockets.

wirebench                              open the workbench in a browser (the same as wirebench web)
wirebench web [OPTIONS]                serve the workbench to a browser
wirebench send HOST:PORT [TEXT]        connect, send bytes, print what comes back
wirebench call HOST:PORT COMMAND       call a command of an RPC server
wirebench serve KIND [OPTIONS]         run a local server
wirebench doctor HOST:PORT             find out why a connection fails, and what to do
wirebench capture list                 see what was recorded; show, annotate, remove, ...

Every command takes
  --json           one JSON object a line on stdout, nothing else
  --data-dir DIR   folder of profiles and captures
  --timeout MS     give up after this time (exit code 4)
  --help           what the command takes
wirebench --version prints the version.

Exit codes
  0  as expected
  1  the peer answered, but not as expected, or the command was interrupted
  2  the command line is not understood
  3  the connection could not be made, or broke
  4  timeout
  5  this machine failed: disk, port in use
`,
  web: `wirebench web [--host 127.0.0.1] [--port 0] [--no-open] [--data-dir DIR]

Serves the workbench to a browser until it is interrupted. Prints one line:
  Wirebench is ready at http://127.0.0.1:PORT/?token=...
The token lets in whoever knows it: keep it to yourself.

  --host HOST    where to listen. Anything but loopback lets other machines in.
  --port PORT    0 for any free port
  --no-open      do not open a browser
`,
  send: `wirebench send HOST:PORT [TEXT] [OPTIONS]
wirebench send --profile NAME [TEXT] [OPTIONS]

Connects, sends, prints what comes back, and ends.

What is sent: TEXT, --hex, --file or --message; else standard input when it is not a terminal.
  TEXT                TEXT as UTF-8, exactly as it is. Put -- before TEXT that begins with a dash.
  --escapes           TEXT has escapes: \\n \\r \\t \\0 \\e \\\\ \\xHH \\uHHHH \\u{H...}
  --line-ending NAME  after TEXT: none (unless a profile says otherwise), lf, crlf or cr
  --encoding NAME     TEXT in another encoding than utf-8: latin-1, utf-16le-bom, shift_jis, ...
  --hex HEX           bytes as hex: 01 02 0a, 0x01,0x02, 01020a
  --file FILE         the bytes of a file; - for standard input
  --message FILE      a saved message or sequence: a file of the collection, or an export
  --entry NAME        which one, when FILE holds several
  --var NAME=VALUE    a variable of its placeholders; may be given several times
  --rate N            send no more than N bytes a second
  --chunk N           send N bytes at a time; with --rate alone a thousandth of a second's worth
  --lines             --rate and --chunk count lines through LF
  --half-close        end the sending side (FIN) after everything was sent

With --framing, a saved message that wants framing has it. A sequence is gone through once, and
every step is told: {"event":"step","step":1,"outcome":"sent",...} with --json. Its waits decide
what is waited for: one that times out is exit code 4; a peer that closes in a clean way before is 1.

What is waited for: one of
  --until-bytes N     at least N bytes
  --until-hex HEX     these bytes
  --until-close       the peer closes
  --frames N          N whole messages (with --framing)
  --idle MS           the peer closes, or nothing comes for MS after everything was sent and
                      the last byte came. This is what happens by default, with 1000 ms.
A clean close before that is exit code 1; a close in mid-message and every reset are 3.
Standard input is not waited for once what was waited for has come, except with --idle.
--retry SPEC tries again while no connection can be made; a certificate that does not verify is
never tried again. SPEC is fixed:MS[,max=N], exponential[:MS][,max=N], or N for exponential with
max=N; max counts the attempts after the first.
--timeout MS limits everything together, connecting included. Connecting alone may take 10 s,
or what the profile says.

What is printed:
  --format raw        the bytes as they came (default)
  --format text       UTF-8; other bytes and controls as \\xNN; with --framing a line a message
  --format hex        hex, a line for what came at once; with --framing a line a message
  --format json       the same as --json
  --framing SPEC      cut what comes into messages:
                      raw | lf | crlf | delimiter:HEX | fixed:N |
                      length:u8|u16be|u16le|u32be|u32le[+N][,max=N] | json | slip | cobs

  --profile NAME      settings of a profile: its name, FOLDER/NAME or identifier
  --record            keep the exchange as a capture in the data folder
  --wire-log FILE     write what is sent and received to FILE, a record for each read and write:
                      a line with Rx or Tx and the remote end, then the bytes. FILE is made anew.

${tlsHelp}With --json the line "connected" has "tls":{"version","cipher","authorized","reason"}. A handshake or
certificate that fails is exit code 3, one that takes too long 4.
`,
  call: `wirebench call HOST:PORT --protocol tcpy|m2|jsonrpc COMMAND [name=text] [name:=json] [OPTIONS]
wirebench call --profile NAME COMMAND [name=text] [name:=json] [OPTIONS]

Connects, calls a command of a server, prints its answer, and ends.

  --protocol P        tcpy: 32-bit length and MessagePack; m2: JSON lines with sequence numbers;
                      jsonrpc: JSON-RPC 2.0. With --profile it may be left out.
  name=text           a parameter that is a text
  name:=json          a parameter that is any JSON: n:=1 on:=true list:=[1,2]
  --params JSON       all parameters as one JSON document instead; @FILE reads a file,
                      - standard input. For jsonrpc also an array.
  --no-command        tcpy: there is no COMMAND, and none is sent
  --then PARAMETERS   tcpy: a further turn on the same connection once the one before was
                      answered, for instance --then 'n:=1'; may be given several times
  --notification      tcpy, jsonrpc: what is sent has no answer
  --kind KIND         m2: event or telemetry instead of a command, neither has an answer
  --component NAME    m2: compName of an event or telemetry
  --framing SPEC      jsonrpc: lines (default), content-length, or length:u32be (or u8, u16be,
                      u16le, u32le, u64be, u64le, varint)
  --profile NAME      settings of a profile: its name, FOLDER/NAME or identifier
  --record            keep the exchange as a capture in the data folder
  --timeout MS        for everything together. Without it tcpy waits as long as it takes, the others
                      10000 ms for an answer.

The answer is printed as JSON; acknowledgements and what the server says of its own accord go to
stderr. With --json there is a line for each, numbers exact whatever their size:
  {"event":"ack","result":...,"elapsedMs":N}       also "noack" and "message", before the answer
  {"event":"reply","ok":true,"result":...,"elapsedMs":N}
  {"event":"sent","byteCount":N}                   of what has no answer
  {"event":"error","code":CODE,"message":...}      where no answer came

Exit code 0: a good answer; 1: an error reply, a noack or fail, a close before the reply, or no
reply of this protocol; 2: not understood; 3: no connection, or it broke in mid-reply; 4: timeout.

${tlsHelp}`,
  doctor: `wirebench doctor HOST:PORT [OPTIONS]
wirebench doctor --profile NAME [OPTIONS]

Connects as wirebench send would, step by step, and says what is wrong and what to do: looks the name
up, connects to each address, waits for what the server says by itself, does the TLS handshake, and looks
at certificates, name, dates, client certificate and the versions the server takes. Nothing of your own
is sent. Without TLS it still finds out when the server speaks TLS.

  --timeout MS      for each step alone: 10000
  --profile NAME    settings of a profile: its name, FOLDER/NAME or identifier
  --json            one object: {"ok","cause","message","remedy","steps":[{"step","ok","ms",...}]}

Exit code 0: all is well; 3: the connection cannot be used; 4: no answer in time; 2: not understood.

${tlsHelp}`,
  serve: `wirebench serve echo|discard|chargen|command|m2|jsonrpc [OPTIONS]
wirebench serve --server NAME [OPTIONS]

Runs a local server until it is interrupted. Prints one line:
  Listening on 127.0.0.1:PORT (echo)

  echo               sends every byte back
  discard            reads everything and answers nothing (RFC 863)
  chargen            sends a pattern of characters (RFC 864)
  command            compatible with tcpy, with the commands add, boom, chat, echo and slow
  m2                 a mirror controller with commands and telemetry
  jsonrpc            JSON-RPC 2.0, with the same commands
  --server NAME      instead of a kind: a server that is saved in the data folder, by its name or
                     identifier; other options change it for this run
  --host HOST        where to listen
  --port PORT        0 for any free port. When it is left out, command listens on 7272, m2 on 50000,
                     the others on any free port
  --max-clients N    further clients are closed at once; for m2 on each of its ports
  --record           keep the traffic as a capture in the data folder
  --fault SPEC       a fault in what is sent; may be given several times:
${faultSpecExamples.map((example) => `                       ${example}\n`).join('')}  --rules FILE       reply rules as JSON, tried before what the kind does
  --rate BYTES_PER_S chargen: to each client
  --commands FILE    command, jsonrpc: a command table as JSON instead of the examples
  --workers N        command, jsonrpc: requests worked on at once: 4
  --one-at-a-time    command: as tcpy 0.0.10, which waits for each request before the next
  --any-requests     command: any number of requests on one connection
  --close-after-reply   command: instead of leaving the connection open
  --framing SPEC     jsonrpc: lines (default), content-length, or length:u32be (or another type)
  --telemetry-port PORT   m2: 50001, or any free port with --port 0
  --telemetry-hz N   m2: rounds of telemetry a second: 20
  --check-sequence   m2: noack for a sequence number that does not follow
  --welcome-once     m2: the welcome messages go to the first client alone
  --require-heartbeat     m2: a client without heartbeats for 10 s is disconnected
  --command-duration MS   m2: between the ack and the end of a command: 0

TLS with a certificate that is made now, signed by the CA of the data folder (--data-dir):
  --tls                 a good one
  --tls-variant NAME    valid, mutual (asks clients for a certificate of the same CA), or one that
                        clients must refuse: expired, not-yet-valid, self-signed, wrong-name,
                        missing-intermediate, unknown-ca, old-protocol (TLS 1.1 at most),
                        plain-text (no TLS at all)
  --names A,B           names and addresses it is made for: localhost,127.0.0.1,::1
  --valid-days N        365
TLS with a certificate of your own:
  --cert FILE --key FILE         PEM; the certificate first, then those who signed it
  --passphrase-env NAME          the environment variable that holds the passphrase of the key
  --ca FILE                      ask clients for a certificate that these CAs signed
  --require-client-certificate   refuse clients without one
Both take --min-version and --max-version (TLSv1, TLSv1.1, TLSv1.2, TLSv1.3) and --alpn A,B.
A client that fails in the handshake is told, and the server goes on.
`,
  capture: captureHelp,
}
