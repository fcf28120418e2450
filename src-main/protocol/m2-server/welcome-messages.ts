import { innerLoopControllerCount, PowerType } from './mirror-constants.ts'
import * as events from './mirror-events.ts'
import { messageLine, writtenFlag } from './message-line.ts'
import type { Mirror } from './mirror.ts'

/** The 99 messages that a client is welcomed with, in the order of the original (seed-systems 3.8). */
export function welcomeMessages(mirror: Mirror): string[] {
  const addresses = Array.from({ length: innerLoopControllerCount }, (_, address) => address)
  return [
    messageLine('tcpIpConnected', { isConnected: writtenFlag(true) }),
    events.commandableByDds(mirror),
    events.hardpointList(mirror),
    events.bypassedActuators(mirror),
    events.interlock(mirror),
    events.inclinationTelemetrySource(mirror),
    events.temperatureOffset(mirror),
    events.digitalInput(mirror),
    events.digitalOutput(mirror),
    events.config(mirror),
    events.closedLoopControlMode(mirror),
    events.enabledFaultsMask(mirror),
    events.knownConfigurationFiles(),
    events.powerSystemState(mirror, PowerType.communication),
    events.powerSystemState(mirror, PowerType.motor),
    ...addresses.map((address) => events.innerLoopControlMode(mirror, address)),
  ]
}

/** What follows the welcome with the next tick, and later whenever it changes. */
export function statusMessages(mirror: Mirror): string[] {
  return [events.forceBalanceSystemStatus(mirror), events.summaryFaultsStatus(mirror)]
}

/** Lets a tenth of a second pass for the mirror and gives what is to be told of it. */
export function tickMessages(mirror: Mirror): string[] {
  const hasScriptAdvanced = mirror.tick()
  return [
    ...(hasScriptAdvanced ? [events.scriptExecutionStatus(mirror.script?.percentage ?? 0)] : []),
    ...(mirror.isInPosition ? [events.assemblyInPosition(true)] : []),
  ]
}
