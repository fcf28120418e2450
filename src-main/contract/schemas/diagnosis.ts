/** The doctor: what happens when connecting, step by step (design section 9). */
import * as v from 'valibot'
import { socketAddress, wholeNumber } from './common.ts'
import { chainLink } from './tls.ts'

/** Why a connection cannot be used. Stable: other programs rely on the codes. */
export const diagnosisCause = v.picklist([
  'host-malformed',
  'name-not-found',
  'name-lookup-failed',
  'connection-refused',
  'connect-timeout',
  'unreachable',
  'connection-failed',
  'reset-before-tls',
  'reset-during-handshake',
  'closed-during-handshake',
  'handshake-timeout',
  'handshake-failed',
  'plaintext-server',
  'tls-server',
  'certificate-expired',
  'certificate-not-yet-valid',
  'certificate-self-signed',
  'certificate-unknown-ca',
  'certificate-missing-intermediate',
  'certificate-name-mismatch',
  'certificate-changed',
  'certificate-absent',
  'certificate-invalid',
  'client-certificate-required',
  'client-certificate-rejected',
  'client-key-mismatch',
  'tls-settings-unusable',
  'no-common-version',
  'no-common-cipher',
  'closed-at-once',
])
export type DiagnosisCause = v.InferOutput<typeof diagnosisCause>

/** What the workbench can do about it at a press of a button. */
export const diagnosisRemedyAction = v.picklist([
  'edit-address',
  'raise-timeout',
  'turn-tls-on',
  'turn-tls-off',
  'trust-root',
  'add-missing-certificate',
  'trust-fingerprint',
  'change-server-name',
  'choose-client-certificate',
  'allow-version',
  'allow-cipher',
  'connect-without-verification',
  'start-echo-server',
])
export type DiagnosisRemedyAction = v.InferOutput<typeof diagnosisRemedyAction>

const stepFacts = {
  ok: v.boolean(),
  ms: v.number(),
  /** One line of what was found. */
  detail: v.string(),
}

/** One step, in the order they were taken. A step that was skipped is not there. */
export const diagnosisStep = v.variant('step', [
  v.object({ step: v.literal('resolve'), ...stepFacts, addresses: v.array(v.string()) }),
  /** One for every address. */
  v.object({ step: v.literal('connect'), ...stepFacts, remote: socketAddress }),
  /** What the server says by itself in plain text, if anything. */
  v.object({ step: v.literal('banner'), ...stepFacts, hex: v.string(), text: v.nullable(v.string()) }),
  v.object({
    step: v.literal('tls'),
    ...stepFacts,
    version: v.nullable(v.string()),
    cipher: v.nullable(v.string()),
  }),
  v.object({ step: v.literal('certificate'), ...stepFacts, chain: v.array(chainLink) }),
  v.object({ step: v.literal('name'), ...stepFacts, expected: v.string(), found: v.array(v.string()) }),
  v.object({ step: v.literal('dates'), ...stepFacts, daysLeft: v.nullable(v.number()) }),
  v.object({
    step: v.literal('client-certificate'),
    ...stepFacts,
    /** The server asked for one. */
    isRequested: v.boolean(),
  }),
  /** Which versions the server agrees to when offered alone. */
  v.object({
    step: v.literal('versions'),
    ...stepFacts,
    offered: v.array(v.string()),
    refused: v.array(v.string()),
  }),
])
export type DiagnosisStep = v.InferOutput<typeof diagnosisStep>

export const diagnosisReport = v.object({
  ok: v.boolean(),
  cause: v.nullable(diagnosisCause),
  /** A heading of a few words. */
  title: v.string(),
  /** What happened, for a newcomer. */
  message: v.string(),
  /** What to change; empty when all is well. */
  remedy: v.string(),
  actions: v.array(diagnosisRemedyAction),
  steps: v.array(diagnosisStep),
  elapsedMs: v.number(),
  takenAtUnixUs: wholeNumber,
})
export type DiagnosisReport = v.InferOutput<typeof diagnosisReport>
