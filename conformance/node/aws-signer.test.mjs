// AWS's own signer, @smithy/signature-v4, which also binds the request to this server.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequire } from 'node:module'
import { awsRole, claims, post, stage } from './stage.mjs'

const require = createRequire(import.meta.url)
const { Sha256 } = require('@aws-crypto/sha256-js')
const { SignatureV4 } = require('@smithy/signature-v4')

const body = 'Action=GetCallerIdentity&Version=2011-06-15'
const host = 'sts.eu-west-1.amazonaws.com'

async function signed(role, changes = {}) {
  const keys = await awsRole(role)
  const signer = new SignatureV4({
    credentials: {
      accessKeyId: keys.AWS_ACCESS_KEY_ID,
      secretAccessKey: keys.AWS_SECRET_ACCESS_KEY,
      sessionToken: keys.AWS_SESSION_TOKEN
    },
    region: changes.region ?? 'eu-west-1',
    service: changes.service ?? 'sts',
    sha256: Sha256
  })
  const request = await signer.sign(
    {
      method: 'POST',
      protocol: 'https:',
      hostname: host,
      path: '/',
      query: {},
      headers: { host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', ...changes.headers },
      body
    },
    { signingDate: changes.date ?? new Date() }
  )
  const encoded = text => Buffer.from(text).toString('base64')
  return {
    identityId: 'aws',
    iamHttpRequestMethod: 'POST',
    iamRequestBody: encoded(body),
    iamRequestHeaders: encoded(JSON.stringify(request.headers))
  }
}

const logIn = fields => post('/api/v1/auth/aws-auth/login', fields)

async function assertDenied(fields) {
  const { status, body } = await logIn(fields)
  assert.equal(status, 401)
  assert.equal(body.error, 'UnauthorizedError')
}

test('logs in', async () => {
  const { status, body } = await logIn(await signed('payments'))
  assert.equal(status, 200)
  assert.equal(claims(body.accessToken).sub, 'aws')
})

test('logs in with a request that is bound to this server', async () => {
  const headers = { 'x-sallyport-server-id': new URL(stage.issuer).hostname }
  const { status } = await logIn(await signed('payments', { headers }))
  assert.equal(status, 200)
})

test('is denied a request for another server', async () => {
  await assertDenied(await signed('payments', { headers: { 'x-sallyport-server-id': 'login.example.com' } }))
})

test('is denied a request that was used before', async () => {
  const once = await signed('payments')
  assert.equal((await logIn(once)).status, 200)
  await assertDenied(once)
})

test('is denied another role', async () => {
  await assertDenied(await signed('stranger'))
})

test('is denied a request of twenty minutes ago', async () => {
  await assertDenied(await signed('payments', { date: new Date(Date.now() - 20 * 60 * 1000) }))
})

for (const change of [{ region: 'us-west-2' }, { service: 's3' }]) {
  test(`is denied a signature for ${JSON.stringify(change)}`, async () => {
    await assertDenied(await signed('payments', change))
  })
}
