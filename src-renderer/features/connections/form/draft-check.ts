import * as v from 'valibot'
import type { ErrorShape } from '../../../../src-main/contract/errors.ts'
import { profileContent } from '../../../../src-main/contract/schemas/profile.ts'
import { tlsSettings } from '../../../../src-main/contract/schemas/tls.ts'
import { checkTlsSettings } from '../../../../src-main/protocol/tls/check-settings.ts'
import { parseEscapedText } from '../../../../src-main/protocol/text/escapes.ts'
import { fieldProblems as words } from '../../../strings/connection-form.ts'
import type { FieldError } from '../../../ui/field-error.ts'
import { checkHost, checkPlaceholders, isIpAddress, splitWrittenAddress } from '../host-address.ts'
import { callSettingsErrors, type CallSettingsField } from '../../calls/settings/call-settings-draft.ts'
import { fieldOfSetting, type DraftField, type DraftTexts } from './draft-field.ts'
import { startPiecesOf } from './start-draft.ts'
import { tlsContentOf, type TlsDraft } from './tls-draft.ts'

/** What is wrong, by field. */
export type DraftErrors = Partial<Record<DraftField, FieldError>>

/**
 * Everything that is wrong with a draft. `content` is what it says as a profile, whose rules are those of the contract;
 * what the contract leaves to connecting (hosts, escapes, what goes together) is checked here as well.
 */
export function checkDraft(texts: DraftTexts, content: unknown): DraftErrors {
  const result = v.safeParse(profileContent, content)
  const errors: DraftErrors = {}
  for (const issue of result.issues ?? []) {
    const field = fieldOfSetting(settingOf(issue))
    if (field !== null) errors[field] = { message: words.byField[field] ?? words.unusable }
  }
  return withoutNone({
    ...errors,
    ...addressErrors(texts, errors),
    ...tlsErrors(texts),
    ...otherErrors(texts, errors),
    ...callErrors(texts),
  })
}

function addressErrors({ address }: DraftTexts, wrong: DraftErrors): Partial<Record<DraftField, FieldError | null>> {
  const written = splitWrittenAddress(address.host)
  const hostError = checkHost(written?.host ?? address.host)
  const placeholderError = checkPlaceholders(address.port)
  const portIsWrong = wrong['address.port'] !== undefined && written?.port == null
  return {
    'address.host': hostError === null ? null : asFieldError(hostError),
    'address.port': portIsWrong
      ? { message: address.port.trim() === '' ? words.portEmpty : words.port, code: 'port-malformed' }
      : placeholderError === null
        ? null
        : asFieldError(placeholderError),
    // An empty name becomes the address.
    'address.name': address.name.trim() === '' ? null : (wrong['address.name'] ?? null),
    'address.folder':
      wrong['address.folder'] === undefined
        ? null
        : { message: address.folder.length > 400 ? words.folderTooLong : words.folder },
  }
}

function tlsErrors({ tls }: DraftTexts): DraftErrors {
  const errors: DraftErrors = {}
  if (!tls.isOn) return errors
  if (tls.start === 'after-text') {
    for (const field of ['send', 'expect'] as const) {
      const parsed = parseEscapedText(tls[field])
      if (!parsed.ok) errors[`tls.${field}`] = asFieldError(parsed.error)
    }
  }
  if (tls.identity === 'pem' && tls.certificatePath.trim() === '') {
    errors['tls.certificatePath'] = { message: words.certificatePathEmpty }
  }
  if (tls.identity === 'pfx' && tls.pfxPath.trim() === '') errors['tls.pfxPath'] = { message: words.pfxPathEmpty }
  return { ...contradiction(tls), ...errors }
}

/** Settings that each are right and cannot be used together. */
function contradiction(tls: TlsDraft): DraftErrors {
  const settings = v.safeParse(tlsSettings, tlsContentOf(tls))
  const error = settings.success ? checkTlsSettings(settings.output) : null
  const field = typeof error?.data.field === 'string' ? fieldOfSetting(error.data.field) : null
  return error === null || field === null ? {} : { [field]: asFieldError(error) }
}

function otherErrors({ socket, start }: DraftTexts, wrong: DraftErrors): DraftErrors {
  const errors: DraftErrors = {}
  const localAddress = socket.localAddress.trim()
  if (localAddress !== '' && !isIpAddress(localAddress)) errors['socket.localAddress'] = { message: words.localAddress }
  const meant = startPiecesOf(start)
  if (!meant.ok && wrong['start.content'] === undefined) errors['start.content'] = asFieldError(meant.error)
  return errors
}

function callErrors({ calls, address }: DraftTexts): DraftErrors {
  const errors = callSettingsErrors(calls, address.port)
  const fields = Object.keys(errors) as CallSettingsField[]
  return Object.fromEntries(fields.map((field) => [`calls.${field}`, errors[field]]))
}

/** The name of the setting an issue is about: the last name of its path, without places in lists. */
function settingOf(issue: v.BaseIssue<unknown>): string {
  const keys = (issue.path ?? []).map(({ key }) => key)
  return keys.findLast((key): key is string => typeof key === 'string') ?? ''
}

function withoutNone(errors: Partial<Record<DraftField, FieldError | null | undefined>>): DraftErrors {
  const present: DraftErrors = {}
  for (const field of Object.keys(errors) as DraftField[]) {
    const error = errors[field]
    if (error != null) present[field] = error
  }
  return present
}

/** An error of the catalogue as it stands at a field. */
function asFieldError({ message, code }: ErrorShape): FieldError {
  return { message, code }
}
