/** Closed loop, inner loops and who commands. */
import {
  ClosedLoopControlMode,
  closedLoopControlModes,
  InnerLoopControlMode,
  innerLoopControllerCount,
  innerLoopControlModes,
  PowerType,
} from './mirror-constants.ts'
import * as events from './mirror-events.ts'
import type { Mirror } from './mirror.ts'
import { failed, succeeded, type CommandPreparation } from './prepared-command.ts'

/** Of closed loop and open loop only one runs. */
function useMode(mirror: Mirror, mode: ClosedLoopControlMode): void {
  mirror.closedLoopControlMode = mode
  if (mirror.isClosedLoop) mirror.stopMovement()
}

const balanceEvents = (mirror: Mirror): string[] => [
  events.forceBalanceSystemStatus(mirror),
  events.openLoopMaximumLimit(mirror),
  events.closedLoopControlMode(mirror),
  events.digitalOutput(mirror),
]

const switchForceBalanceSystem: CommandPreparation = (parameters) => {
  const isOn = parameters.flag('status')
  return {
    finish(mirror) {
      // Within the maximum limits of the open loop nothing is closed.
      if (isOn && mirror.isOpenLoopMaximumEnabled) return failed(balanceEvents(mirror))
      const isPossible = !isOn || mirror.isPowered(PowerType.motor)
      useMode(mirror, isOn && isPossible ? ClosedLoopControlMode.closedLoop : ClosedLoopControlMode.openLoop)
      return { isSuccess: isPossible, events: balanceEvents(mirror) }
    },
  }
}

const setClosedLoopControlMode: CommandPreparation = (parameters) => {
  const mode = parameters.oneOf('mode', closedLoopControlModes)
  return {
    finish(mirror) {
      const isClosing = mode === ClosedLoopControlMode.closedLoop
      if (isClosing && (mirror.isOpenLoopMaximumEnabled || !mirror.isPowered(PowerType.motor))) return failed()
      const wasClosed = mirror.isClosedLoop
      useMode(mirror, mode)
      const changed =
        wasClosed === isClosing ? [] : [events.forceBalanceSystemStatus(mirror), events.digitalOutput(mirror)]
      return succeeded([events.closedLoopControlMode(mirror), ...changed])
    },
  }
}

const enableOpenLoopMaxLimit: CommandPreparation = (parameters) => {
  const isEnabled = parameters.flag('status')
  return {
    finish(mirror) {
      const isPossible = !(isEnabled && mirror.isClosedLoop)
      mirror.isOpenLoopMaximumEnabled = isEnabled && isPossible
      return { isSuccess: isPossible, events: [events.openLoopMaximumLimit(mirror)] }
    },
  }
}

const modesOf = (mirror: Mirror, addresses: readonly number[]): string[] =>
  addresses.map((address) => events.innerLoopControlMode(mirror, address))

const setInnerLoopControlMode: CommandPreparation = (parameters) => {
  const addresses = parameters.indexes('addresses', innerLoopControllerCount)
  const mode = parameters.oneOf('mode', innerLoopControlModes)
  const { clearFaults, noChange, standby, unknown } = InnerLoopControlMode
  return {
    finish(mirror) {
      if (!mirror.isPowered(PowerType.communication)) return failed()
      if (mode !== noChange && mode !== unknown) {
        for (const address of addresses) mirror.innerLoopModes[address] = mode === clearFaults ? standby : mode
      }
      return succeeded(modesOf(mirror, addresses))
    },
  }
}

const getInnerLoopControlMode: CommandPreparation = (parameters) => {
  const addresses = parameters.indexes('addresses', innerLoopControllerCount)
  return {
    finish(mirror) {
      return mirror.isPowered(PowerType.communication) ? succeeded(modesOf(mirror, addresses)) : failed()
    },
  }
}

const switchCommandSource: CommandPreparation = (parameters) => {
  const isRemote = parameters.flag('isRemote')
  return {
    finish(mirror) {
      mirror.isCommandableByDds = isRemote
      return succeeded([events.commandableByDds(mirror)])
    },
  }
}

export const controlCommands = {
  switchForceBalanceSystem,
  setClosedLoopControlMode,
  enableOpenLoopMaxLimit,
  setInnerLoopControlMode,
  getInnerLoopControlMode,
  switchCommandSource,
}
