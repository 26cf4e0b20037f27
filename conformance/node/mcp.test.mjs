// MCP Workload Identity Federation, SEP-1933: the platform's JWT is the whole request, and the client has no registration.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claims, stage, token } from './stage.mjs'

const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

test('the metadata offers the grant to clients without a secret', async () => {
  const answer = await fetch(stage.issuer + '/.well-known/oauth-authorization-server')
  const metadata = await answer.json()
  assert.ok(metadata.grant_types_supported.includes(grant_type))
  assert.ok(metadata.token_endpoint_auth_methods_supported.includes('none'))
})

test("the platform's JWT gets a token for the resource", async () => {
  const { status, body } = await token({ grant_type, assertion: stage.kubernetes.agentsToken, resource: stage.orders })
  assert.equal(status, 200)
  assert.equal(body.token_type, 'Bearer')
  assert.equal(claims(body.access_token).aud, stage.orders)
  assert.equal(claims(body.access_token).sub, 'trusting')
})

test('the JWT of another subject does not', async () => {
  const { status, body } = await token({ grant_type, assertion: stage.kubernetes.strangersToken, resource: stage.orders })
  assert.equal(status, 400)
  assert.equal(body.error, 'invalid_grant')
})

test('a resource without a grant is refused', async () => {
  const { status, body } = await token({
    grant_type, assertion: stage.kubernetes.agentsToken, resource: 'https://payroll.example.com/'
  })
  assert.equal(status, 400)
  assert.equal(body.error, 'invalid_target')
})
