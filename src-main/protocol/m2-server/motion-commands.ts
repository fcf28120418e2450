/** Forces, position, actuators and scripts. */
import {
  actuatorCount,
  axialActuatorCount,
  axialForceLimitNewtons,
  axialLimitMillimeters,
  millimetersPerStep,
  positionAxes,
  PowerType,
  radialLimitMillimeters,
  tangentForceLimitNewtons,
  tangentLinkCount,
  type MirrorPosition,
} from './mirror-constants.ts'
import * as events from './mirror-events.ts'
import { demandedForces } from './mirror-forces.ts'
import type { Mirror } from './mirror.ts'
import { failed, succeeded, type CommandPreparation } from './prepared-command.ts'

function applyForcesTo(mirror: Mirror, axial: readonly number[], tangent: readonly number[]): void {
  mirror.appliedAxialForces = axial
  mirror.appliedTangentForces = tangent
  mirror.forcesRevision++
  mirror.unsettle()
}

const isWithin = (forces: readonly number[], limit: number): boolean =>
  forces.every((force) => Math.abs(force) <= limit)

const applyForces: CommandPreparation = (parameters) => {
  const axial = parameters.reals('axial', axialActuatorCount)
  const tangent = parameters.reals('tangent', tangentLinkCount)
  return {
    finish(mirror) {
      const demanded = demandedForces(mirror, axial, tangent)
      if (!isWithin(demanded.axial, axialForceLimitNewtons)) return failed()
      if (!isWithin(demanded.tangent, tangentForceLimitNewtons)) return failed()
      applyForcesTo(mirror, axial, tangent)
      return succeeded([events.assemblyInPosition(false)])
    },
  }
}

const resetForceOffsets: CommandPreparation = () => ({
  finish(mirror) {
    applyForcesTo(
      mirror,
      mirror.appliedAxialForces.map(() => 0),
      mirror.appliedTangentForces.map(() => 0),
    )
    return succeeded([events.assemblyInPosition(false)])
  },
})

/** Micrometers and arc seconds; the tilt shortens the way across. */
function isReachable({ x, y, z, xRot, yRot }: MirrorPosition): boolean {
  const cosine = (arcSeconds: number): number => Math.cos((arcSeconds / 3600) * (Math.PI / 180))
  const radial = Math.hypot((x / 1000) * cosine(yRot), (y / 1000) * cosine(xRot))
  return radial <= radialLimitMillimeters && Math.abs(z / 1000) <= axialLimitMillimeters
}

const positionMirror: CommandPreparation = (parameters) => {
  const entries = positionAxes.map((axis) => [axis, parameters.real(axis)])
  const target = Object.fromEntries(entries) as MirrorPosition
  return {
    finish(mirror) {
      if (!mirror.isPowered(PowerType.motor) || !mirror.isClosedLoop || !isReachable(target)) return failed()
      mirror.moveTo(target)
      return succeeded([events.assemblyInPosition(false)])
    },
  }
}

const saveMirrorPosition: CommandPreparation = () => ({
  finish(mirror) {
    mirror.savedPosition = mirror.position
    return succeeded()
  },
})

const setMirrorHome: CommandPreparation = () => ({
  finish(mirror) {
    mirror.setHome()
    return succeeded()
  },
})

const ActuatorCommand = { start: 1, stop: 2, pause: 3, resume: 4 } as const
const DisplacementUnit = { millimeter: 1, step: 2 } as const

const moveActuators: CommandPreparation = (parameters) => {
  switch (parameters.oneOf('actuatorCommand', Object.values(ActuatorCommand))) {
    case ActuatorCommand.start: {
      const actuators = [...new Set(parameters.indexes('actuators', actuatorCount))]
      const displacement = parameters.real('displacement')
      const unit = parameters.oneOf('unit', Object.values(DisplacementUnit))
      const steps = Math.trunc(unit === DisplacementUnit.step ? displacement : displacement / millimetersPerStep)
      return { finish: (mirror) => startMovement(mirror, actuators, steps) }
    }
    case ActuatorCommand.stop:
      return { finish: (mirror) => (mirror.stopMovement(), succeeded()) }
    case ActuatorCommand.pause:
      return { finish: (mirror) => pauseMovement(mirror) }
    case ActuatorCommand.resume:
      return { finish: (mirror) => resumeMovement(mirror) }
  }
}

function startMovement(mirror: Mirror, actuators: readonly number[], steps: number): ReturnType<typeof failed> {
  if (mirror.isClosedLoop || mirror.movement?.isRunning === true) return failed()
  mirror.movement = steps === 0 ? null : { actuators, remainingSteps: steps, isRunning: true }
  return succeeded()
}

function pauseMovement({ movement }: Mirror): ReturnType<typeof failed> {
  if (movement !== null) movement.isRunning = false
  return succeeded()
}

function resumeMovement(mirror: Mirror): ReturnType<typeof failed> {
  if (mirror.movement === null || mirror.isClosedLoop) return failed()
  mirror.movement.isRunning = true
  return succeeded()
}

const resetActuatorSteps: CommandPreparation = () => ({
  finish(mirror) {
    mirror.resetSteps()
    return succeeded()
  },
})

const ScriptCommand = { load: 1, clear: 2, run: 3, stop: 4, pause: 5, resume: 6 } as const

const runScript: CommandPreparation = (parameters) => {
  const command = parameters.oneOf('scriptCommand', Object.values(ScriptCommand))
  const name = command === ScriptCommand.load ? parameters.text('scriptName') : ''
  return {
    finish(mirror) {
      const { script } = mirror
      const isRunning = script?.isRunning === true
      switch (command) {
        case ScriptCommand.load:
        case ScriptCommand.clear:
          if (isRunning) return failed()
          mirror.script = command === ScriptCommand.load ? { name, percentage: 0, isRunning: false } : null
          return succeeded()
        case ScriptCommand.run:
        case ScriptCommand.resume:
          if (script === null || isRunning || script.percentage >= 100) return failed()
          script.isRunning = true
          return succeeded()
        case ScriptCommand.stop:
        case ScriptCommand.pause:
          if (script !== null) {
            script.isRunning = false
            // A script that was stopped is over, unlike a paused one.
            if (command === ScriptCommand.stop) script.percentage = 100
          }
          return succeeded()
      }
    },
  }
}

export const motionCommands = {
  applyForces,
  resetForceOffsets,
  positionMirror,
  saveMirrorPosition,
  setMirrorHome,
  moveActuators,
  resetActuatorSteps,
  runScript,
}
