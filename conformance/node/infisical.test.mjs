// Infisical's SDK for Node, versions 3 to 5.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, test } from 'node:test'
import { awsRole, claims, stage } from './stage.mjs'

const program = fileURLToPath(new URL('log-in.mjs', import.meta.url))

async function logIn(environment, ...given) {
  const run = await promisify(execFile)(process.execPath, ['--no-warnings', program, ...given], {
    env: { ...process.env, AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1', ...environment }
  })
  return JSON.parse(run.stdout)
}

function assertLoggedIn(version, answer, identity) {
  assert.equal(answer.error, undefined)
  if (version !== '3') {
    assert.equal(claims(answer.token).sub, identity)
    assert.notEqual(answer.renewed, answer.token)
    assert.equal(claims(answer.renewed).sid, claims(answer.token).sid)
  }
  // Sallyport stores no secrets.
  assert.match(answer.secrets.message, /404/)
}

function assertDenied(answer) {
  assert.equal(answer.loggedIn, undefined)
  assert.equal(answer.error.name, 'InfisicalSDKRequestError')
  assert.match(answer.error.message, /401/)
}

for (const version of ['3', '4', '5']) {
  describe(`version ${version}`, () => {
    test('logs in with AWS and renews', async () => {
      assertLoggedIn(version, await logIn(await awsRole('payments'), version, 'aws', 'aws'), 'aws')
    })

    test('is denied with another role', async () => {
      assertDenied(await logIn(await awsRole('stranger'), version, 'aws', 'aws'))
    })

    test('is denied an identity without AWS', async () => {
      assertDenied(await logIn(await awsRole('payments'), version, 'aws', 'oidc'))
    })

    test('logs in with universal auth and renews', async () => {
      assertLoggedIn(version, await logIn({}, version, 'universal', 'client', stage.secret), 'client')
    })

    test('is denied a wrong secret', async () => {
      assertDenied(await logIn({}, version, 'universal', 'client', 'wrong'))
    })
  })
}
