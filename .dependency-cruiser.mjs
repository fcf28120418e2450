/**
 * The layers: contract <- protocol <- capture <- engine <- sockets, storage, local-servers <- hosts, and the page beside
 * them. Tests may reach further than what they test; sources may not reach tests.
 */
const tests = '([.]test[.](ts|mjs)|[.]test-support[.]ts)$|/testing/'

/**
 * A layer may import itself and what is named here, nothing else.
 * @param {string} name
 * @param {string} folder
 * @param {readonly string[]} allowed
 * @param {string} comment
 */
const layer = (name, folder, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: `^${folder}/`, pathNot: tests },
  to: { pathNot: [`^${folder}/`, ...allowed] },
})

const contract = '^src-main/contract/'
const protocol = '^src-main/protocol/'
const capture = '^src-main/capture/'
const engine = '^src-main/engine/'
const valibot = '^node_modules/valibot/'
// Only in the thread that checks documents: it makes functions of schemas.
const ajv = '^node_modules/ajv(-formats)?/'
// Only in the thread that runs scripts.
const quickJs = '^node_modules/(quickjs-emscripten-core|@jitl/quickjs-singlefile-mjs-release-sync)/'
// Only where certificates are written.
const certificateStructures = '^node_modules/@peculiar/asn1-(schema|x509)/'
const messagePack = '^node_modules/@msgpack/msgpack/'
const nodeBuiltins =
  '^(node:|(assert|buffer|crypto|dns|events|fs|http|net|os|path|perf_hooks|stream|timers|tls|url|util|v8|worker_threads|zlib)(/|$))'
const nodeVm = '^(node:)?vm$'
/** The program `ss` tells what Node does not know of a socket. */
const nodeChildProcess = '^(node:)?child_process$'

export default {
  forbidden: [
    layer('contract-stands-alone', 'src-main/contract', [valibot, messagePack], 'No Node, no DOM, no other layer.'),
    layer('protocol-is-pure', 'src-main/protocol', [contract, valibot, messagePack], 'Pure: bytes in, events out.'),
    layer(
      'capture-below-engine',
      'src-main/capture',
      [contract, protocol, valibot, nodeBuiltins],
      'Files and windows only.',
    ),
    layer(
      'engine-names-ports',
      'src-main/engine',
      [contract, protocol, capture, valibot, ajv, nodeBuiltins, nodeVm],
      'What the engine needs from outside is named in ports.ts; hosts put it in.',
    ),
    ...Object.entries({
      sockets: [nodeChildProcess],
      storage: [],
      'local-servers': [certificateStructures, quickJs],
    }).map(([name, besides]) =>
      layer(
        `${name}-is-an-adapter`,
        `src-main/${name}`,
        [contract, protocol, capture, engine, valibot, nodeBuiltins, ...besides],
        'Adapters stand beside each other and know only what is below.',
      ),
    ),
    layer(
      'page-sees-contract-and-protocol',
      'src-renderer',
      [contract, protocol, '^node_modules/(?!electron/|ajv)', '[.](css|svg|png|json|woff2)$'],
      'The page asks for everything else by commands.',
    ),
    {
      name: 'vm-only-to-stop-expressions',
      comment: 'It runs two scripts that never change, for its limit of time. Nothing else evaluates anything.',
      severity: 'error',
      from: { pathNot: '^src-main/engine/expressions/' },
      to: { path: nodeVm },
    },
    {
      name: 'electron-only-in-its-host',
      comment: 'Importing electron in plain Node starts a download and throws.',
      severity: 'error',
      from: { pathNot: '^src-main/hosts/electron/' },
      to: { path: '^(electron$|node_modules/electron/)' },
    },
    {
      name: 'hosts-do-not-know-each-other',
      comment: 'Hosts differ by entry file; what they share stands in hosts/ itself. The CLI opens the web host.',
      severity: 'error',
      from: { path: '^src-main/hosts/(electron|web)/', pathNot: tests },
      to: { path: '^src-main/hosts/(electron|web|cli)/', pathNot: '^src-main/hosts/$1/' },
    },
    {
      name: 'nothing-imports-hosts',
      severity: 'error',
      from: { path: '^src-', pathNot: ['^src-main/hosts/', tests] },
      to: { path: '^src-main/hosts/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'sources-do-not-import-tests',
      severity: 'error',
      // A spec is a test itself.
      from: { pathNot: [tests, '^e2e/.*[.]spec[.]ts$'] },
      to: { path: tests },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: { path: '^(src-|bench|e2e|scripts)' },
      to: { couldNotResolve: true, pathNot: '[?]' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'svelte', 'browser', 'node', 'default'],
      extensions: ['.ts', '.svelte', '.mjs', '.js', '.json', '.d.ts'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
